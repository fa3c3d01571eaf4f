"""Who may use a record that others reach: users with roles, their sessions and tokens. Never a part of the record."""

from marsad.accounts.model import ROLES, Key, Role, Session, User, allows
from marsad.accounts.names import clean
from marsad.accounts.store import Accounts, beside

__all__ = ["ROLES", "Accounts", "Key", "Role", "Session", "User", "allows", "beside", "clean"]
