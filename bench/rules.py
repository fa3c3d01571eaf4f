"""Write the rules of incidents (`data/rules.yaml`) into their page.

    python -m bench.rules

Everything between the markers of `docs/incidents.md` is replaced.
"""

from __future__ import annotations

import sys

from bench.coded import ROOT
from marsad.link.rules import load_rules

PAGE = ROOT / "docs" / "incidents.md"
_HEADS = {"en": ("Counted", "Grade", "Status", "Figures"), "ar": ("ما يُحسب", "الدرجة", "الحالة", "الأرقام")}


def section(language: str) -> str:
    """The rules in one language, under four headings."""
    rules = load_rules()
    lines = list(rules.markdown(language))
    sizes = (len(rules.counts), len(rules.grades), len(rules.statuses), len(rules.toll))
    out = []
    for head, size in zip(_HEADS[language], sizes, strict=True):
        out += [f"### {head}", "", *lines[:size], ""]
        lines = lines[size:]
    text = "\n".join(out)
    return f'<div dir="rtl">\n\n{text}\n</div>\n' if language == "ar" else text


def main() -> int:
    """Rewrite the page."""
    page = PAGE.read_text("utf8")
    for language in _HEADS:
        begin, end = f"<!-- rules {language} -->\n", f"<!-- end {language} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}\n{section(language)}\n{end}{after}"
    PAGE.write_text(page, "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
