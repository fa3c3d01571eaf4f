"""People's decisions: appended, each chained to the one before by its hash, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, insert, select

from marsad.decision import Decision
from marsad.errors import RecordError
from marsad.record import codec
from marsad.record.schema import DECISIONS, META

#: What the first decision has in the place of the hash before it.
_NOTHING = ""
#: The key of `meta` that tells the number of decisions and the last hash.
_HEAD = "decisions"
_APPLIED = "decisions applied"


def append(connection: Connection, decisions: Sequence[Decision]) -> list[int]:
    """Appends decisions that are not there yet, and gives the numbers of all of them."""
    numbers = []
    number, previous = head(connection)
    for decision in decisions:
        known = connection.execute(select(DECISIONS.c.number).where(DECISIONS.c.id == decision.id)).scalar()
        if known is not None:
            numbers.append(int(known))
            continue
        body = codec.dumps(decision)
        hash_ = chained(previous, body)
        number += 1
        connection.execute(
            insert(DECISIONS).values(number=number, id=decision.id, body=body, previous=previous, hash=hash_)
        )
        previous = hash_
        numbers.append(number)
    connection.execute(delete(META).where(META.c.key == _HEAD))
    connection.execute(insert(META).values(key=_HEAD, value=f"{number} {previous}"))
    return numbers


def chained(previous: str, body: str) -> str:
    """The hash of a decision's row."""
    return hashlib.sha256(f"{previous}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def head(connection: Connection) -> tuple[int, str]:
    """The number and the hash of the last decision, as they were noted when it was made."""
    noted = connection.execute(select(META.c.value).where(META.c.key == _HEAD)).scalar()
    if noted is None:
        return 0, _NOTHING
    number, _, hash_ = noted.partition(" ")
    return int(number), hash_


def every(connection: Connection) -> tuple[Decision, ...]:
    """Every decision, in the order they were made.

    Raises `RecordError` where one is not what was decided: a decision that somebody changed is
    never acted on.
    """
    found = next(faults(connection), None)
    if found is not None:
        raise RecordError(
            found,
            hint="restore a copy, or take an exported list into a new record with `marsad decisions import`",
        )
    rows = connection.execute(select(DECISIONS.c.body).order_by(DECISIONS.c.number)).scalars()
    return tuple(codec.loads(Decision, body) for body in rows)


def note_applied(connection: Connection) -> None:
    """Notes that the incidents are derived with all decisions that there are."""
    connection.execute(delete(META).where(META.c.key == _APPLIED))
    connection.execute(insert(META).values(key=_APPLIED, value=str(head(connection)[0])))


def applied(connection: Connection) -> int:
    """How many decisions there were when the incidents were last derived."""
    return int(connection.execute(select(META.c.value).where(META.c.key == _APPLIED)).scalar() or 0)


def faults(connection: Connection) -> Iterator[str]:
    """What was changed since it was decided, decision by decision; nothing when the chain holds."""
    number, previous = 0, _NOTHING
    for row in connection.execute(select(DECISIONS).order_by(DECISIONS.c.number)):
        number += 1
        if row.number != number:
            yield f"decision {number} is missing" + (
                f" (and those up to {row.number - 1})" if row.number > number + 1 else ""
            )
            number = row.number
        elif row.previous != previous:
            yield f"decision {number} does not follow on decision {number - 1}"
        if chained(row.previous, row.body) != row.hash:
            yield f"decision {number} is not what was decided{_whose(row.body)}"
        elif _id(row.body) != row.id:
            yield f"decision {number} does not bear its own id{_whose(row.body)}"
        previous = row.hash
    last = head(connection)
    if last[0] > number:
        yield f"decision {number + 1} is missing" + (
            f" (and those up to {last[0]})" if last[0] > number + 1 else ""
        )
    elif last != (number, previous):
        yield f"the last decision is not the one that was noted as the last (number {last[0]})"


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
