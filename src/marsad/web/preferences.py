"""How a reader wants digits, months, the calendar and the colours: one cookie, no account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args, get_type_hints
from urllib.parse import parse_qsl, urlencode

COOKIE = "marsad_view"

Digits = Literal["latn", "arab"]
Months = Literal["levant", "egypt", "both"]
Calendar = Literal["gregorian", "hijri", "both"]
Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose; the first value of each is the default.

    `months` are the names of the Levant and Iraq (كانون الثاني), of Egypt and the Gulf (يناير), or both.
    """

    digits: Digits = "latn"
    months: Months = "levant"
    calendar: Calendar = "gregorian"
    theme: Theme = "auto"

    def cookie(self) -> str:
        """The value of the cookie that keeps them."""
        return urlencode(asdict(self))


#: What each preference may be.
CHOICES: Mapping[str, tuple[str, ...]] = {
    f.name: get_args(get_type_hints(Preferences)[f.name]) for f in fields(Preferences)
}


def chosen(values: Mapping[str, str]) -> Preferences:
    """The preferences that the values name; what is missing or unknown is the default."""
    return Preferences(**{k: v for k, v in values.items() if v in CHOICES.get(k, ())})  # type: ignore[arg-type]


def read_cookie(value: str | None) -> Preferences:
    """The preferences that a cookie keeps."""
    return chosen(dict(parse_qsl(value or "")))
