"""What was once written is read for ever, and the same bytes come out wherever it is read."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from marsad import doctor, pipeline
from marsad.errors import QueryError, RecordError
from marsad.record import Record
from marsad.record.schema import VERSION

ROOT = Path(__file__).parents[1]
RECORDS = ROOT / "tests" / "records"
SAMPLE = ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
OLD = sorted((path.name.split(".")[0] for path in RECORDS.glob("v*.db.gz")), key=lambda name: int(name[1:]))

# ── records of every version ──────────────────────────────────────────────────────────────


def unpacked(name: str, folder: Path) -> Path:
    path = folder / "old.db"
    path.write_bytes(gzip.decompress((RECORDS / f"{name}.db.gz").read_bytes()))
    return path


def test_every_version_so_far_has_a_record_that_is_kept() -> None:
    assert OLD[-1] in (f"v{VERSION}", f"v{VERSION - 1}"), "python tests/records/make.py COMMIT"
    assert len(OLD) == int(OLD[-1][1:])


@pytest.mark.parametrize("name", OLD)
def test_a_record_of_any_version_opens_and_nothing_appended_is_lost(name: str, tmp_path: Path) -> None:
    path = unpacked(name, tmp_path)
    appended = json.loads((RECORDS / f"{name}.json").read_text("utf8"))
    if int(name[1:]) < VERSION:
        with pytest.raises(RecordError, match=r"older Marsad.*marsad run"):
            Record.open(path, readonly=True)
    with Record.open(path) as record:
        assert record.schema_version() == VERSION
        assert [[d.id, d.text] for d in record.documents()] == appended["documents"]
        made = record.decisions()
        assert len(made) == appended["decisions"] == 3
        assert [d.verdict for d in made] == ["accept", "reject", "accept"]
        assert {d.author for d in made} == {"سلمى"} and [d.reason for d in made] == [
            "سبب 0",
            "سبب 1",
            "سبب 2",
        ]
        assert record.decision_faults() == ()
        pipeline.run(record, workers=1)
        assert record.incidents() and not any(
            s.state == "unanchored" for s in pipeline.deciding.standings(record)
        )
        gone = []
        for old in appended["incidents"]:  # ids that were handed out lead on
            try:
                assert pipeline.find(record, old).incident.tellings
            except QueryError as error:
                gone.append(str(error))
        assert len(gone) <= 1 and all("is no more" in said for said in gone)  # of the event that was rejected
        faults = [f for f in doctor.examine(record, deep=True, workers=1) if not f.sound]
        assert faults == []
    database = sqlite3.connect(path)
    rows = database.execute(
        "select document_id, source_id, url, outlet, retrieved, seq from captures order by number"
    )
    assert [list(row) for row in rows] == appended["captures"]
    database.close()


def test_what_is_told_to_be_older_stays_as_it_is_until_somebody_writes(tmp_path: Path) -> None:
    path = unpacked("v1", tmp_path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(RecordError):
        Record.open(path, readonly=True)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


# ── the same bytes everywhere ─────────────────────────────────────────────────────────────

#: Environments in which a program may find itself.
ENVIRONMENTS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Baghdad", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "America/Los_Angeles", "LANG": "ar_IQ.UTF-8", "LANGUAGE": "ar"},
    {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
)
_MADE = """
import hashlib, sys
from datetime import date
from pathlib import Path
from marsad.cli import main
folder = Path(sys.argv[1])
def marsad(*words):
    sys.argv = ["marsad", "--record", str(folder / "r.db"), *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, end.code
marsad("run", WORKERS, NEWS)
marsad("export", "-f", "jsonld", "-o", str(folder / "incidents.json"))
marsad("export", "-f", "geojson", "-o", str(folder / "incidents.geojson"))
marsad("release", str(folder / "release"), "--version", "1", "--as-of", "2026-01-31")
"""


@pytest.mark.slow
def test_the_same_bytes_whatever_the_process_thinks_of_hashes_places_and_hours(tmp_path: Path) -> None:
    running = []
    for number, environment in enumerate(ENVIRONMENTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        code = _MADE.replace("NEWS", repr(str(SAMPLE))).replace(
            "WORKERS", "'--workers', '2'" if number == 3 else "'--workers', '1'"
        )
        if number == 3:  # a pool wants a module
            (folder / "made.py").write_text(f"if __name__ == '__main__':\n    exec({code!r})\n", "utf8")
            command = [sys.executable, str(folder / "made.py"), str(folder)]
        else:
            command = [sys.executable, "-c", code, str(folder)]
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "TZ"))}
        environment = clean | {"PYTHONPATH": str(ROOT / "src")} | environment
        running.append((folder, subprocess.Popen(command, env=environment, cwd=folder)))
    made = []
    for folder, process in running:
        assert process.wait(timeout=300) == 0
        files = sorted(
            p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(("r.db", "made"))
        )
        made.append({str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files})
        with Record.open(folder / "r.db", readonly=True) as record:
            made[-1]["digest"] = record.digest()
    assert len(made[0]) > 5
    assert all(one == made[0] for one in made[1:]), [
        dict(set(one.items()) - set(made[0].items())) for one in made[1:]
    ]
