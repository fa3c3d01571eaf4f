"""Makes `tests/records/vN.db.gz`: a record as the Marsad of a commit wrote it. Kept from then on, never made again.

    python tests/records/make.py COMMIT

`vN.json` beside it says what was appended: every later Marsad has to hand it out.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLE = ROOT / "src/marsad/data/sample/articles.jsonl"

#: Three decisions, through the library of that day.
DECIDE = """
import sys
from datetime import UTC, datetime
from marsad.record import Record
with Record.open(sys.argv[1]) as record:
    told = [incident.tellings[0] for incident in record.incidents()[:3]]
    try:
        from marsad.pipeline import deciding
    except ImportError:
        from marsad.model import Decision
        for n, telling in enumerate(told):
            text = next(d.text for d in record.documents() if d.id == telling.document_id)
            record.decide(Decision(("accept", "reject")[n % 2], telling.document_id, telling.event.evidence.of(text),
                                   "سلمى", datetime(2021, 6, 1, 12, n, tzinfo=UTC), reason=f"سبب {n}"))
    else:
        for n, telling in enumerate(told):
            (deciding.accept, deciding.reject)[n % 2](record, telling.event_id, author="سلمى", reason=f"سبب {n}")
"""


def main(commit: str) -> None:
    """Makes the record of that commit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = subprocess.run(
            ["git", "archive", commit, "src"], cwd=ROOT, check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "x", "-C", name], input=archive, check=True)
        articles = [json.loads(line) for line in SAMPLE.read_text("utf8").splitlines()[:6]]
        for number, article in enumerate(articles):
            article["url"] = f"https://example.org/{number}"
        # a page with a second version, and a text with a second capture
        articles.append({**articles[0], "text": articles[0]["text"] + " ولم تتبن جهة الهجوم."})
        articles.append(
            {**articles[1], "outlet": "وكالة أخرى", "url": "https://example.net/x", "id": "again"}
        )
        news = folder / "news.jsonl"
        news.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in articles), "utf8")
        record = folder / "r.db"
        environment = os.environ | {"PYTHONPATH": str(folder / "src"), "MARSAD_CACHE": str(folder / "cache")}
        for command in (["-m", "marsad", "-r", str(record), "run", str(news)], ["-c", DECIDE, str(record)]):
            subprocess.run([sys.executable, *command], env=environment, check=True, cwd=folder)
        database = sqlite3.connect(record)
        version = database.execute("select value from meta where key = 'schema'").fetchone()[0]
        database.execute("pragma journal_mode = delete")  # one file
        database.execute("vacuum")
        taken = database.execute(
            "select document_id, source_id, url, outlet, retrieved, seq from captures order by number"
        )
        appended = {
            "commit": commit,
            "documents": [list(row) for row in database.execute("select id, text from documents order by number")],
            "captures": [list(row) for row in taken],
            "decisions": database.execute("select count(*) from decisions").fetchone()[0],
            "incidents": [row[0] for row in database.execute("select id from incidents order by id")],
        }  # fmt: skip
        database.close()
        (HERE / f"v{version}.db.gz").write_bytes(gzip.compress(record.read_bytes(), 9, mtime=0))
        (HERE / f"v{version}.json").write_text(
            json.dumps(appended, ensure_ascii=False, indent=1) + "\n", "utf8"
        )


if __name__ == "__main__":
    main(sys.argv[1])
