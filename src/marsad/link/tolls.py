"""Figures side by side: what each voice last said of a measure, and what it said before.

The rules are those of `data/rules.yaml`, under `toll`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from marsad.link.voices import Voices
from marsad.model import Account, Figure, Measure, Telling, Toll

_MEASURES: tuple[Measure, ...] = (
    "killed", "wounded", "casualties", "arrested", "abducted", "missing", "escaped", "freed", "displaced",
    "surrendered", "destroyed", "seized",
)  # fmt: skip

_Lateness = tuple[date, str, int, str, int]


def tolls(told: Sequence[Telling], heard: Voices) -> tuple[Toll, ...]:
    """The tolls of all measures that are told."""
    standing = [telling for telling in told if telling.event.status != "denied"] or told
    found = (_toll(measure, standing, heard) for measure in _MEASURES)
    return tuple(toll for toll in found if toll is not None)


def _toll(measure: Measure, told: Sequence[Telling], heard: Voices) -> Toll | None:
    by_voice: dict[str, list[tuple[_Lateness, Account]]] = {}
    for telling in told:
        said: dict[str, list[Figure]] = {}
        for figure in telling.event.figures:
            if figure.measure == measure:
                said.setdefault(heard.of(telling, heard.of_figure(telling, figure)), []).append(figure)
        for voice, figures in said.items():
            account = _account(telling, heard, figures)
            if account is not None:
                by_voice.setdefault(voice, []).append((_lateness(telling, account), account))
    if not by_voice:
        return None
    accounts: list[Account] = []
    earlier: list[Account] = []
    for dated in by_voice.values():
        *before, last = _replacing([account for _, account in sorted(dated, key=lambda pair: pair[0])])
        accounts.append(last)
        earlier += before
    points = sorted(account.point for account in accounts)
    least = min(account.least for account in accounts)
    tops = [account.high for account in accounts if account.high is not None]
    # 'more than 200' has no top: above every told top, the toll has none either
    top = max(tops) if tops and max(tops) >= points[-1] else None
    return Toll(
        measure,
        low=least,
        best=points[(len(points) - 1) // 2],
        high=top,
        accounts=tuple(sorted(accounts, key=_side_by_side)),
        earlier=tuple(sorted(earlier, key=lambda a: (a.said or date.min, *_side_by_side(a)))),
    )


def _replacing(said: list[Account]) -> list[Account]:
    """A voice's accounts with the one that counts at the end: the last, or an exact one that it allows."""
    last = said[-1]
    if last.low == last.high:
        return said
    for n in range(len(said) - 2, -1, -1):
        exact = said[n]
        if exact.low == exact.high and exact.low is not None:
            if (last.low or 0) <= exact.low and (last.high is None or exact.low <= last.high):
                return [*said[:n], *said[n + 1 :], exact]
            break
    return said


def _side_by_side(account: Account) -> tuple[str, str, str]:
    return account.source, account.speaker or "", account.event_id


def _lateness(telling: Telling, account: Account) -> _Lateness:
    """By day and moment; of one day the larger, for tolls rise."""
    moment = telling.retrieved.isoformat() if telling.retrieved else ""
    day = telling.published or date.min
    return (day, moment, account.point, telling.document_id, telling.event.trigger.start)


def _account(telling: Telling, heard: Voices, said: Sequence[Figure]) -> Account | None:
    """What one voice says in one telling in all: its total, else its groups added up."""
    whole = [figure for figure in said if figure.group in ("mixed", "unknown")]
    if whole:
        # a likeliest count is said of the whole
        parts = [max(whole, key=lambda f: (f.best is not None, _size(f)))]
    else:
        by_group: dict[str, Figure] = {}
        for figure in said:
            held = by_group.get(figure.group)
            if held is None or _size(figure) > _size(held):
                by_group[figure.group] = figure
        parts = list(by_group.values())
    lows = [part.low for part in parts if part.low is not None]
    highs = [part.high for part in parts if part.high is not None]
    low = sum(lows) if lows else None
    high = sum(highs) if highs and len(highs) == len(parts) else None
    if low is None and high is None:
        return None
    return Account(
        source=telling.source,
        event_id=telling.event_id,
        low=low,
        high=high,
        speaker=heard.speaker(heard.of_figure(telling, said[0])),
        said=telling.published,
        figures=tuple(part.span for part in parts),
        best=parts[0].best if len(parts) == 1 else None,
    )


def _size(figure: Figure) -> tuple[int, int]:
    return figure.low if figure.low is not None else figure.high or 0, figure.high or 0
