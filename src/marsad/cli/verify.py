"""The command that shows that nothing was changed: verify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.cli import out
from marsad.errors import QueryError

if TYPE_CHECKING:
    from marsad.pipeline.custody import Remade
    from marsad.record.custody import Holding, Wrong

#: So much of a noted hash is needed to tell anything.
_SHORTEST = 12
_KINDS = ("file", "bytes", "captures", "documents", "decisions", "ids")


class Form(StrEnum):
    """The forms of what is found."""

    text = "text"
    json = "json"


@dataclass(frozen=True, slots=True)
class _Found:
    """What is held, what is wrong with it, and where the hashes that were noted are."""

    holding: Holding | None
    wrongs: list[Wrong]
    remade: list[Remade] | None
    noted: dict[str, str | None]

    @property
    def sound(self) -> bool:
        """Whether all is as it was appended; what a newer reader of pages makes anew is no fault."""
        same = all(one.then != one.now for one in self.remade or ())
        return not self.wrongs and same and None not in self.noted.values()


def verify(
    ctx: typer.Context,
    again: Annotated[
        bool, typer.Option("--again", help="Also make every document again from its bytes, and compare.")
    ] = False,
    noted: Annotated[
        list[str] | None,
        typer.Option(metavar="HASH", help="A last hash noted earlier, which must be there. Repeatable."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", "-f")] = Form.text,
) -> None:
    """Find every later change of bytes, captures, texts and decisions, and say where it is.

    marsad verify --again --noted 5f0c2d9a1b7e
    """
    from marsad.pipeline import custody
    from marsad.record import Record

    for hash_ in noted or ():
        if len(hash_) < _SHORTEST:
            raise QueryError(f"{hash_!r} is too short", hint=f"at least {_SHORTEST} characters of the hash")
    with Record.open(ctx.obj, readonly=True) as record, out.progress() as progress:
        wrongs = list(custody.wrongs(record))
        changed = {number for wrong in wrongs for number in wrong.captures}
        remade = list(custody.remade(record, without=changed, progress=progress)) if again else None
        places = {hash_: record.noted(hash_.lower()) for hash_ in noted or ()}
        found = _Found(custody.holding(record), wrongs, remade, places)
    if form is Form.json:
        out.put((json.dumps(_plain(found), ensure_ascii=False, indent=1), "\n"), None)
    else:
        out.put((f"{line}\n" for line in _lines(found)), None)
    raise typer.Exit(0 if found.sound else 1)


def _plain(found: _Found) -> dict[str, Any]:
    wrongs = [asdict(wrong) for wrong in found.wrongs]
    for wrong in wrongs:
        del wrong["found"]
    return {
        "sound": found.sound,
        "holding": found.holding and asdict(found.holding),
        "wrongs": wrongs,
        "remade": None if found.remade is None else [asdict(one) for one in found.remade],
        "noted": found.noted,
    }


def _lines(found: _Found) -> Iterator[str]:
    for what in _KINDS:
        wrongs = [wrong for wrong in found.wrongs if wrong.what == what]
        if wrongs:
            yield f"fault  {what}: {len(wrongs)} changed"
        elif found.holding is None:
            yield f"?      {what}: cannot be told from what is left of the file"
        else:
            yield f"ok     {what}: {_told(found.holding)[what]}"
        for wrong in wrongs:
            yield from _one(wrong)
    if found.remade is not None and found.holding is not None:
        yield from _again(found.remade, found.holding.with_bytes)
    for hash_, place in found.noted.items():
        yield f"ok     noted: {hash_} is {place}" if place else f"fault  noted: {hash_} is not there"
    if found.wrongs:
        yield "restore a copy: what was appended cannot be derived again"
    yield "what is derived from it is not sealed: `marsad doctor --deep` derives it anew and compares"


def _told(held: Holding) -> dict[str, str]:
    return {
        "file": "what the database finds in it is sound",
        "bytes": f"{held.size} of {held.with_bytes} captures, each under its SHA-256",
        "captures": f"{held.captures}, chained; the last is {held.last_capture or 'none'}",
        "documents": f"{held.documents}, each as its first capture sealed it",
        "decisions": f"{held.decisions}, chained; the last is {held.last_decision or 'none'}",
        "ids": "of incidents that are no more, each of the words that it stood on",
    }


def _one(wrong: Wrong) -> Iterator[str]:
    yield f"       {wrong.message}"
    where = [f"document {wrong.document_id}"] if wrong.document_id else []
    where += [f"capture {number}" for number in wrong.captures]
    where += [wrong.place] if wrong.place else []
    if where:
        yield f"         {', '.join(where)}"


def _again(remade: list[Remade], tried: int) -> Iterator[str]:
    faults = sum(one.then == one.now for one in remade)
    if not remade:
        yield f"ok     again: {tried} documents, each given by its bytes"
    elif faults:
        yield f"fault  again: {faults} of {tried} documents are not what their bytes give"
    else:
        yield f"note   again: {len(remade)} of {tried} documents would be made otherwise today"
    for one in remade:
        yield f"       document {one.document_id}, capture {one.number}: {one.message}"
        yield f"         made by {one.then}; today by {one.now or 'nothing'}"


COMMANDS = (verify,)
