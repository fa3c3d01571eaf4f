"""What was alerted to and what is not sent yet, kept so that no restart repeats or forgets it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from marsad.alerts import Alerted, Waiting
from marsad.record import codec
from marsad.record.documents import parts
from marsad.record.schema import ALERTED, OUTBOX
from marsad.record.watching import moment


class Alerting:
    """What rules told, within one transaction: `Record.alerting` opens it."""

    def __init__(self, connection: Connection) -> None:
        """Use `Record.alerting`."""
        self._connection = connection

    def alerted(self, rule: str) -> list[Alerted]:
        """Everything that the rule told of, in order."""
        query = select(ALERTED.c.body).where(ALERTED.c.rule == rule).order_by(ALERTED.c.key)
        return [codec.loads(Alerted, body) for body in self._connection.execute(query).scalars()]

    def put_alerted(self, told: Iterable[Alerted]) -> None:
        """Keeps what was told of each."""
        for one in told:
            self.forget(one.rule, [one.key])
            self._connection.execute(
                insert(ALERTED).values(rule=one.rule, key=one.key, body=codec.dumps(one))
            )

    def forget(self, rule: str, keys: Sequence[str]) -> None:
        """Forgets what was told under these keys."""
        for part in parts(keys):
            self._connection.execute(delete(ALERTED).where(ALERTED.c.rule == rule, ALERTED.c.key.in_(part)))

    def put_waiting(self, messages: Iterable[Waiting]) -> None:
        """Has messages sent; one of an id that is waiting already stays as it is."""
        known = {one.id for one in waiting(self._connection)}
        for one in messages:
            if one.id not in known:
                self._connection.execute(
                    insert(OUTBOX).values(
                        id=one.id, channel=one.channel, due=moment(one.due), digest=int(one.digest),
                        subject=one.subject, text=one.text, data=json.dumps(one.data, ensure_ascii=False), tries=0,
                    )
                )  # fmt: skip

    def tried(self, ids: Sequence[str], due: datetime) -> None:
        """Notes that messages are being sent; were that to fail, they are due again then."""
        for part in parts(ids):
            self._connection.execute(
                update(OUTBOX).where(OUTBOX.c.id.in_(part)).values(tries=OUTBOX.c.tries + 1, due=moment(due))
            )

    def sent(self, ids: Sequence[str]) -> None:
        """Takes out messages that were delivered."""
        for part in parts(ids):
            self._connection.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(part)))


def waiting(connection: Connection) -> list[Waiting]:
    """Every message that is not sent yet, the first due first."""
    query = select(OUTBOX).order_by(OUTBOX.c.due, OUTBOX.c.id)
    return [
        Waiting(
            row.id, row.channel, datetime.fromisoformat(row.due), bool(row.digest), row.subject, row.text,
            json.loads(row.data), row.tries,
        )
        for row in connection.execute(query)
    ]  # fmt: skip
