"""A full disk, a file or folder that may not be written, a record that another holds: said plainly, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bench.newsroom import Newsroom
from tests.making import TEXT, document
from tests.web.conftest import served
from typer.testing import CliRunner

from marsad import doctor, pipeline
from marsad.cli import app
from marsad.errors import BusyError, FullError, RecordError
from marsad.ingest import feeds
from marsad.net import Client, Limits
from marsad.pipeline import deciding, watching
from marsad.pipeline.watching import Tally
from marsad.record import Record, backup
from marsad.web.desk import Desk

SAMPLE = Path(__file__).parents[1] / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of the sample's first twelve articles."""
    folder = tmp_path_factory.mktemp("known")
    news = folder / "news.jsonl"
    news.write_text("".join(SAMPLE.read_text("utf8").splitlines(True)[:12]), "utf8")
    with Record.open(folder / "r.db", create=True) as record:
        pipeline.run(record, [news], workers=1)
    return folder / "r.db"


def marsad(*words: object) -> tuple[int, str]:
    """Exit code and last line of messages."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, (done.stderr.strip().splitlines() or [""])[-1]


def event_of(path: Path) -> str:
    with Record.open(path, readonly=True) as record:
        return record.incidents()[0].tellings[0].event_id


def is_sound(path: Path) -> bool:
    """Whether nothing is wrong but that the next run has something left to read or to link."""
    with Record.open(path) as record:
        return all(f.sound or f.check in ("readings", "linked") for f in doctor.examine(record))


# ── mounts ────────────────────────────────────────────────────────────────────────────────


@contextmanager
def mounted(path: Path, *options: str) -> Iterator[None]:
    """A file system of its own at the path."""
    if os.geteuid() or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(["mount", *options, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk that is too small for all of the sample."""
    folder = tmp_path / "small"
    folder.mkdir()
    with mounted(folder, "-t", "tmpfs", "-o", "size=1400k", "tmpfs"):
        yield folder


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The disk has no byte left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink()


# ── a full disk ───────────────────────────────────────────────────────────────────────────


def test_a_disk_that_is_full_is_named_and_what_was_stored_stays(small: Path, known: Path) -> None:
    path = small / "r.db"
    shutil.copyfile(known, path)
    event = event_of(path)
    with Record.open(path) as record:
        before = record.digest()
        deciding.accept(record, event, author="ن")
        with full(small):
            for attempt in (
                lambda: record.add(document(f"{TEXT} {n}" * 20) for n in range(100)),
                lambda: deciding.reject(record, event, author="ن", reason="x" * 100_000),
                lambda: pipeline.rebuild(record, workers=1),
            ):
                with pytest.raises(RecordError, match=r"disk is full.*free some space; nothing that was"):
                    attempt()
        assert len(record.document_ids()) == 12 and len(record.decisions()) == 1
        assert record.integrity() == () and list(record.wrongs()) == []
        record.add([document()])
        deciding.undo(record, record.decisions()[0].id, author="ن")
        pipeline.run(record, workers=1)
        assert len(record.document_ids()) == 13 and before != record.digest()
    assert is_sound(path)


def test_a_run_that_ran_out_of_disk_goes_on_when_there_is_room(small: Path, known: Path) -> None:
    news, taken = known.with_name("news.jsonl"), small / "taken"
    taken.write_bytes(bytes(1_000_000))
    code, said = marsad("--record", small / "r.db", "run", news, "-w", "1")
    assert code == 5 and "the disk is full (free some space; nothing that was stored is lost)" in said
    taken.unlink()
    assert is_sound(small / "r.db")
    assert marsad("--record", small / "r.db", "run", news, "-w", "1")[0] == 0
    with Record.open(small / "r.db") as record, Record.open(known) as whole:
        assert record.digest() == whole.digest()


@pytest.mark.parametrize("words", [("backup", "SMALL/b.zip"), ("export", "-f", "jsonld", "-o", "SMALL/out.json"),
                                   ("brief", "--from", "2020-01-01", "--to", "2026-12-31", "-o", "SMALL/b.html")])  # fmt: skip
def test_what_finds_no_room_says_where_and_leaves_nothing_half(
    small: Path, known: Path, words: tuple[str, ...]
) -> None:
    with full(small):
        code, said = marsad("--record", known, *(word.replace("SMALL", str(small)) for word in words))
    assert code in (2, 5) and str(small) in said and "No space left on device" in said
    assert list(small.iterdir()) == []


def test_a_release_that_finds_no_room_says_so(small: Path, known: Path) -> None:
    with full(small):
        code, said = marsad("--record", known, "release", small / "release", "--version", "1")
    assert code == 2 and str(small / "release") in said and "No space left on device" in said
    assert not (small / "release" / "SHA256SUMS").exists(), "what is not whole does not pass its check"


def test_a_file_that_was_there_is_kept_where_a_new_one_finds_no_room(small: Path, known: Path) -> None:
    out = small / "out.json"
    out.write_text("old")
    with full(small):
        assert marsad("--record", known, "export", "-f", "jsonld", "-o", out)[0] == 2
    assert out.read_text() == "old"
    assert marsad("--record", known, "export", "-f", "jsonld", "-o", out)[0] == 0
    assert out.read_text() != "old" and list(small.iterdir()) == [out]


def test_a_server_says_that_the_disk_is_full_and_decides_nothing(small: Path, known: Path) -> None:
    path, desk = small / "r.db", Desk()
    shutil.copyfile(known, path)
    event = event_of(path)
    body = {"verdict": "accept", "author": "ن", "event": event, "reason": "x" * 1000}
    key = {"Authorization": f"Bearer {desk.token}"}
    with served(path, desk) as client:
        assert client.get("/ar/incidents").status_code == 200
        with full(small):
            refused = [client.post("/api/v1/decisions", json=body, headers=key) for _ in range(3)]
        assert {answer.status_code for answer in refused} == {507}
        assert refused[0].json()["error"]["code"] == "disk_full" and str(small) not in refused[0].text
        with Record.open(path, readonly=True) as record:
            assert record.decisions() == ()
        assert client.post("/api/v1/decisions", json=body, headers=key).status_code == 201
        assert client.get("/ar/incidents").status_code == 200
    assert is_sound(path)


def test_a_watch_that_finds_no_room_takes_up_where_it_was(small: Path) -> None:
    def watch(record: Record) -> Tally:
        return watching.watch(record, told, once=True, client=client, say=lambda happening: None)

    start = datetime(2026, 11, 30, 8, tzinfo=UTC)
    client = Client("Marsad/test", Limits(seconds=20, idle=10), lambda host, port: ["127.0.0.1"])
    path, file = small / "r.db", small / "feeds.toml"
    with Newsroom(lambda: start, start) as room:
        door = f'allow_private = ["127.0.0.1:{room.port}"]'
        feed = f'[[feed]]\nname = "a"\nurl = "{room.url("/feed", "rss-a.test")}"\n'
        file.write_text(f'[defaults]\ndelay = "0s"\nbacklog = "3650d"\n{door}\n{feed}', "utf8")
        told = feeds.told(file, version="test")
        with Record.open(path, create=True) as record:
            with full(small), pytest.raises(FullError, match="disk is full"):
                watch(record)
            assert record.document_ids() == [] and list(record.wrongs()) == []
            done = watch(record)
            assert done.documents == done.read == len(record.document_ids()) == 3 and not done.failed
    assert is_sound(path)


def test_a_backup_that_finds_no_room_is_not_restored_in_part(
    small: Path, known: Path, tmp_path: Path
) -> None:
    backup.back_up(known, tmp_path / "b.zip", made=NOW)
    with (
        full(small),
        pytest.raises(RecordError, match=r"new.db: cannot be written: No space left.*free space"),
    ):
        backup.restore(tmp_path / "b.zip", small / "new.db")
    assert list(small.iterdir()) == []
    backup.restore(tmp_path / "b.zip", small / "new.db")


# ── what may not be written ───────────────────────────────────────────────────────────────


@pytest.fixture(params=["file", "folder"])
def readonly(request: pytest.FixtureRequest, tmp_path: Path, known: Path) -> Iterator[Path]:
    """A record whose file, or whose folder, may not be written: by its rights, or, for root, by its mount."""
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "r.db"
    changed = path if request.param == "file" else folder
    if os.geteuid():
        shutil.copyfile(known, path)
        changed.chmod(0o444 if request.param == "file" else 0o555)
        yield path
        changed.chmod(0o755)
    else:  # root may write whatever its rights
        shutil.copyfile(known, path)
        with mounted(changed, "--bind", str(changed)):
            subprocess.run(["mount", "-o", "remount,bind,ro", str(changed)], check=True)
            yield path


def test_what_may_not_be_written_can_be_read_and_says_so(readonly: Path, tmp_path: Path, known: Path) -> None:
    with Record.open(readonly, readonly=True) as record, Record.open(known, readonly=True) as whole:
        assert record.digest() == whole.digest()
    for words in (("run", SAMPLE), ("rebuild",), ("add", SAMPLE), ("decisions", "import", os.devnull)):
        code, said = marsad("--record", readonly, *words)
        assert code == 5 and "is read-only (make the file and its folder writable, or copy it" in said
    made = backup.back_up(readonly, tmp_path / "b.zip", made=NOW)
    assert made.documents == 12
    shutil.copyfile(readonly, tmp_path / "copy.db")  # the way out that is named
    with Record.open(tmp_path / "copy.db") as record:
        record.add([document()])


def test_a_folder_that_may_not_be_written_takes_no_new_record(readonly: Path) -> None:
    if os.access(readonly.parent, os.W_OK):
        pytest.skip("only the file may not be written")
    with pytest.raises(RecordError, match=r"cannot be made: .*name a file in a folder you may write to"):
        Record.open(readonly.parent / "new.db", create=True)
    with pytest.raises(RecordError, match="cannot be written"):
        backup.back_up(readonly, readonly.parent / "b.zip", made=NOW)


# ── a record that another holds ───────────────────────────────────────────────────────────

_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, statement: str) -> Iterator[None]:
    """Another process has locked the record."""
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path), statement], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdin is not None and other.stdout is not None
    with other:
        assert other.stdout.readline() == b"held\n"
        yield
        other.stdin.close()


def test_a_record_that_another_writes_for_long_can_be_read_and_is_waited_for(
    tmp_path: Path, known: Path
) -> None:
    path = tmp_path / "r.db"
    shutil.copyfile(known, path)
    event = event_of(path)
    with Record.open(path, patience=0.2) as record:
        with held(path, "BEGIN IMMEDIATE"):
            for attempt in (
                lambda: record.add([document()]),
                lambda: deciding.accept(record, event, author="ن"),
                lambda: pipeline.run(record, workers=1),
            ):
                with pytest.raises(BusyError, match=r"written by another process \(wait until that run has"):
                    attempt()
            assert len(record.incidents()) and backup.back_up(path, tmp_path / "b.zip", made=NOW)
        assert record.decisions() == () and len(record.document_ids()) == 12
        deciding.accept(record, event, author="ن")
        assert record.add([document()]).documents == 1


def test_a_record_that_another_holds_alone_says_so(tmp_path: Path, known: Path) -> None:
    """As a program that copies it, or one that has it in an older mode of journal, does."""
    path = tmp_path / "r.db"
    shutil.copyfile(known, path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    with held(path, "BEGIN EXCLUSIVE"):
        for mode in (True, False):
            with pytest.raises(BusyError, match="another process"):
                Record.open(path, readonly=mode, patience=0.2)
    with Record.open(path) as record:
        assert record.integrity() == () and len(record.document_ids()) == 12
