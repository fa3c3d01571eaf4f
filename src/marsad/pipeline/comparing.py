"""The record beside another data set of the same war."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from marsad import lexicon
from marsad.analyse.beside import beside, stretch
from marsad.analyse.cases import Case
from marsad.analyse.windows import Window
from marsad.errors import InputError, QueryError
from marsad.pipeline.analysing import case, cases
from marsad.pipeline.linking import link_readings
from marsad.pipeline.progress import Failure
from marsad.pipeline.reading import read_stateless
from marsad.versus import Versus

if TYPE_CHECKING:  # loading a database takes longer than what most commands do
    from marsad.record import Record

#: From this share of incidents with deaths on, a data set is taken for one of deadly incidents.
_DEADLY = 0.9


def others(source: str | Path, *, workers: int | None = None) -> tuple[tuple[Case, ...], tuple[Failure, ...]]:
    """The incidents of another record or of any file that can be taken in, as cases, and what failed."""
    from marsad.database import is_address
    from marsad.record import Record

    if str(source).endswith(".db") or is_address(source):
        with Record.open(source, readonly=True) as other:
            return cases(other), ()
    failures: list[Failure] = []
    pairs = []
    for item in read_stateless([source], workers=workers):
        if isinstance(item, Failure):
            failures.append(item)
        else:
            pairs.append(item)
    if not pairs:
        raise InputError(
            str(failures[0]) if failures else "holds nothing that can be compared", where=str(source)
        )
    gazetteer = lexicon.load().gazetteer
    return tuple(case(incident, gazetteer) for incident in link_readings(pairs)), tuple(failures)


def versus(
    record: Record, there: tuple[Case, ...], *, first: date | None = None, last: date | None = None
) -> Versus:
    """The record beside the cases of another, between two days or as far as both go.

    Where the other holds hardly an incident in which nobody was killed, only such incidents are compared.
    """
    ours = cases(record)
    spans = [
        [days for case in held if (days := stretch(case)) is not None and days.days <= 31]
        for held in (ours, there)
    ]
    if not all(spans):
        raise QueryError("one of the two has no incident with a day", hint="run the record first")
    begin = first or max(min(days.first for days in span) for span in spans)
    end = last or min(max(days.last for days in span) for span in spans)
    if begin > end:
        raise QueryError(f"they have no day in common: {begin} is after {end}")
    deadly = sum(bool(case.killed and case.killed[1]) for case in there) >= _DEADLY * len(there)
    return beside(ours, there, Window(begin, end), deadly=deadly)
