"""The command that asks a person about events, one keystroke a decision."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from marsad.cli import out
from marsad.cli.decisions import By, author
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.decision import Case, Decision
    from marsad.model import Document, Incident, Join, Span
    from marsad.record import Record

KEYS = {
    "a": "accept: it is as it was read",
    "r": "reject: it is no event",
    "c": "correct a value",
    "s": "same: it is one with the nearest other incident",
    "d": "different: it is not one with the others of its incident",
    "u": "undo the last decision",
    "n": "next, undecided (the space bar too)",
    "q": "quit",
    "?": "help",
}
#: What the same keys give on an Arabic keyboard.
_ARABIC = {"ش": "a", "ق": "r", "ؤ": "c", "س": "s", "ي": "d", "ع": "u", "ى": "n", "ض": "q", "؟": "?", " ": "n"}
_SHORT = "a accept  r reject  c correct  s same  d different  u undo  n next  q quit  ? help"


class Keys(Protocol):
    """Where keystrokes come from."""

    def key(self) -> str:
        """The next key; nothing at the end."""
        ...

    def line(self, prompt: str) -> str:
        """A line that is typed; nothing at the end."""
        ...


class _Piped:
    """Keys from a file or a pipe: a character each, lines where something is asked."""

    def __init__(self) -> None:
        self._fresh = False

    def key(self) -> str:
        while (char := sys.stdin.read(1)) in ("\n", "\r"):
            pass
        sys.stdout.write(f"> {char or 'end'}\n")
        self._fresh = True
        return char

    def line(self, prompt: str) -> str:
        said = sys.stdin.readline()
        if self._fresh and said == "\n":  # the Enter after the key
            said = sys.stdin.readline()
        self._fresh = False
        sys.stdout.write(f"{prompt}{said.strip()}\n")
        return said.strip()


class _Typed:
    """Keys from a terminal, each as it is pressed.

    The terminal gives single keys all along, so that none typed ahead is lost, and lines with an
    echo, which can be mended, only where something is asked.
    """

    def __init__(self, fd: int, single: Callable[[], None], whole: Callable[[], None]) -> None:
        self._fd, self._single, self._whole = fd, single, whole

    def key(self) -> str:
        sys.stdout.write("> ")
        sys.stdout.flush()
        try:
            char = self._char()
        except KeyboardInterrupt:
            char = ""
        sys.stdout.write(f"{char if char.isprintable() else ''}\n")
        return char if char not in ("\x03", "\x04") else ""

    def _char(self) -> str:
        data = os.read(self._fd, 1)
        # a letter beyond ASCII is more than one byte
        while data and data[0] >= 0xC0 and len(data) < (2 if data[0] < 0xE0 else 3 if data[0] < 0xF0 else 4):
            data += os.read(self._fd, 1)
        return data.decode("utf8", "replace")

    def line(self, prompt: str) -> str:
        self._whole()
        try:
            return input(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            sys.stdout.write("\n")
            return ""
        finally:
            self._single()


@contextmanager
def _keys() -> Iterator[Keys]:
    """Keystrokes of the terminal where there is one, else of whatever is piped in."""
    if not sys.stdin.isatty():
        yield _Piped()
        return
    try:
        import termios
        import tty
    except ImportError:  # no POSIX terminal: a key, then Enter
        yield _Piped()
        return
    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)

    def single() -> None:
        tty.setcbreak(fd, termios.TCSADRAIN)

    def whole() -> None:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)

    single()
    try:
        yield _Typed(fd, single, whole)
    finally:
        whole()


def review(
    ctx: typer.Context,
    by: By = None,
    incident: Annotated[
        str | None, typer.Option(metavar="ID", help="Only the events of this incident.")
    ] = None,
    second: Annotated[
        bool, typer.Option("--second", help="Only what others decided on: give a second opinion.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="No more events than so many.")] = None,
) -> None:
    """Ask about events, the most doubtful first: one keystroke decides.

    Capital letters decide with a reason. What is decided is kept at once; incidents are derived
    anew when the review ends.
    """
    from marsad.pipeline import deciding, reviewing
    from marsad.record import Record

    with Record.open(ctx.obj) as record, _keys() as keys:
        who = author(by)
        order = reviewing.queue(record, author=who, incident=incident, second=second)
        if not order:
            out.say("nothing to review")
            return
        session = _Session(record, keys, who, order[:limit])
        try:
            session.run()
        finally:
            if session.made:
                deciding.settle(record)
        typer.echo(session.summary(left=len(order)))


class _Session:
    """One sitting: the events in order, and what was decided, so that it can be taken back."""

    def __init__(self, record: Record, keys: Keys, who: str, order: Sequence[str]) -> None:
        from marsad.pipeline import reviewing

        self._record = record
        self._keys = keys
        self._who = who
        self._order = order
        #: What was decided before this sitting.
        self._told = reviewing.decided_on(record)
        self._at = 0
        self._near: tuple[Incident, Join] | None = None
        #: Acts that stand, with the case that each was on.
        self._acts: list[tuple[int, tuple[Decision, ...]]] = []
        self.made = 0

    def run(self) -> None:
        """Asks until the cases or the keys end."""
        from marsad.pipeline import reviewing

        typer.echo(_SHORT)
        while self._at < len(self._order):
            try:
                case = reviewing.case_of(self._record, self._order[self._at], self._told)
            except QueryError:  # read otherwise since, by another process
                self._at += 1
                continue
            document = self._show(case)
            while True:
                pressed = self._keys.key()
                key = _ARABIC.get(pressed, pressed)
                if key in ("", "q"):
                    return
                try:
                    if self._act(case, document, key):
                        break
                except QueryError as error:
                    typer.echo(f"  {error}")

    def _show(self, case: Case) -> Document:
        from marsad import pipeline
        from marsad.pipeline import reviewing
        from marsad.publish import review_text
        from marsad.publish.lines import drawn

        record = self._record
        self._near = reviewing.nearest(record, case)
        others = {**pipeline.texts(record, case.incident)}
        if self._near is not None:
            others |= pipeline.texts(record, self._near[0])
        document = others[case.telling.document_id]
        captures = record.captures([document.id])[document.id]
        lines = review_text.lines(case, document, captures, nearest=self._near, others=others)
        typer.echo(f"\n[{self._at + 1} of {len(self._order)}]")
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        for line in drawn(lines, width=out.width(), colour=colour):
            typer.echo(line)
        return document

    def _act(self, case: Case, document: Document, key: str) -> bool:
        """Does what the key asks for; whether the case is done with."""
        from marsad.pipeline import deciding

        record, event, who = self._record, case.event_id, self._who
        action = key.lower()
        if action not in KEYS:
            typer.echo(f"  {key!r} does nothing here: {_SHORT}")
            return False
        if key == "?":
            for name, means in KEYS.items():
                typer.echo(f"  {name}  {means}")
            typer.echo("  A R C S D: the same with a reason; S asks with which event or incident")
            return False
        if action == "n":
            self._at += 1
            return True
        if action == "u":
            return self._undo()
        target = self._other(case, action, asked=key == "S") if action in ("s", "d") else ()
        given = self._correction(document, case) if action == "c" else None
        reason = self._keys.line("  why: ") if key.isupper() else ""
        if action == "a":
            self._keep(deciding.accept(record, event, author=who, reason=reason, link=False))
        elif action == "r":
            self._keep(deciding.reject(record, event, author=who, reason=reason, link=False))
        elif action == "s":
            self._keep(*deciding.same(record, event, *target, author=who, reason=reason, link=False))
        elif action == "d":
            self._keep(*deciding.different(record, event, *target, author=who, reason=reason, link=False))
        elif given is not None:
            field, value, span = given
            self._keep(
                deciding.correct(
                    record, event, field, value, author=who, span=span, reason=reason, link=False
                )
            )
            return False  # there may be more to correct
        self._at += 1
        return True

    def _other(self, case: Case, action: str, *, asked: bool) -> tuple[str, ...]:
        """What the event is said to be the same as, or not."""
        rest = tuple(t.event_id for t in case.incident.tellings if t.event_id != case.event_id)
        if action == "d" and rest:
            return rest
        if asked:
            return (self._keys.line("  same as (event or incident): "),)
        if self._near is None:
            raise QueryError("there is no other incident near it", hint="S names one")
        join = self._near[1]
        return (join.event_b if join.event_a == case.event_id else join.event_a,)

    def _correction(self, document: Document, case: Case) -> tuple[str, str, Span | None]:
        """The field, the value and the words that say so."""
        from marsad.decide import FIELDS
        from marsad.pipeline import deciding

        said = self._keys.line("  field=value (killed=5, place=..., period=2021-05-04, type=...): ")
        field, equals, value = (part.strip() for part in said.partition("="))
        if not equals:
            raise QueryError(f"{said!r} has no =", hint=f"one of {', '.join(FIELDS)}, =, the value")
        words = self._keys.line("  words that say so, or nothing: ")
        if not words:
            return field, value, None
        return field, value, deciding.words_at(document.text, words, case.telling.event.evidence.start)

    def _keep(self, *made: Decision) -> None:
        self._acts.append((self._at, made))
        self.made += len(made)
        for decision in made:
            value = f" {decision.field}={decision.value}" if decision.field else ""
            typer.echo(f"  {decision.verdict}{value}, kept as {decision.id}")

    def _undo(self) -> bool:
        """Takes the last act back and goes to the event that it was on."""
        from marsad.pipeline import deciding

        if not self._acts:
            raise QueryError(
                "nothing was decided in this review", hint="`marsad decisions undo` takes any back"
            )
        at, made = self._acts.pop()
        for decision in made:
            deciding.undo(self._record, decision.id, author=self._who, link=False)
            self.made += 1
            typer.echo(f"  {decision.verdict} {decision.id} is taken back")
        self._at = at
        return True

    def summary(self, *, left: int) -> str:
        """What was decided, in one line."""
        verdicts = Counter(decision.verdict for _, made in self._acts for decision in made)
        said = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items()) or "nothing"
        done = len({at for at, _ in self._acts})
        return f"\ndecided by {self._who}: {said}; {left - done} events are left"


COMMANDS = (review,)
