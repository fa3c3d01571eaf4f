"""The style sheets are written for both directions of writing, and marks leave the words as they are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CSS = sorted((Path(__file__).parents[1] / "src/marsad/web/frontend/css").glob("*.css"))
#: A property that has a logical twin, or a value of a side.
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)|(?:min-|max-)?(?:width|height)(?=\s*:)"
    r"|(?:left|right|top|bottom)(?=\s*:)|(?:text-align|float|clear)\s*:\s*(?:left|right))\b"
)


def declarations(sheet: Path) -> Iterator[tuple[str, str]]:
    """Selector and body of each innermost block."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf8"), flags=re.S)
    for selector, body in re.findall(r"([^{};]+)\{([^{}]*)\}", text):
        yield selector.strip(), body


@pytest.mark.parametrize("sheet", CSS, ids=lambda p: p.stem)
def test_directions_are_logical(sheet: Path) -> None:
    bad = [(s, m.group()) for s, body in declarations(sheet) for m in PHYSICAL.finditer(body)]
    assert bad == []


def test_a_mark_takes_no_room_in_the_line() -> None:
    """Anything that makes a box of a mark parts joined Arabic letters or reorders the line."""
    box = re.compile(
        r"(?:^|;)\s*(?:padding|margin|border|display|unicode-bidi|letter-spacing|font|position)[\w-]*\s*:"
    )
    rules = [(s, b) for sheet in CSS for s, b in declarations(sheet) if re.search(r"\bmark\b", s)]
    assert len(rules) > 8
    assert [s for s, b in rules if box.search(b)] == []


def test_kinds_of_evidence_differ_without_colour() -> None:
    lines = {}
    for selector, body in declarations(next(p for p in CSS if p.stem == "evidence")):
        if kind := re.fullmatch(r"mark\.k-(\w+)", selector):
            parts = [
                re.search(rf"text-decoration-{part}:\s*([^;]+)", body) for part in ("style", "thickness")
            ]
            lines[kind[1]] = tuple(p[1] if p else None for p in parts)
    assert set(lines) == {"who", "whom", "what", "where", "when", "figure", "weapon", "speaker"}
    assert len(set(lines.values())) == len(lines)


def test_arabic_letters_are_not_spaced() -> None:
    spaced = [
        (p.stem, s) for p in CSS for s, b in declarations(p) if re.search(r"letter-spacing:\s*(?!normal)", b)
    ]
    assert spaced == []
