"""A brief as PDF through Typst: the same sentences and the same charts, set in the direction of the language.

The letters come from the font package of the `pdf` extra; where it is missing those of the system are
taken, and a system without Arabic ones is told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from marsad.brief import Brief, Reference, Sentence
from marsad.errors import QueryError
from marsad.publish.brief_words import about, cited, drawn, figures, heading, origin, title
from marsad.wording import Words

_FAMILY = "IBM Plex Sans Arabic"
#: Families with Arabic letters that systems have, in the order in which they are taken.
_OTHERS = ("Noto Sans Arabic", "Noto Naskh Arabic", "Amiri", "Geeza Pro", "Segoe UI", "Arial", "DejaVu Sans")


def pdf(brief: Brief, words: Words) -> bytes:
    """The file's bytes.

    Raises `QueryError` where Typst is not installed, or no font has the letters of the language.
    """
    try:
        import typst
    except ImportError:
        raise QueryError("the package typst is not installed", hint="pip install 'marsad[pdf]'") from None
    folders = _font_folders()
    families = _families(folders)
    if words.language == "ar" and not families:
        raise QueryError(
            "no font with Arabic letters is there",
            hint="pip install 'marsad[pdf]', or install Noto Sans Arabic",
        )
    with TemporaryDirectory() as folder:
        root = Path(folder)
        svgs = dict(_charts(brief, words))
        for name, svg in svgs.items():
            (root / name).write_text(svg, "utf8")
        (root / "brief.typ").write_text("\n".join(_source(brief, words, families, list(svgs))), "utf8")
        made: bytes = typst.compile(str(root / "brief.typ"), root=str(root), font_paths=folders)
    return made


def _font_folders() -> list[str]:
    """Where the fonts of the extra are; empty where it is not installed."""
    try:
        from fontpkg_ibm_plex_sans_arabic import ROOT
    except ImportError:
        return []
    return [str(Path(ROOT) / "files")]


def _families(folders: Sequence[str]) -> list[str]:
    """The families to set with, of those that are there."""
    import typst

    there = set(typst.Fonts(include_system_fonts=True, font_paths=list(folders)).families())
    return [family for family in (_FAMILY, *_OTHERS) if family in there]


def _charts(brief: Brief, words: Words) -> Iterator[tuple[str, str]]:
    for section in brief.sections:
        for at, chart in enumerate(section.charts):
            name = f"{section.heading}-{at}"
            yield f"{name}.svg", drawn(chart, words, name)


def _text(text: str) -> str:
    """Words as Typst content that nothing in them can steer: a string, not markup."""
    return f"#{_quoted(text)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _marks(sentence: Sentence, brief: Brief, words: Words) -> str:
    """The numbers of the incidents behind a sentence, each a link."""
    numbers, more = cited(sentence, brief)
    marks = [f"#link(<i{number}>)[{words.number(number)}]" for number in numbers]
    marks += [f"+{words.number(more)}"] if more else []
    return f"#super[#text(dir: ltr)[{' '.join(marks)}]]" if marks else ""


def _source(brief: Brief, words: Words, families: Sequence[str], svgs: Sequence[str]) -> Iterator[str]:
    fonts = ", ".join(f'"{family}"' for family in families)
    font = f"font: ({fonts},), " if families else ""
    yield '#set page(paper: "a4", margin: 2.2cm, numbering: "1")'
    yield f'#set text({font}lang: "{words.language}", dir: {words.direction}, size: 10.5pt)'
    yield "#set par(leading: 0.75em)"
    yield "#show heading: set block(above: 1.4em, below: 0.7em)"
    yield f"= {_text(title(brief, words))}"
    for line in about(brief, words):
        yield f"#text(size: 8.5pt, fill: luma(35%))[{_text(line)}]\n"
    for section in brief.sections:
        if not section.sentences and not section.charts:
            continue
        yield f"== {_text(words.label(section.heading))}"
        for sentence in section.sentences:
            yield f"{_text(words.sentence(sentence.says))}{_marks(sentence, brief, words)}\n"
        for at, chart in enumerate(section.charts):
            caption, says = words.sentence(chart.title), _quoted(words.sentence(chart.says))
            image = f'#image("{section.heading}-{at}.svg", width: 100%, alt: {says})'
            yield f"#block(breakable: false)[*{_text(caption)}*\n{image}]"
    if brief.references:
        yield f"== {_text(words.label('incidents'))}"
        yield "#set text(size: 8.5pt)"
    for reference in brief.references:
        yield from _reference(reference, brief, words)


def _reference(reference: Reference, brief: Brief, words: Words) -> Iterator[str]:
    number = brief.numbers[reference.id]
    head = f"{_text(f'{words.number(number)}. {heading(reference, words)}')} #text(dir: ltr, size: 7.5pt)[{_text(reference.id)}]"
    yield f"=== {head} <i{number}>"
    yield f"#text(size: 8pt)[{_text(figures(reference, words))}]\n"
    for citation in reference.citations:
        yield f'#block(inset: (x: 0.8em), text(lang: "ar", dir: rtl)[{_text(f"«{citation.words}»")}])'
        yield f"#text(size: 8pt, fill: luma(35%))[{_text(origin(citation, words))}]\n"
