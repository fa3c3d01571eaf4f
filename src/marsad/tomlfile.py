"""TOML files that people write: each value is checked, and a fault names its line, its key and the way out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from marsad.errors import InputError

T = TypeVar("T")

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"'-]+)\s*\]\]?")
_KEY = re.compile(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*[=.]")
_SPAN = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(s|m|h|d)\s*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
#: The key of what stands before the first table.
_TOP = ("", 0)


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a file. `inherits` is asked for keys that it lacks."""

    path: Path
    name: str
    values: Mapping[str, Any]
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    inherits: Section | None = None

    def where(self, key: str | None = None) -> str:
        """File and line of a key, or of the table."""
        return f"{self.path}:{self.lines.get(key or '', self.line)}"

    def fault(self, key: str | None, message: str, hint: str | None = None) -> InputError:
        """The error of a key's value."""
        said = f"{key}: {message}" if key else message
        return InputError(said, where=self.where(key), hint=hint)

    def only(self, known: Collection[str]) -> None:
        """Refuses keys that mean nothing here."""
        for key in self.values:
            if key not in known:
                close = get_close_matches(key, known, n=1)
                way = f"meant {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
                raise self.fault(key, f"is no key of [{self.name}]", way)

    def get(self, key: str, kind: Callable[[Any], T], default: T) -> T:
        """The value of a key as `kind` makes it; `kind` raises `ValueError` with what it should be."""
        if key not in self.values:
            return self.inherits.get(key, kind, default) if self.inherits else default
        value = self.values[key]
        try:
            return kind(value)
        except InputError as error:
            raise self.fault(key, error.message, error.hint) from None
        except ValueError as error:
            raise self.fault(key, f"{value!r} will not do", str(error)) from None

    def need(self, key: str, kind: Callable[[Any], T]) -> T:
        """The same of a key that must be there."""
        if key not in self.values and not (self.inherits and key in self.inherits.values):
            raise self.fault(None, f"[{self.name}] has no {key}", f"add a line {key} = …")
        found = self.get(key, kind, None)
        if found is None:
            raise AssertionError("kinds never give None")
        return found


@dataclass(frozen=True, slots=True)
class Toml:
    """A file that was read."""

    path: Path
    top: Section
    single: Mapping[str, Section]
    several: Mapping[str, tuple[Section, ...]]

    def only(
        self, *, top: Collection[str] = (), single: Collection[str] = (), several: Collection[str] = ()
    ) -> None:
        """Refuses what means nothing in such a file."""
        for name, section in self.single.items():
            if name in several:
                raise section.fault(
                    None, f"[{name}] should be [[{name}]]", "double brackets: there may be several"
                )
            if name not in single:
                known = [*(f"[{n}]" for n in single), *(f"[[{n}]]" for n in several)]
                raise section.fault(
                    None, f"[{name}] is no table of such a file", f"known are {', '.join(known)}"
                )
        for name, sections in self.several.items():
            if name not in several:
                known = [*(f"[{n}]" for n in single), *(f"[[{n}]]" for n in several)]
                raise sections[0].fault(
                    None, f"[[{name}]] is no table of such a file", f"known are {', '.join(known)}"
                )
        self.top.only(top)


def read_toml(path: Path) -> Toml:
    """Reads a file. Raises `InputError` where it is not there or no TOML."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", where=str(path), hint="check the name"
        ) from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", where=str(path), hint="save it as UTF-8") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line ([0-9]+)", str(error))
        line = at[1] if at else text.count("\n") + 1
        said = str(error).split(" (at ")[0]
        raise InputError(
            f"is no TOML: {said[:1].lower()}{said[1:]}", where=f"{path}:{line}",
            hint='a text stands in "quotes", a list in [brackets]',
        ) from None  # fmt: skip
    found = _lines(text)
    line, lines = found[_TOP]
    plain = {key: value for key, value in raw.items() if not _is_table(value)}
    single: dict[str, Section] = {}
    several: dict[str, tuple[Section, ...]] = {}
    for name, value in raw.items():
        if isinstance(value, dict):
            line, lines = found.get((name, 0), (1, {}))
            single[name] = Section(path, name, value, line, lines)
        elif _is_table(value):
            places = [found.get((name, number), (1, {})) for number in range(len(value))]
            several[name] = tuple(
                Section(path, name, table, line, lines)
                for table, (line, lines) in zip(value, places, strict=True)
            )
    return Toml(path, Section(path, "top", plain, 1, found[_TOP][1]), single, several)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
    )


def _lines(text: str) -> dict[tuple[str, int], tuple[int, dict[str, int]]]:
    """Line of each table, by name and number, and of its keys: only for messages."""
    out: dict[tuple[str, int], tuple[int, dict[str, int]]] = {_TOP: (1, {})}
    here, counts = _TOP, dict[str, int]()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = header[2].strip("\"'")
            if header[1] == "[[":
                here = (name, counts.get(name, 0))
                counts[name] = here[1] + 1
            else:
                here = (name, 0)
            out.setdefault(here, (number, {}))
        elif key := _KEY.match(line):
            out[here][1].setdefault(key[1], number)
    return out


# ── kinds of values ───────────────────────────────────────────────────────────────────────


def words(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError('a text in "quotes"')
    return value.strip()


def truth(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def number(least: int, most: int) -> Callable[[Any], int]:
    """A whole number between the two."""

    def kind(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return value

    return kind


def one_of(*known: str) -> Callable[[Any], str]:
    """One of these words."""

    def kind(value: Any) -> str:
        if value not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return str(value)

    return kind


def several(kind: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """A list of such values, or a single one."""

    def kinds(value: Any) -> tuple[T, ...]:
        return tuple(kind(item) for item in (value if isinstance(value, list) else [value]))

    return kinds


def span(least: str, most: str) -> Callable[[Any], timedelta]:
    """A stretch of time between the two, as 90s, 10m, 6h, 2d."""
    low, high = _span(least), _span(most)

    def kind(value: Any) -> timedelta:
        found = _span(value) if isinstance(value, str) else None
        if found is None or low is None or high is None or not low <= found <= high:
            raise ValueError(f'from "{least}" to "{most}", as "10m" (s, m, h, d)')
        return found

    return kind


def _span(told: str) -> timedelta | None:
    match = _SPAN.fullmatch(told)
    return timedelta(seconds=float(match[1]) * _SECONDS[match[2]]) if match else None


def told_span(told: str) -> timedelta:
    """The stretch of time that a command's option tells, as 1h. Raises `ValueError` with how to write it."""
    found = _span(told)
    if found is None:
        raise ValueError('a number with s, m, h or d, as "1h"')
    return found
