"""What README.md shows is what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

from marsad.pipeline import run, texts
from marsad.publish import dossier
from marsad.record import Record

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"


def test_the_incident_at_the_top_is_what_the_sample_gives(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf8")
    shown = readme.split("```\n")[1].splitlines()
    with Record.open(tmp_path / "record.db", create=True) as record:
        run(record, [SAMPLE], workers=1)
        found = record.incident(shown[0].split()[0])
        documents = texts(record, found)
        captures = record.captures(list(documents))
        printed = ["  " * line.depth + line.text for line in dossier.lines(found, documents, captures)]
    assert [line.rstrip() for line in shown] == [line.rstrip() for line in "\n".join(printed).splitlines()]


def test_the_paragraphs_of_news_are_of_the_sample() -> None:
    readme = (ROOT / "README.md").read_text("utf8")
    news = re.findall(r"^> (.+)$", readme, re.MULTILINE)
    sample = SAMPLE.read_text("utf8")
    assert news and all(paragraph.strip() in sample for paragraph in news)
