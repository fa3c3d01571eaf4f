"""Work shared through a folder: one result for each piece, whatever dies, and the same record on every engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

from marsad import pipeline
from marsad.engine import Folder, crew, work
from marsad.engine.spark import session
from marsad.errors import InputError
from marsad.pipeline import Failure, batches, rows
from marsad.record import Added, Record

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def echo(log: Path | None = None, *, kill: int | None = None, slow: float = 0.0) -> Callable[..., None]:
    """Work that writes its piece down, and notes who did it; at one piece the worker may die."""

    def done(unit: Mapping[str, Any], reason: str | None, file: IO[bytes]) -> None:
        if unit["n"] == kill and reason is None:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(slow)
        file.write(f"{unit['n']} {reason or 'done'}".encode())
        if log:
            with log.open("a") as out:
                out.write(f"{unit['n']}\n")

    return done


def make(path: Path, count: int) -> Folder:
    return Folder.make(path, ({"n": n} for n in range(count)), about={"of": "a test"})


def results(folder: Folder) -> list[str]:
    return [folder.result(n).read_text() for n in range(len(folder))]


def test_work_is_done_once_and_in_order(tmp_path: Path) -> None:
    folder = make(tmp_path / "job", 20)
    assert list(work(folder, echo)) == list(range(20))
    assert results(folder) == [f"{n} done" for n in range(20)]
    assert list(work(Folder.open(tmp_path / "job"), echo)) == []
    assert not list((tmp_path / "job" / "leases").iterdir())


def test_work_is_laid_out_whole_or_not_at_all(tmp_path: Path) -> None:
    def units() -> Iterator[dict[str, int]]:
        yield {"n": 0}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Folder.make(tmp_path / "job", units(), about={})
    assert list(tmp_path.iterdir()) == []
    assert len(make(tmp_path / "job", 3)) == len(make(tmp_path / "job", 99)) == 3  # what lies there stays
    with pytest.raises(InputError, match="no shared work"):
        Folder.open(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(InputError, match="empty folder"):
        make(tmp_path / "full", 1)


def test_a_piece_in_other_hands_is_left_until_it_is_left_behind(tmp_path: Path) -> None:
    folder = make(tmp_path / "job", 2)
    lease = tmp_path / "job" / "leases" / "0"
    lease.write_text("another:1")
    assert list(work(folder, echo, wait=False)) == [1]
    long_ago = time.time() - 3600
    os.utime(lease, (long_ago, long_ago))
    assert list(work(folder, echo)) == [0]
    assert folder.tries(0) == 1


def test_a_lease_of_a_clock_that_was_ahead_is_left_behind_too(tmp_path: Path) -> None:
    folder = make(tmp_path / "job", 1)
    lease = tmp_path / "job" / "leases" / "0"
    lease.write_text("another:1")
    os.utime(lease, (time.time() + 3600,) * 2)
    assert list(work(folder, echo)) == [0]


@pytest.mark.slow
def test_a_piece_at_which_workers_die_is_given_up(tmp_path: Path) -> None:
    folder = make(tmp_path / "job", 6)
    with crew(folder, partial(echo, kill=2), 2) as tend:
        for _ in folder.results(tend):
            pass
    assert results(folder) == [f"{n} {'3 workers died at it' if n == 2 else 'done'}" for n in range(6)]


def broken() -> Callable[..., None]:
    raise OSError("no reader here")


@pytest.mark.slow
def test_workers_that_cannot_begin_are_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make(tmp_path / "job", 2)
    with pytest.raises(Exception, match="die before they begin"), crew(folder, broken, 1) as tend:
        list(folder.results(tend))
    assert "no reader here" in capfd.readouterr().err


# ── the record ────────────────────────────────────────────────────────────────────────────


def whole(path: Path) -> str:
    """What the record holds: its documents with all their captures, and everything derived."""
    with Record.open(path, readonly=True) as record:
        kept = [(one.document_id, one.capture, one.capture.raw) for one in record.kept(limit=10_000)]
        return f"{record.document_ids()}\n{kept}\n{record.digest()}"


def run(path: Path, *inputs: Path, **options: Any) -> pipeline.Report:
    with Record.open(path, create=True) as record:
        return pipeline.run(record, inputs, **options)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The record of the sample, read in one process."""
    path = tmp_path_factory.mktemp("plain") / "record.db"
    run(path, SAMPLE, workers=1)
    return whole(path)


def marsad(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "marsad", *map(str, arguments)],
        env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.slow
def test_the_record_is_the_same_from_workers_that_share_a_folder(tmp_path: Path, expected: str) -> None:
    """Several processes that know of each other only through the folder, as machines would."""
    pipeline.share(tmp_path / "job", [SAMPLE], stretch=6_000)
    assert len(Folder.open(tmp_path / "job")) > 8
    nodes = [marsad("worker", tmp_path / "job", "--workers", "1") for _ in range(3)]
    for node in nodes:
        _, said = node.communicate()
        assert node.returncode == 0, said
        assert "marsad run" in said
    report = run(tmp_path / "record.db", tmp_path / "job", workers=1)
    assert whole(tmp_path / "record.db") == expected and not report.failures
    again = run(tmp_path / "record.db", tmp_path / "job", workers=1)
    assert again.added is not None and again.added.documents == again.read == 0
    assert whole(tmp_path / "record.db") == expected


@pytest.mark.slow
def test_a_node_that_is_killed_costs_nothing(tmp_path: Path, expected: str) -> None:
    pipeline.share(tmp_path / "job", [SAMPLE], stretch=4_000)
    job = Folder.open(tmp_path / "job")
    node = marsad("worker", tmp_path / "job", "--workers", "2")
    while job.done() < 3:
        time.sleep(0.02)
    node.kill()  # its workers end with it, in the middle of a piece
    node.communicate()
    assert job.done() < len(job)
    report = run(tmp_path / "record.db", tmp_path / "job", workers=2)
    assert whole(tmp_path / "record.db") == expected and not report.failures


def at_work(parts: Path) -> list[int]:
    """Those who hold a lease of a run's work."""
    held: list[str] = []
    for lease in parts.glob("*/leases/*"):
        with suppress(FileNotFoundError):
            held += [lease.read_text()] if lease.name.isdigit() else []
    return [int(owner.rpartition(":")[2]) for owner in held if owner]


@pytest.fixture(scope="module")
def folder_of_articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with each article in a file of its own, several times: enough for units."""
    path = tmp_path_factory.mktemp("articles")
    articles = [json.loads(line) for line in SAMPLE.read_text("utf8").splitlines()]
    for times in range(5):
        for n, article in enumerate(articles):
            article = {**article, "id": f"{times}-{n}", "text": f"{article['text']}\n{times}"}
            (path / f"{times}-{n:02}.jsonl").write_text(json.dumps(article), "utf8")
    return path


@pytest.fixture(scope="module")
def never_killed(folder_of_articles: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("whole") / "record.db"
    run(path, folder_of_articles, workers=2)
    assert not Path(f"{path}-work").exists()
    return whole(path)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["the run", "a worker"])
def test_a_kill_in_the_middle_of_a_run_costs_nothing(
    victim: str, tmp_path: Path, folder_of_articles: Path, never_killed: str
) -> None:
    started = marsad("--record", tmp_path / "two.db", "run", folder_of_articles, "--workers", "2")
    parts = tmp_path / "two.db-work"
    if victim == "the run":
        while not list(parts.glob("*/done/*.arrow")):
            assert started.poll() is None
            time.sleep(0.02)
        started.kill()
        started.communicate()
        assert list(parts.glob("*/job.json"))
        report = run(tmp_path / "two.db", folder_of_articles, workers=2)
        # what came in before the kill is told too
        assert not report.failures and report.added is not None
        assert report.added.documents == report.read == len(list(folder_of_articles.iterdir()))
    else:
        while not (workers := at_work(parts)):
            assert started.poll() is None
            time.sleep(0.002)
        os.kill(workers[0], signal.SIGKILL)
        _, said = started.communicate()
        assert started.returncode == 0, said
    assert not parts.exists()
    assert whole(tmp_path / "two.db") == never_killed


@pytest.mark.slow
def test_the_record_is_the_same_from_a_pool(tmp_path: Path, expected: str) -> None:
    run(tmp_path / "record.db", SAMPLE, workers=2)
    assert whole(tmp_path / "record.db") == expected


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("java"), reason="no Java here (Debian: apt install openjdk-17-jre-headless)"
)
@pytest.mark.filterwarnings("ignore")  # PySpark's own, of the pandas that it does not need here
def test_the_record_is_the_same_from_spark(
    tmp_path: Path, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines and units go through Spark as Arrow and come back so; the one record holds the other."""
    pytest.importorskip("pyspark", reason="no PySpark here (pip install 'marsad[spark]')")
    monkeypatch.setenv("PYTHONPATH", ENVIRONMENT["PYTHONPATH"])
    spark = session("local[2]", spark_ui_enabled="false", spark_sql_shuffle_partitions="4")
    spark.sparkContext.setLogLevel("ERROR")
    try:
        lines = batches.read_lines(spark.read.text(str(SAMPLE)).repartition(4))
        found = [(value,) for value in batches.units([SAMPLE])]
        units = batches.read_units(spark.createDataFrame(found, "value string"))
        for name, frame in (("lines", lines), ("units", units)):
            with Record.open(tmp_path / f"{name}.db", create=True) as record:
                intake = batches.store_rows(record, frame.toArrow().to_batches())
                assert intake.added.documents == intake.read == len(record.document_ids())
                pipeline.run(record, workers=1)
    finally:
        spark.stop()
    assert whole(tmp_path / "units.db") == expected
    # lines come from anywhere, so it isn't known where in a file they stand, nor in which order they come
    with Record.open(tmp_path / "lines.db") as one, Record.open(tmp_path / "units.db") as other:
        assert sorted(one.document_ids()) == sorted(other.document_ids()) and one.digest() == other.digest()


@pytest.mark.slow
def test_work_of_another_version_is_refused(tmp_path: Path) -> None:
    pipeline.share(tmp_path / "job", [SAMPLE])
    job = json.loads((tmp_path / "job" / "job.json").read_text())
    job["about"]["lexicon"] = "another"
    (tmp_path / "job" / "job.json").write_text(json.dumps(job))
    with pytest.raises(InputError, match="another version"):
        pipeline.labour(tmp_path / "job")


def test_what_was_told_before_a_kill_is_told_after_it() -> None:
    intake = pipeline.Intake(Added(3, 1, 0, 2), 3, [Failure("a:1", "رديء", "mend it")], Counter(pages=4), 7)
    number, back = pipeline.Intake.loads(intake.dumps(5))
    assert (number, back) == (5, intake)
    back += intake
    assert (back.added.documents, back.read, len(back.failures), back.passed, back.unlisted) == (
        6,
        6,
        2,
        {"pages": 8},
        14,
    )


def test_rows_are_what_they_were(tmp_path: Path) -> None:
    items = list(pipeline.documents([SAMPLE]))[:5]
    read = pipeline.make_reader()
    made = [rows.Row(d, read(d)) for d in items if not isinstance(d, Failure)]  # type: ignore[arg-type]
    made += [rows.Row(failure=Failure("a.txt:3", "رديء", "mend it")), rows.Row(tally={"pages": 3})]
    with (tmp_path / "a.arrow").open("wb") as file:
        rows.write(made, file)
    back = [row for some in rows.read(tmp_path / "a.arrow") for row in some]
    assert back == made
    raws = [row.document.capture.raw for row in back if row.document]
    assert raws == [row.document.capture.raw for row in made if row.document] and all(raws)
