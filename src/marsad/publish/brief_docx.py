"""A brief as a Word document, right to left where its language is."""

from __future__ import annotations

import io
from typing import Any

from marsad.brief import Brief, Chart
from marsad.errors import QueryError
from marsad.publish.brief_words import about, cited, figures, heading, origin, rows, title
from marsad.wording import Words

#: Isolates, which Word draws as boxes in many fonts; its runs have directions of their own.
_ISOLATES = dict.fromkeys((0x2066, 0x2067, 0x2068, 0x2069))
_FONT = "Arial"


def document(brief: Brief, words: Words) -> bytes:
    """The file's bytes; raises `QueryError` where python-docx is not installed."""
    try:
        import docx
    except ImportError:
        raise QueryError(
            "the package python-docx is not installed", hint="pip install 'marsad[docx]'"
        ) from None
    out = docx.Document()
    style = out.styles["Normal"]
    style.font.name = _FONT
    _complex_font(style)
    page = _Page(out, words)
    page.heading(title(brief, words), 0)
    for line in about(brief, words):
        page.paragraph(line, small=True)
    for section in brief.sections:
        if not section.sentences and not section.charts:
            continue
        page.heading(words.label(section.heading), 1)
        for sentence in section.sentences:
            numbers, more = cited(sentence, brief)
            refs = " ".join([*map(words.number, numbers), *([f"+{words.number(more)}"] if more else [])])
            page.paragraph(words.sentence(sentence.says), refs=refs)
        for chart in section.charts:
            page.table(chart)
    if brief.references:
        page.heading(words.label("incidents"), 1)
    for reference in brief.references:
        number = words.number(brief.numbers[reference.id])
        page.heading(f"{number}. {heading(reference, words)}", 2)
        page.paragraph(figures(reference, words), small=True)
        for citation in reference.citations:
            page.paragraph(f"«{citation.words}»", source=True)
            page.paragraph(
                " ".join(part for part in (origin(citation, words), citation.url) if part), small=True
            )
    buffer = io.BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def _complex_font(style: Any) -> None:
    """The font of right-to-left letters, which Word keeps apart from that of the others."""
    from docx.oxml.ns import qn

    style.element.rPr.rFonts.set(qn("w:cs"), _FONT)


class _Page:
    """Paragraphs in the direction of a language."""

    def __init__(self, out: Any, words: Words) -> None:
        self._out = out
        self._words = words
        self._rtl = words.direction == "rtl"

    def heading(self, text: str, level: int) -> None:
        self._directed(self._out.add_heading("", level), text, rtl=self._rtl)

    def paragraph(self, text: str, *, refs: str = "", small: bool = False, source: bool = False) -> None:
        from docx.shared import Pt

        paragraph = self._out.add_paragraph()
        run = self._directed(paragraph, text, rtl=self._rtl or source)
        if small:
            run.font.size = Pt(9)
        if refs:
            mark = paragraph.add_run(f" {refs}")
            mark.font.superscript = True

    def table(self, chart: Chart) -> None:
        """The numbers of a chart: Word draws no SVG of every version."""
        self.paragraph(self._words.sentence(chart.title))
        table = self._out.add_table(rows=0, cols=2)
        table.style = "Light Grid"
        if self._rtl:
            table._tbl.tblPr.append(_element("w:bidiVisual"))
        for label, value in rows(chart, self._words):
            cells = table.add_row().cells
            self._directed(cells[0].paragraphs[0], label, rtl=self._rtl)
            self._directed(cells[1].paragraphs[0], value, rtl=self._rtl)

    def _directed(self, paragraph: Any, text: str, *, rtl: bool) -> Any:
        run = paragraph.add_run(text.translate(_ISOLATES))
        if rtl:
            paragraph._p.get_or_add_pPr().append(_element("w:bidi"))
            run._r.get_or_add_rPr().append(_element("w:rtl"))
        return run


def _element(name: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(name)
