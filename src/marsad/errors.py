"""The exceptions of Marsad.

    MarsadError
    ├── InputError      a file, line or page that cannot be taken in
    ├── LexiconError    a data file of the project that contradicts its own rules
    ├── RecordError     a record that cannot be opened, written or trusted
    │   ├── BusyError   a record that others write for too long
    │   └── FullError   a record whose disk has no room
    ├── QueryError      a question that cannot be answered as asked (a filter, an id)
    └── AccountError    a user, a password or a token that is not taken

Faults *in the news* are never exceptions: they are `Issue` values on a `Reading`.
"""

from __future__ import annotations


class MarsadError(Exception):
    """Base of all errors raised on purpose. `exit_code` is what the command line returns."""

    exit_code = 1

    def __init__(
        self, message: str, *, where: str | None = None, hint: str | None = None, **values: object
    ) -> None:
        """`message` says what is wrong, `where` the file and place, `hint` the way out.

        Where the message has `{holes}`, `values` fill them in: so the web app can say it in another language.
        """
        self.said = message
        self.values = values
        self.message = message.format(**values) if values else message
        super().__init__(self.message)
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text} ({self.hint})" if self.hint else text


class InputError(MarsadError):
    """A document cannot be read from where it stands; the rest of the batch goes on."""

    exit_code = 3


class LexiconError(MarsadError):
    """A data file of the project is malformed: a bug in the data, found when it is compiled."""

    exit_code = 4


class RecordError(MarsadError):
    """The record file cannot be opened, written or trusted."""

    exit_code = 5


class BusyError(RecordError):
    """Others write the record, and the wait for them was too long: nothing was done, and it can be tried again."""


class FullError(RecordError):
    """The disk has no room for what was to be written: nothing was, and nothing that was stored is lost."""

    def __init__(self, where: str | None = None) -> None:
        """`where` names the record."""
        super().__init__(
            "cannot grow: the disk is full",
            where=where,
            hint="free some space; nothing that was stored is lost",
        )


class QueryError(MarsadError):
    """A filter or an id that does not mean anything here."""

    exit_code = 2


class AccountError(MarsadError):
    """A user, a password, a role or a token that is not taken."""

    exit_code = 6
