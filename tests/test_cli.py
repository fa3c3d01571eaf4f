"""The commands as a user meets them: what comes out where, and how they end."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from marsad import __version__, pipeline
from marsad.cli import app
from marsad.gazetteer.table import COLUMNS
from marsad.model import Document, Event, Figure, Location, Period, Reading, Span
from marsad.publish.lines import plain
from marsad.publish.tables import cell
from marsad.record import Record

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src" / "marsad" / "data" / "sample" / "articles.jsonl"


class LiteralReader:
    """Reads what stands there: a few triggers, counts of killed, one town, the day of publication."""

    version = "literal-1"

    def __init__(self, lexicon: object) -> None:
        pass

    def read(self, document: Document) -> Reading:
        if "تعطّل" in document.text:
            raise ValueError("the reader broke")
        events = []
        for found in re.finditer("تفجير|هجوم|قصف", document.text):
            trigger = Span(*found.span())
            line = Span(document.text.rfind("\n", 0, trigger.start) + 1, len(document.text))
            count = re.search(r"(\d+) قتلى", document.text)
            town = document.text.find("الرشاد")
            day = document.published
            events.append(
                Event(
                    type="attack" if found.group() == "هجوم" else "bombing",
                    trigger=trigger,
                    evidence=line,
                    period=Period(day, day) if day else None,
                    location=Location(
                        "الرشاد", Span(town, town + 6), None, "Kirkuk", "IRQ", 35.15, 44.07, 5.0, 1
                    ) if town >= 0 else None,
                    figures=(Figure("killed", "unknown", int(count[1]), int(count[1]), Span(*count.span())),)
                    if count else (),
                )
            )  # fmt: skip
        return Reading(document.id, self.version, tuple(events))


@pytest.fixture(autouse=True)
def _literal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marsad.pipeline.reading.Reader", LiteralReader)
    monkeypatch.delenv("MARSAD_RECORD", raising=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def article(id_: str, text: str, published: str | None = "2021-05-05", **more: Any) -> dict[str, Any]:
    return {"id": id_, "text": text, "published": published, "outlet": f"صحيفة {id_}", **more}


ARTICLES = [
    article("a", "تفجير في بلدة الرشاد يوقع 4 قتلى بحسب الشرطة"),
    article("b", "4 قتلى في تفجير هز بلدة الرشاد اليوم كما قال السكان"),
    article("c", "هجوم في مكان آخر لم يذكر عنه شيء", published="2020-01-01"),
]


def news(folder: Path, *articles: dict[str, Any], name: str = "news.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles or ARTICLES), "utf8")
    return str(path)


def marsad(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def process(*words: str, **more: Any) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "marsad", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf8", env=environment, **more,
    )  # fmt: skip


def finished(*words: str) -> tuple[int, str]:
    """Runs the command to its end: exit code and messages."""
    with process(*words) as running:
        _, messages = running.communicate(timeout=600)
    return running.returncode, messages


# ── read ──────────────────────────────────────────────────────────────────────────────────


def test_read_puts_out_codings_one_article_a_line(folder: Path) -> None:
    coded = rows(marsad("read", news(folder), "--format", "coding"))
    assert [article["id"] for article in coded] == ["a", "b", "c"]
    (event,) = coded[0]["events"]
    assert event["trigger"] == "تفجير"
    assert event["date"] == ["2021-05-05", "2021-05-05"]
    assert event["place"] == "الرشاد"
    assert event["figures"][0] == {
        "measure": "killed",
        "group": "unknown",
        "low": 4,
        "high": 4,
        "text": "4 قتلى",
    }
    assert event["speaker"] is None


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl"])
def test_read_has_every_format(folder: Path, form: str) -> None:
    out = marsad("read", news(folder), "-f", form).stdout
    assert "تفجير" in out
    if form == "csv":
        table = list(csv.DictReader(io.StringIO(out)))
        assert [row["trigger"] for row in table] == ["تفجير", "تفجير", "هجوم"]
    if form == "json":
        assert [item["id"] for item in json.loads(out)] == ["a", "b", "c"]


def test_read_reports_what_failed_and_reads_the_rest(folder: Path) -> None:
    path = news(folder, ARTICLES[0], article("x", "تعطّل القارئ هنا في تفجير"), ARTICLES[2])
    result = marsad("read", path, str(folder / "none.txt"), "-f", "coding", code=3)
    assert [coded["id"] for coded in rows(result)] == ["a", "c"]
    assert "none.txt" in result.stderr and "the reader broke" in result.stderr
    assert "Traceback" not in result.stderr


def test_read_makes_no_record(folder: Path) -> None:
    marsad("read", news(folder))
    assert [path.name for path in folder.iterdir()] == ["news.jsonl"]


# ── run, incidents, show ──────────────────────────────────────────────────────────────────


def test_run_links_what_two_outlets_tell(folder: Path) -> None:
    marsad("run", news(folder))
    found = rows(marsad("export", "incidents", "--format", "jsonl"))
    assert sorted(incident["documents"] for incident in found) == [["a", "b"], ["c"]]


def test_export_names_every_input_id_of_one_text(folder: Path) -> None:
    marsad("run", news(folder, ARTICLES[0], {**ARTICLES[0], "id": "copy"}))
    (incident,) = rows(marsad("export", "incidents"))
    assert incident["documents"] == ["a", "copy"]


def test_run_again_reads_nothing_anew(folder: Path) -> None:
    path = news(folder)
    assert "3 documents read" in marsad("run", path).stderr
    again = marsad("run", path)
    assert "3 known already" in again.stderr and "0 documents read" in again.stderr


def test_run_without_files_reads_what_add_took_in(folder: Path) -> None:
    marsad("add", news(folder))
    assert marsad("export", "events").stdout == ""
    assert "3 documents read" in marsad("run").stderr
    assert len(rows(marsad("export", "events"))) == 3


def test_run_without_files_and_record_makes_none(folder: Path) -> None:
    assert "no record here" in marsad("run", code=5).stderr
    assert list(folder.iterdir()) == []


def test_a_document_that_the_reader_trips_over_is_reported_and_tried_again(folder: Path) -> None:
    path = news(folder, ARTICLES[0], article("x", "تعطّل القارئ هنا"))
    assert "the reader broke" in marsad("run", path, code=3).stderr
    assert len(rows(marsad("export", "incidents"))) == 1
    assert "the reader broke" in marsad("run", code=3).stderr


def test_the_record_is_named_by_option_or_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marsad("--record", "one.db", "add", news(folder))
    monkeypatch.setenv("MARSAD_RECORD", "two.db")
    marsad("add", news(folder))
    assert {path.name for path in folder.glob("*.db")} == {"one.db", "two.db"}


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ((), 2),
        (("--from", "2021-01-01"), 1),
        (("--to", "2020-06-01"), 1),
        (("--place", "رشاد"), 0),
        (("--place", "الرشاد"), 1),
        (("--type", "attack"), 1),
        (("--min-killed", "4"), 1),
        (("--sources", "2"), 1),
        (("--text", "هز بلدة"), 1),
        (("--country", "IRQ"), 1),
        (("--limit", "1"), 1),
    ],
)
def test_incidents_are_listed_by_filters(folder: Path, words: tuple[str, ...], count: int) -> None:
    marsad("run", news(folder))
    assert len(rows(marsad("incidents", "-f", "jsonl", *words))) == count
    table = marsad("incidents", *words)
    assert ("nothing found" in table.stderr) == (count == 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--type", "picnic"), "one of armed_clash"),
        (("--from", "yesterday"), "2021-05-02"),
        (("--from", "2021-05-02", "--to", "2021-05-01"), "before it begins"),
        (("--actor", "NOBODY"), "one of"),
        (("--country", "Iraq"), "IRQ"),
        (("--sources", "0"), "from 1 up"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_in_one_line(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    marsad("run", news(folder))
    result = marsad("incidents", *words, code=2)
    assert result.stderr.startswith("error: ") and said in result.stderr
    assert result.stderr.count("\n") == 1 and result.stdout == ""


def test_show_gives_every_value_with_its_words(folder: Path) -> None:
    marsad("run", news(folder))
    (incident,) = rows(marsad("incidents", "--sources", "2", "-f", "jsonl"))
    shown = marsad("show", incident["id"][:8]).stdout
    for expected in ("«4 قتلى»", "«الرشاد»", "«تفجير»", "صحيفة a", "صحيفة b", "2021-05-05", "killed: 4"):
        assert expected in shown
    whole = json.loads(marsad("show", incident["id"], "--format", "json").stdout)
    texts = {a["id"]: a["text"] for a in ARTICLES}
    for telling in whole["tellings"]:
        text = texts[telling["articles"][0]["id"]]
        for value in telling["values"]:
            if value["span"]:
                assert text[slice(*value["span"])] == value["quote"]


def test_show_of_nothing_says_so(folder: Path) -> None:
    marsad("run", news(folder))
    assert "no incident" in marsad("show", "zzz", code=2).stderr


def test_compare_says_term_by_term_why(folder: Path) -> None:
    marsad("run", news(folder))
    told = {event["article"]: event["id"] for event in rows(marsad("export", "events"))}
    why = marsad("compare", told["a"], told["b"]).stdout
    assert "put together" in why and "days: overlap, same day" in why and "killed" in why
    assert "kept apart" in marsad("compare", told["a"], told["c"]).stdout
    incidents = [incident["id"] for incident in rows(marsad("export", "incidents"))]
    assert "kept apart" in marsad("compare", *incidents).stdout
    assert rows(marsad("compare", told["a"], told["b"], "-f", "jsonl"))[0]["terms"]
    assert "one and the same" in marsad("compare", told["a"], told["a"], code=2).stderr


@pytest.mark.parametrize("what", ["incidents", "events", "claims"])
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_everything_is_exported_in_every_format(folder: Path, what: str, form: str) -> None:
    marsad("run", news(folder))
    out = marsad("export", what, "--format", form).stdout
    if form == "json":
        assert isinstance(json.loads(out), list)
    if form == "csv":
        assert out.startswith("id,")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-x", "'-x"), ("@a", "'@a"), ("\tx", "'\tx"), ("-4.5", "-4.5"),
        (-3, "-3"), ("+12", "+12"), ("قتيل", "قتيل"), (None, ""), (["=a", "b"], "'=a; b"),
    ],
)  # fmt: skip
def test_a_cell_that_begins_as_a_formula_does_is_made_text(value: object, written: str) -> None:
    assert cell(value) == written


def test_a_text_does_not_steer_the_terminal(folder: Path) -> None:
    marsad("run", news(folder, article("a", "تفجير \x1b[2J\u202e في بلدة الرشاد")))
    (incident,) = rows(marsad("export", "incidents"))
    shown = marsad("show", incident["id"]).stdout
    assert "\x1b" not in shown and "\u202e" not in shown
    assert plain("a\x1b[31m\nb") == "a [31m b"


# ── rebuild, doctor ───────────────────────────────────────────────────────────────────────


def test_a_rebuild_derives_the_same_byte_for_byte(folder: Path) -> None:
    marsad("run", news(folder))
    with Record.open("marsad.db", readonly=True) as record:
        before = record.digest()
    assert marsad("rebuild").stdout.strip() == before


def test_the_order_in_which_articles_came_changes_nothing(folder: Path) -> None:
    marsad("-r", "x.db", "run", news(folder))
    for number, one in enumerate(reversed(ARTICLES)):
        marsad("-r", "y.db", "run", news(folder, one, name=f"{number}.jsonl"))
    assert marsad("-r", "x.db", "rebuild").stdout == marsad("-r", "y.db", "rebuild").stdout


def test_doctor_finds_a_sound_record_sound(folder: Path) -> None:
    marsad("run", news(folder))
    out = marsad("doctor", "--deep").stdout
    assert "fault" not in out and out.count("ok ") == 11


@pytest.mark.parametrize(
    ("harm", "said", "way_out"),
    [
        ("update documents set text = text || '!'", "not what was taken in", "restore a copy"),
        ("update readings set reader = 'older'", "unread", "marsad run"),
        (
            "update readings set body = replace(body, '\"trigger\":[0,', '\"trigger\":[-9,')",
            "outside",
            "rebuild",
        ),
        ("update readings set body = '{'", "outside", "rebuild"),
        ("delete from incidents", "something else", "rebuild"),
    ],
)
def test_doctor_says_what_is_wrong_and_the_way_out(folder: Path, harm: str, said: str, way_out: str) -> None:
    marsad("run", news(folder))
    with sqlite3.connect("marsad.db") as connection:
        connection.execute(harm)
    connection.close()
    out = marsad("doctor", "--deep", code=1).stdout
    assert said in out and way_out in out


# ── places ────────────────────────────────────────────────────────────────────────────────


def test_place_answers_names_lines_and_points() -> None:
    told = rows(marsad("place", "الفلوجة", "33.42, 44.5", "لا مكان كهذا", "--format", "jsonl"))
    assert told[0]["id"] == "irq-anbar-fallujah"
    assert [row["governorate"] for row in told] == ["Anbar", "Baghdad", None]
    assert told[2]["lat"] is None and told[2]["others"] == []
    lines = CliRunner().invoke(app, ["place", "--country", "سوريا", "-f", "csv"], input="القحطانية\n\nحمص\n")
    found = list(csv.DictReader(io.StringIO(lines.stdout.removeprefix("\ufeff"))))
    assert [row["governorate"] for row in found] == ["Hasakah", "Homs"]
    assert "no country" in marsad("place", "حمص", "--country", "أطلانتس", code=2).stderr
    assert "no place" in marsad("place", "حمص", "--near", "أطلانتس", code=2).stderr


def test_places_check_reads_a_table_that_adds_to_ours(folder: Path) -> None:
    assert "0 faults" in marsad("places", "check").stderr
    cells = {"id": "irq-anbar-new", "name_ar": "قرية جديدة", "name_en": "New", "type": "village", "admin1": "Anbar",
             "parent": "irq-anbar-fallujah-district", "country": "IRQ", "lat": "33.4", "lon": "43.7",
             "radius_km": "3", "source": "own survey"}  # fmt: skip
    for source, code in (("own survey", 0), ("", 1)):
        row = {**dict.fromkeys(COLUMNS, ""), **cells, "source": source}
        (folder / "mine.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row.values()) + "\n", "utf8")
        faults = rows(marsad("places", "check", "mine.tsv", "--format", "jsonl", code=code))
        assert [fault["row"] for fault in faults] == ["irq-anbar-new"] * code
    marsad("places", "check", "nowhere.tsv", code=3)


# ── how commands end ──────────────────────────────────────────────────────────────────────


def test_help_names_every_command() -> None:
    out = marsad("--help").stdout
    commands = "read explain add run incidents show compare export check brief rebuild doctor".split()
    for command in commands:
        assert f"  {command} " in out
        assert marsad(command, "--help").stdout
    assert marsad("--version").stdout.strip() == f"marsad {__version__}"


def test_a_command_that_is_none_is_refused() -> None:
    assert "picnic" in marsad("picnic", code=2).stderr
    assert marsad("incidents", "--format", "xml", code=2).stderr


def test_what_is_no_record_ends_in_one_line(folder: Path) -> None:
    Path("notes.txt").write_text("خبر " * 3000, "utf8")
    for words in (("incidents",), ("run", news(folder)), ("doctor",)):
        result = marsad("-r", "notes.txt", *words, code=5)
        assert result.stderr.startswith("error: notes.txt: ") and result.stderr.count("\n") == 1


def test_text_that_is_no_unicode_is_reported(folder: Path) -> None:
    path = folder / "news.jsonl"
    path.write_text('{"id": "a", "text": "\\ud800 تفجير"}\n' + json.dumps(ARTICLES[0]) + "\n", "utf8")
    result = marsad("run", str(path), code=3)
    assert "a" in result.stderr
    assert len(rows(marsad("export", "incidents"))) == 1


@pytest.mark.slow
def test_the_command_starts_at_once() -> None:
    def seconds(*words: str) -> float:
        """Processor time: what else the machine does must not fail the test."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        finished(*words)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds("--help") for _ in range(3)) < 0.3
    marsad("add", news(Path()))
    assert min(seconds("incidents") for _ in range(3)) < 0.5


def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    marsad(
        "run",
        news(folder, *(article(f"n{n}", f"تفجير رقم {n} في بلدة الرشاد {n % 9} قتلى") for n in range(600))),
    )
    with process("export", "events") as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(20) == 0


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_where_it_was(folder: Path) -> None:
    path = news(folder, *(article(f"k{n}", f"{ARTICLES[0]['text']} رقم {n}") for n in range(150)))
    assert finished("-r", "whole.db", "run", path)[0] == 0
    with process("-r", "cut.db", "run", path) as running:
        while running.poll() is None and _read_count("cut.db") == 0:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.wait()
    read = _read_count("cut.db")
    # what had not even been added when it was killed is given again
    code, messages = finished("-r", "cut.db", "run", path)
    assert code == 0 and f"{150 - read} documents read" in messages
    with Record.open("whole.db", readonly=True) as one, Record.open("cut.db", readonly=True) as other:
        assert one.digest() == other.digest()


def _read_count(path: str) -> int:
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        count = connection.execute("select count(*) from readings").fetchone()[0]
        connection.close()
        return int(count)
    except sqlite3.Error:
        return 0


# ── the pipeline as a library ─────────────────────────────────────────────────────────────


def test_a_source_is_the_outlet_else_the_site_else_the_input() -> None:
    from marsad.model import Capture

    text = Document("تفجير في بلدة الرشاد")
    told = LiteralReader(None).read(text)

    def source(*captures: Capture) -> str:
        (telling,) = pipeline.tellings(text, told, captures)
        return telling.source

    site = Capture("a", "https://www.x.invalid/1")
    assert source(replace(site, outlet="ب"), replace(site, outlet="أ")) == "أ"
    assert source(site) == "x.invalid"
    assert source(Capture("b"), Capture("a")) == "a"
    assert source(Capture("")) == text.id


def test_a_run_that_was_interrupted_keeps_what_it_had_read(folder: Path) -> None:
    path = news(folder, *(article(f"k{n}", f"{ARTICLES[0]['text']} رقم {n}") for n in range(100)))

    def interrupt(stage: str, done: int, total: int | None) -> None:
        if (stage, done) == ("read", 80):
            raise KeyboardInterrupt

    with Record.open("cut.db", create=True) as cut, Record.open("whole.db", create=True) as whole:
        with pytest.raises(KeyboardInterrupt):
            pipeline.run(cut, [path], progress=interrupt)
        assert 0 < len(cut.readings()) <= 80
        report = pipeline.run(cut)
        assert report.read == 100 - 64
        pipeline.run(whole, [path])
        assert cut.digest() == whole.digest()


def test_progress_is_told_as_it_is_made(folder: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    with Record.open("p.db", create=True) as record:
        report = pipeline.run(record, [news(folder)], progress=lambda *step: seen.append(step))
    assert (report.added.documents, report.read, report.incidents) == (3, 3, 2)
    assert ("add", 3, None) in seen and ("read", 3, 3) in seen and seen[-1][0] == "link"


def test_every_public_name_is_there_and_the_package_itself_is_light() -> None:
    import marsad as package

    for name in package.__all__:
        assert getattr(package, name) is not None
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="picnic"):
        _ = package.picnic
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, marsad; print('sqlalchemy' in sys.modules or 'yaml' in sys.modules)"],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert loaded.stdout.strip() == "False"


def test_one_article_is_read_and_linked_without_a_record() -> None:
    from marsad import link_readings, read_text

    reading = read_text(ARTICLES[0]["text"], published=None, title="عنوان")
    assert reading.events[0].trigger.of("عنوان\n" + ARTICLES[0]["text"]) == "تفجير"
    document = Document(ARTICLES[0]["text"])
    assert len(link_readings([(document, LiteralReader(None).read(document))])) == 1
