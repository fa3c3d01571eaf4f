"""Backups: the whole record, sound, while others write; and nothing is ever overwritten."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.making import TEXT, document

from marsad.errors import RecordError
from marsad.record import Record, backup

MADE = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "r.db"
    with Record.open(path, create=True) as record:
        record.add([document(f"{TEXT} {n}") for n in range(30)])
    return path


def test_what_is_restored_is_what_was_backed_up(filled: Path, tmp_path: Path) -> None:
    made = backup.back_up(filled, tmp_path / "b.zip", made=MADE)
    assert (made.documents, made.decisions, made.made) == (30, 0, "2026-01-31T12:00:00+00:00")
    assert backup.restore(tmp_path / "b.zip", tmp_path / "new.db") == made
    with Record.open(filled, readonly=True) as old, Record.open(tmp_path / "new.db") as new:
        assert list(new.documents()) == list(old.documents()) and new.integrity() == ()
        assert new.digest() == old.digest()
        new.add([document("آخر")])
    assert {p.name for p in tmp_path.iterdir()} - {"r.db-wal", "r.db-shm"} == {"b.zip", "new.db", "r.db"}


def test_any_unpacker_gets_the_record_out(filled: Path, tmp_path: Path) -> None:
    backup.back_up(filled, tmp_path / "b.zip", made=MADE)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        assert set(json.loads(archive.read("manifest.json"))) >= {
            "sha256",
            "documents",
            "decisions",
            "tables",
        }
        archive.extract("record.db", tmp_path)
    with Record.open(tmp_path / "record.db", readonly=True) as record:
        assert len(record.document_ids()) == 30


@pytest.mark.parametrize("end", ["", "-wal", "-journal"])
def test_nothing_is_overwritten(filled: Path, tmp_path: Path, end: str) -> None:
    backup.back_up(filled, tmp_path / "b.zip", made=MADE)
    (tmp_path / f"new.db{end}").write_bytes(b"mine")
    with pytest.raises(RecordError, match="is there already"):
        backup.restore(tmp_path / "b.zip", tmp_path / "new.db")
    with pytest.raises(RecordError, match="is there already"):
        backup.back_up(filled, tmp_path / "b.zip", made=MADE)
    assert (tmp_path / f"new.db{end}").read_bytes() == b"mine"


def test_a_byte_that_turned_over_is_found(filled: Path, tmp_path: Path) -> None:
    backup.back_up(filled, tmp_path / "b.zip", made=MADE)
    whole = (tmp_path / "b.zip").read_bytes()
    for at in range(40, len(whole), max(1, len(whole) // 40)):
        turned = bytearray(whole)
        turned[at] ^= 0x20
        (tmp_path / "turned.zip").write_bytes(turned)
        try:
            made = backup.restore(tmp_path / "turned.zip", tmp_path / "new.db")
        except RecordError:
            assert not (tmp_path / "new.db").exists()
        else:  # a byte that says nothing, as the time of a member
            assert made == backup.inspect(tmp_path / "b.zip")
            (tmp_path / "new.db").unlink()


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_half_a_backup_is_none(filled: Path, tmp_path: Path, cut: int) -> None:
    backup.back_up(filled, tmp_path / "b.zip", made=MADE)
    (tmp_path / "half.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:cut])
    with pytest.raises(RecordError, match="no backup"):
        backup.restore(tmp_path / "half.zip", tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_an_archive_that_swells_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    made = {"format": backup.FORMAT, "made": MADE.isoformat(), "tables": 1, "documents": 0, "decisions": 0,
            "bytes": 1000, "sha256": ""}  # fmt: skip
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(made))
        archive.writestr("record.db", b"\0" * 50_000_000)
    with pytest.raises(RecordError, match="no backup"):
        backup.restore(tmp_path / "bomb.zip", tmp_path / "new.db")
    assert [p.name for p in tmp_path.iterdir()] == ["bomb.zip"]


def test_a_record_of_a_newer_marsad_is_backed_up_and_not_restored(filled: Path, tmp_path: Path) -> None:
    newer = sqlite3.connect(filled)
    with newer:
        newer.execute("update meta set value = '99' where key = 'schema'")
    newer.close()
    assert backup.back_up(filled, tmp_path / "b.zip", made=MADE).tables == 99
    with pytest.raises(RecordError, match="newer"):
        backup.restore(tmp_path / "b.zip", tmp_path / "new.db")


def test_what_is_damaged_is_no_backup(filled: Path, tmp_path: Path) -> None:
    whole = bytearray(filled.read_bytes())
    whole[len(whole) // 2 :] = b"\x5a" * (len(whole) - len(whole) // 2)
    filled.write_bytes(whole)
    with pytest.raises(RecordError):
        backup.back_up(filled, tmp_path / "b.zip", made=MADE)
    assert not (tmp_path / "b.zip").exists()


def test_a_backup_while_another_process_writes_is_of_one_moment(filled: Path, tmp_path: Path) -> None:
    """The writer adds documents in pairs, a transaction each: no backup holds half a pair."""
    code = (
        "import sys\nfrom marsad.record import Record\nfrom tests.making import TEXT, document\n"
        f"with Record.open({str(filled)!r}) as record:\n"
        "    for n in range(10_000):\n"
        "        record.add([document(f'{TEXT} a{n}'), document(f'{TEXT} b{n}')])\n"
        "        print(n, flush=True)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
    )
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        counts = []
        for n in range(5):
            made = backup.back_up(filled, tmp_path / f"{n}.zip", made=MADE)
            counts.append(made.documents)
            writer.stdout.readline()
            with zipfile.ZipFile(tmp_path / f"{n}.zip") as archive:
                archive.extract("record.db", tmp_path / str(n))
            with Record.open(tmp_path / str(n) / "record.db", readonly=True) as record:
                texts = {d.text.rsplit(" ", 1)[1] for d in record.documents()}
            assert {t[1:] for t in texts if t[0] == "a"} == {t[1:] for t in texts if t[0] == "b"}
        assert writer.poll() is None and sorted(set(counts)) == counts and counts[0] > 30
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
