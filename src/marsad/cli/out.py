"""How commands put out what they found: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any

import typer

from marsad.errors import QueryError
from marsad.publish.lines import plain

if TYPE_CHECKING:
    from pathlib import Path

    from marsad.pipeline import Failure, Progress


#: Columns of running text.
_WIDEST = 100


class Format(StrEnum):
    """The forms in which every list can be had."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


def width() -> int:
    """As wide as the terminal, within what is still read with ease."""
    return (
        max(60, min(shutil.get_terminal_size((_WIDEST, 0)).columns, _WIDEST))
        if sys.stdout.isatty()
        else _WIDEST
    )


def say(message: str) -> None:
    """A message to the person, beside the data."""
    typer.echo(message, err=True)


def put(pieces: Iterable[str | bytes], output: Path | None) -> None:
    """Writes text or bytes to the file, or to standard output where none is named.

    A file is there whole or as it was before. Raises `QueryError` where it cannot be written.
    """
    if output is None:
        for piece in pieces:
            if isinstance(piece, str):
                sys.stdout.write(piece)
            else:
                sys.stdout.buffer.write(piece)
        return
    try:
        with _whole(output) as file:
            file.writelines(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
    except OSError as error:
        raise QueryError(
            f"cannot write {output}: {error.strerror}", hint="free some space there, or another --output"
        ) from None


@contextmanager
def _whole(output: Path) -> Iterator[IO[bytes]]:
    """The file to be written, which takes the name when all of it is there."""
    target = output.resolve()
    there = target.exists()
    if there and not (
        target.is_file() and os.access(target.parent, os.W_OK)
    ):  # a device, a pipe, a file alone
        with target.open("wb") as file:
            yield file
        return
    part = target.with_name(f".marsad.{os.getpid()}.partial")
    try:
        with part.open("wb") as file:
            yield file
        if there:
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def write(
    rows: Iterable[Mapping[str, Any]],
    form: Format,
    *,
    columns: Sequence[str],
    fields: Sequence[str] | None = None,
) -> int:
    """Writes rows to standard output and gives their number.

    `columns` are those that a table shows; `fields` those of a CSV file (JSON has them all).
    """
    if form is Format.table:
        return _table(list(rows), columns)
    count = 0
    if form is Format.csv:
        from marsad.publish.tables import csv_lines

        for line in csv_lines(rows, fields or columns):
            sys.stdout.write(line)
            count += 1
        return max(count - 1, 0)
    for count, row in enumerate(rows, 1):
        text = json.dumps(row, ensure_ascii=False)
        if form is Format.jsonl:
            sys.stdout.write(f"{text}\n")
        else:
            sys.stdout.write(f"{'[' if count == 1 else ','}\n{text}")
    if form is Format.json:
        sys.stdout.write("\n]\n" if count else "[]\n")
    return count


def _table(rows: list[Mapping[str, Any]], columns: Sequence[str]) -> int:
    if not rows:
        say("nothing found")
        return 0
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, markup=False)
    if not sys.stdout.isatty():
        console.width = 200
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | None) for row in rows)
        table.add_column(
            column.replace("_", " "),
            justify="right" if numeric else "left",
            no_wrap=column in ("id", "first", "last", "published"),
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(plain(row.get(column))) for column in columns))
    console.print(table)
    return len(rows)


def failed(failures: Iterable[Failure]) -> int:
    """Says what failed; the exit code: 3 when something did, 0 when all was taken in."""
    code = 0
    for failure in failures:
        say(f"{'note' if failure.kept else 'failed'}: {plain(failure)}")
        code = code if failure.kept else 3
    return code


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on standard error where a person watches it, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show
