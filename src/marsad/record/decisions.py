"""People's decisions: appended, each chained to the one before by its hash, never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from marsad.decision import Decision
from marsad.errors import RecordError
from marsad.record import chain, codec
from marsad.record.base import note, noted
from marsad.record.documents import parts
from marsad.record.schema import DECISIONS

#: The name of the log of decisions.
LOG = "decisions"
#: The key in `META` of how many decisions the incidents were derived with.
APPLIED = "decisions applied"
_LAST = "last decision of {}"


def append(connection: Connection, decisions: Sequence[Decision]) -> list[int]:
    """Appends decisions that are not there yet, and gives the numbers of all of them."""
    numbers = []
    log = chain.Log.of(connection, LOG)
    for decision in decisions:
        known = connection.execute(select(DECISIONS.c.number).where(DECISIONS.c.id == decision.id)).scalar()
        if known is not None:
            numbers.append(int(known))
            continue
        body = codec.dumps(decision)
        link = log.append(body)
        connection.execute(
            insert(DECISIONS).values(
                number=link.number, id=decision.id, body=body, previous=link.previous, hash=link.hash
            )
        )
        numbers.append(link.number)
        _note_last(connection, decision)
    log.note(connection)
    return numbers


def last_made(connection: Connection, author: str) -> datetime | None:
    """The latest moment at which a person decided anything here, by the clock of that time."""
    told = noted(connection, _LAST.format(author))
    if told is not None:
        return datetime.fromisoformat(told)
    # a record of a Marsad that did not note it
    found = map(_read, connection.execute(select(DECISIONS.c.body)).scalars())
    return max((_aware(one.made) for one in found if one and one.author == author), default=None)


def _note_last(connection: Connection, decision: Decision) -> None:
    made, last = _aware(decision.made), last_made(connection, decision.author)
    note(connection, _LAST.format(decision.author), max(made, last or made).isoformat())


def _aware(moment: datetime) -> datetime:
    """A moment without a zone is read as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def head(connection: Connection) -> tuple[int, str]:
    """The number and the hash of the last decision, as they were noted when it was made."""
    return chain.head(connection, LOG)


def every(connection: Connection) -> tuple[Decision, ...]:
    """Every decision, in the order they were made.

    Raises `RecordError` where one is not what was decided: a decision that somebody changed is
    never acted on.
    """
    found = next(faults(connection), None)
    if found is not None:
        raise _changed(found)
    rows = connection.execute(select(DECISIONS.c.body).order_by(DECISIONS.c.number)).scalars()
    return tuple(codec.loads(Decision, body) for body in rows)


def of(connection: Connection, numbers: Collection[int]) -> dict[int, Decision]:
    """The decisions of those numbers.

    Raises `RecordError` as `every` does, for what shows in these rows and those beside them.
    """
    wanted = set(numbers)
    last, end = head(connection)
    found: dict[int, Decision] = {}
    rows: dict[int, Row[Any]] = {}
    for part in parts(sorted(wanted | {n + step for n in wanted for step in (-1, 1)})):
        rows |= {
            row.number: row
            for row in connection.execute(select(DECISIONS).where(DECISIONS.c.number.in_(part)))
        }
    for number in sorted(wanted):
        row, before, after = rows.get(number), rows.get(number - 1), rows.get(number + 1)
        if row is None:
            raise _changed(f"decision {number} is missing")
        if not chain.Link(number, row.previous, row.body, row.hash).holds:
            raise _changed(f"decision {number} is not what was decided{_whose(row.body)}")
        if row.previous != (before.hash if before else ""):
            raise _changed(f"decision {number} does not follow on decision {number - 1}")
        if row.hash != (after.previous if after else end if number == last else ""):
            raise _changed(f"decision {number + 1} does not follow on decision {number}")
        found[number] = codec.loads(Decision, row.body)
        if found[number].id != row.id:
            raise _changed(f"decision {number} does not bear its own id{_whose(row.body)}")
    return found


def numbers(connection: Connection, decision_ids: Collection[str]) -> dict[str, int]:
    """The numbers of the decisions of those ids that the record holds."""
    query = select(DECISIONS.c.id, DECISIONS.c.number)
    asked = (query.where(DECISIONS.c.id.in_(part)) for part in parts(sorted(decision_ids)))
    return {row.id: row.number for one in asked for row in connection.execute(one)}


def named(connection: Connection, name: str) -> Decision | None:
    """The one decision of that id, that beginning of an id, or that number."""
    row = DECISIONS.c
    if name.isascii() and name.isdigit() and len(name) < 19:
        meant = row.number == int(name)
    else:
        meant = (row.id >= name) & (row.id < f"{name}\U0010ffff")
    found = list(connection.execute(select(row.number).where(meant).limit(2)).scalars())
    return of(connection, found)[found[0]] if name and len(found) == 1 else None


def check(connection: Connection) -> None:
    """Raises `RecordError` where the chain does not hold."""
    found = next(_broken(connection), None)
    if found is not None:
        raise _changed(found[1])


def _changed(fault: str) -> RecordError:
    return RecordError(
        fault,
        hint="restore a copy, or take an exported list into a new record with `marsad decisions import`",
    )


def note_applied(connection: Connection, number: int) -> None:
    """Notes that the incidents are derived with the first so many decisions."""
    note(connection, APPLIED, str(number))


def applied(connection: Connection) -> int:
    """How many decisions there were when the incidents were last derived."""
    return int(noted(connection, APPLIED) or 0)


def faults(connection: Connection) -> Iterator[str]:
    """What was changed since it was decided, decision by decision; nothing when the chain holds."""
    named = set()
    for number, message in _broken(connection):
        named.add(number)
        yield message
    for row in connection.execute(select(DECISIONS).order_by(DECISIONS.c.number)):
        if row.number not in named and _id(row.body) != row.id:
            yield f"decision {row.number} does not bear its own id{_whose(row.body)}"


def _broken(connection: Connection) -> Iterator[tuple[int | None, str]]:
    """Where the chain does not hold: number and message."""
    rows = connection.execute(select(DECISIONS).order_by(DECISIONS.c.number)).all()
    bodies = {row.number: row.body for row in rows}
    links = (chain.Link(row.number, row.previous, row.body, row.hash) for row in rows)
    for number, message in chain.faults(links, head(connection), one="decision", was="decided"):
        yield number, message + (_whose(bodies[number]) if number in bodies else "")


def _read(body: str) -> Decision | None:
    try:
        return codec.loads(Decision, body)
    except RecordError:
        return None


def _id(body: str) -> str | None:
    decision = _read(body)
    return decision.id if decision else None


def _whose(body: str) -> str:
    decision = _read(body)
    return f": {decision.verdict}, as it stands now by {decision.author}" if decision else ""
