"""No regular expression of the package goes back over a text again and again, whatever the text is.

Each is run over repeated pieces, words and characters that it is written with among them, at one length and at
twice that: what is read once takes twice as long, what takes the square of it four times, and what tries all ways
never ends. So how the time grows decides, not how fast a machine is.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import marsad
import marsad.lexicon

#: Pieces that patterns of news, pages and addresses look for.
PIECES = (
    "a", "1", " ", "\n", "ق", "٣", "ـ", "قً", "ق ", "1.", "1,", "1/", "a.", "-", "<", "<a ", "(", '"', "a=", ":", "&#", "\\",
)  # fmt: skip
SHORT = 800
#: What twice the length may take more than the length: the square is four, with room for the noise of a clock.
GROWTH = 7.0
#: Below this many seconds a growth is noise.
NOISE = 0.05
#: So many seconds for so few characters are wrong at any growth.
TOO_LONG = 2.0
#: Seconds that a child process has for a single pattern before it is taken for one that never ends.
PATIENCE = 60


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of the package: those that its modules and its lexicon hold, and those written where they are used."""
    for info in pkgutil.walk_packages(marsad.__path__, "marsad."):
        if info.name == "marsad.__main__":
            continue
        try:
            module = importlib.import_module(info.name)
        except ModuleNotFoundError:  # of an extra that is not installed
            continue
        yield from _within(info.name, vars(module), 4)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re")), args=[ast.Constant(value=str(written)), *_]
                ):
                    yield f"{info.name}:{node.lineno}", re.compile(written)
    yield from _within("lexicon", marsad.lexicon.load(), 4)


def _within(name: str, value: object, depth: int) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in a value, also in its tables, tuples and classes."""
    if isinstance(value, re.Pattern):
        # one over bytes goes over the same letters
        written = value.pattern if isinstance(value.pattern, str) else value.pattern.decode("latin-1")
        yield name, re.compile(written, value.flags & ~re.UNICODE & ~re.LOCALE)
    elif depth == 0:
        return
    elif isinstance(value, dict):
        for key, part in list(value.items()):
            yield from _within(f"{name}.{key}", part, depth - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _within(name, part, depth - 1)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for field in value.__dataclass_fields__:
            yield from _within(f"{name}.{field}", getattr(value, field, None), depth - 1)


def pieces(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """What is repeated: the pieces of all, and of this pattern the words and the single characters it is written with."""
    written = re.sub(r"\\.|\(\?[:=!<P]*|[][(){}|^$*+?]", " ", pattern.pattern)
    words = list(dict.fromkeys(re.findall(r"\S{1,12}", written)))[:6]
    return (*PIECES, *words, *(f"{word} " for word in words[:3]))


def taken(pattern: re.Pattern[str], text: str) -> float:
    start = time.process_time()
    pattern.search(text)
    pattern.fullmatch(text)
    return time.process_time() - start


def worst(pattern: re.Pattern[str]) -> str | None:
    """The piece on which the pattern takes more than the square of the length, if there is one."""
    for piece in pieces(pattern):
        short, long = ((piece * size)[:size] + "\0" for size in (SHORT, 2 * SHORT))
        # the long one is tried only where the short one ends: what never ends is seen with a few characters
        for size in (16, 20, 22, 24):
            if taken(pattern, (piece * size)[:size] + "\0") > 2 * NOISE:
                return piece
        before = taken(pattern, short)
        if before > TOO_LONG or (before > NOISE and taken(pattern, long) > GROWTH * before):
            return piece
    return None


@pytest.mark.slow
def test_every_pattern_of_the_package_ends_soon() -> None:
    found = {(pattern.pattern, pattern.flags): (name, pattern) for name, pattern in patterns()}
    assert len(found) > 80, "the patterns are not found any more"
    assert [
        (name, piece, pattern.pattern[:80]) for name, pattern in found.values() if (piece := worst(pattern))
    ] == []


@pytest.mark.parametrize("bad", [r"(a+)+b", r"(?:\w+\s?)*$x", r"(?:[^<>]+)*>", r"(.*a){9}x"])
def test_the_check_sees_a_pattern_that_never_ends(bad: str) -> None:
    """In a process of its own, which is ended: such a pattern cannot be stopped from inside."""
    code = (
        f"import re, sys; sys.path[:0] = {sys.path!r}; from tests.test_patterns import worst;"
        f"print(worst(re.compile({bad!r})))"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False,
            cwd=Path(__file__).parents[1],
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return  # it goes back and back, as was to be seen
    assert done.returncode == 0 and done.stdout.strip() != "None", (done.stdout, done.stderr)
