"""`marsad review` and `marsad decisions` as a person meets them: keys in, decisions kept."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.decided import EVENT, TOLD, A, B, C, incidents, read, sets
from tests.making import TEXT, document, event
from tests.test_cli import marsad, rows
from typer.testing import CliRunner

from marsad.cli import app
from marsad.cli.review import _ARABIC, KEYS
from marsad.decide import doubts
from marsad.decide.doubts import rules
from marsad.decision import Case
from marsad.model import Incident
from marsad.pipeline import deciding, reviewing
from marsad.record import Record

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARSAD_BY", "ليلى")
    monkeypatch.delenv("MARSAD_RECORD", raising=False)
    with Record.open("marsad.db", create=True) as record:
        record.add([A, B, C])
        read(record, TOLD)
    return tmp_path


def review(keys: str, *options: str) -> str:
    result = CliRunner().invoke(app, ["review", *options], input=keys)
    assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
    return result.stdout


def asked(out: str) -> list[str]:
    """The events in the order in which they were put."""
    return re.findall(r"^(e[0-9a-f]{15})  [\d.]+ points", out, re.MULTILINE)


def states() -> list[tuple[str, str]]:
    with Record.open("marsad.db", readonly=True) as record:
        return [(s.decision.verdict, s.state) for s in deciding.standings(record)]


def linked() -> set[frozenset[str]]:
    with Record.open("marsad.db", readonly=True) as record:
        assert record.waiting() == 0
        return incidents(record)


def _cases(record: Record) -> list[Case]:
    told = reviewing.decided_on(record)
    return [reviewing.case_of(record, id_, told) for id_ in reviewing.queue(record, author="ليلى")]


# ── the queue ─────────────────────────────────────────────────────────────────────────────


def test_a_second_opinion_is_asked_of_what_others_decided() -> None:
    with Record.open("marsad.db") as record:
        deciding.accept(record, EVENT["a"], author="سامر")
        assert reviewing.queue(record, author="ليلى", second=True) == (EVENT["a"],)
        assert EVENT["a"] not in reviewing.queue(record, author="ليلى")
        assert reviewing.queue(record, author="سامر", second=True) == ()
    assert asked(review("r", "--second")) == [EVENT["a"]]
    with Record.open("marsad.db") as record:
        assert reviewing.agreement(record) == (1, 0)
        deciding.accept(record, EVENT["a"], author="ليلى")
        assert reviewing.agreement(record) == (1, 1)


def test_the_most_doubtful_come_first_by_the_published_points() -> None:
    with Record.open("marsad.db", readonly=True) as record:
        cases = _cases(record)
        assert {case.event_id for case in cases} == set(EVENT.values())
        assert [case.points for case in cases] == sorted((case.points for case in cases), reverse=True)
        for case in cases:
            assert case.doubts == doubts(case.incident, case.telling)
            assert all(0 < doubt.points <= rules().points[doubt.name] for doubt in case.doubts)
        deciding_on = {case.event_id: case for case in cases}
        pair = deciding_on[EVENT["a"]]
        assert "figures differ" in {d.name for d in pair.doubts} and pair.join is not None
        assert "alone" in {d.name for d in deciding_on[EVENT["arrest"]].doubts}


def test_the_order_is_that_of_the_doubts_then_of_the_days() -> None:
    with Record.open("marsad.db") as record:
        for author in ("نور", "سامر"):
            deciding.correct(record, EVENT["arrest"], "killed", str(len(author)), author=author)
        told, judged = reviewing.decided_on(record), record.judged()
        places = {
            t.event_id: (-sum(d.points for d in doubts(one, t, judged.get(t.event_id))), number, t.event_id)
            for number, one in enumerate(record.incidents())
            for t in one.tellings
        }
        order = reviewing.queue(record, author="ليلى")
        assert list(order) == sorted(places, key=places.__getitem__) and set(told) <= set(order)


def test_what_was_decided_is_not_asked_again_but_what_is_disputed_is() -> None:
    with Record.open("marsad.db") as record:
        deciding.accept(record, EVENT["a"], author="سامر")
        deciding.accept(record, EVENT["b"], author="ليلى")
        assert set(reviewing.queue(record, author="ليلى")) == {EVENT["shelling"], EVENT["arrest"]}
        deciding.correct(record, EVENT["a"], "killed", "5", author="سامر")
        deciding.correct(record, EVENT["a"], "killed", "6", author="نور")
        first = _cases(record)[0]
        assert (first.event_id, first.doubts[0].name) == (EVENT["a"], "disputed")


def test_the_points_are_published() -> None:
    page = (ROOT / "docs" / "review.md").read_text("utf8")
    data = yaml.safe_load((ROOT / "src" / "marsad" / "data" / "review.yaml").read_text("utf8"))
    for name, item in data["doubts"].items():
        assert f"| {name} | {item['points']} | {item['en']} | {item['ar']} |" in page


# ── keys ──────────────────────────────────────────────────────────────────────────────────


def test_one_key_decides_and_what_is_decided_shows_afterwards() -> None:
    out = review("a\nr\nn q")
    first, second, *_ = asked(out)
    assert states() == [("accept", "applied"), ("reject", "applied")]
    with Record.open("marsad.db", readonly=True) as record:
        judged = record.judged()
    assert judged[first].accepted == ("ليلى",) and judged[second].rejected == ("ليلى",)
    assert "decided by ليلى: 1 accept, 1 reject; 2 events are left" in out
    assert second not in marsad("export", "incidents").stdout


def test_the_words_are_shown_with_the_evidence_and_the_act_marked() -> None:
    out = review("q")
    flat = re.sub("[\u2066-\u2069]|\n +", "", out)
    evidence = TEXT[:30]
    assert f"«‹{evidence[:4]}›{evidence[4:]}»" in flat


def test_capitals_ask_for_a_reason_and_s_for_the_other() -> None:
    review("R\nتمرين لا هجوم\nq")
    assert rows(marsad("decisions", "list", "-f", "jsonl"))[0]["reason"] == "تمرين لا هجوم"
    out = review(f"S{EVENT['arrest']}\nرواه الشاهد نفسه\nq")
    (done,) = asked(out)[:1]
    with Record.open("marsad.db", readonly=True) as record:
        assert record.incident_of(done) == record.incident_of(EVENT["arrest"])


def test_an_event_is_told_apart_from_the_others_of_its_incident() -> None:
    out = review("d\nq")
    assert asked(out)[0] in (EVENT["a"], EVENT["b"])
    assert linked() == sets("a", "b", "shelling", "arrest")


def test_same_joins_with_the_nearest_other_incident() -> None:
    with Record.open("marsad.db") as record:
        deciding.correct(record, EVENT["b"], "type", "protest", author="سامر")
        assert incidents(record) == sets("a", "b", "shelling", "arrest")
    out = review("s\nq", "--incident", home("a"))
    assert "nearest other:" in out and "kept apart: the types are of different kinds" in out
    assert linked() == sets("a b", "shelling", "arrest")


def home(name: str) -> str:
    with Record.open("marsad.db", readonly=True) as record:
        return record.incident_of(EVENT[name]) or ""


def test_a_value_is_corrected_with_the_words_that_say_it() -> None:
    words = TEXT.split()[5]
    out = review(
        f"ckilled=7\n{words}\nckilled\ncnonsense=1\n\ncwounded=3\nلا وجود لها\nq",
        "--incident",
        home("arrest"),
    )
    assert "correct killed=7, kept as d" in out
    assert "has no =" in out and "no field 'nonsense'" in out and "the text has no" in out
    (row,) = rows(marsad("decisions", "list", "-f", "jsonl"))
    assert C.text[row["span"][0] : row["span"][1]] == words
    shown = marsad("show", home("arrest")).stdout
    assert "corrected: killed is 7, read as 4, by ليلى" in shown and "decisions" in shown
    assert json.loads(marsad("show", home("arrest"), "-f", "json").stdout)["decisions"][0]["value"] == "7"


def test_undo_goes_back_to_the_event_and_takes_the_whole_act_back() -> None:
    with Record.open("marsad.db", readonly=True) as record:
        queue = reviewing.queue(record, author="ليلى")
    pair = next(n for n, id_ in enumerate(queue) if id_ in (EVENT["a"], EVENT["b"]))
    out = review("n" * pair + "duaq")
    assert asked(out) == [*queue[: pair + 2], *queue[pair : pair + 2]]
    assert [verdict for verdict, _ in states()] == ["different", "withdraw", "accept"]
    assert review("uq").count("nothing was decided in this review") == 1


def test_a_key_that_means_nothing_says_so_and_the_end_of_input_ends() -> None:
    out = review("x?")
    assert "'x' does nothing here" in out and "reject: it is no event" in out and states() == []


def test_the_keys_of_an_arabic_keyboard_do_the_same() -> None:
    assert set(_ARABIC.values()) == set(KEYS)
    review("شقض")
    assert [verdict for verdict, _ in states()] == ["accept", "reject"]


def test_an_empty_queue_says_so() -> None:
    review("aaaa")
    assert "nothing to review" in CliRunner().invoke(app, ["review"]).stderr


@pytest.mark.slow
def test_on_a_terminal_keys_need_no_enter(folder: Path) -> None:
    master, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "marsad", "review", "--by", "سامر"], stdin=slave, stdout=slave, stderr=slave,
        env=environment, cwd=folder,
    )  # fmt: skip
    os.close(slave)
    shown = b""

    def until(mark: bytes) -> None:
        nonlocal shown
        while not shown.endswith(mark):
            assert select.select([master], [], [], 60)[0], shown.decode("utf8", "replace")
            try:
                shown += os.read(master, 4096)
            except OSError:  # the other end is closed
                break

    until(b"> ")
    for keys in ("a", "ق", "u"):
        os.write(master, keys.encode())
        shown += b"|"
        until(b"> ")
    os.write(master, b"R")
    until(b"why: ")
    os.write(master, "تمرين\n".encode())
    until(b"> ")
    os.write(master, b"q")
    assert process.wait(60) == 0
    os.close(master)
    assert b"\x1b[31m" in shown  # the act, in colour
    listed = rows(marsad("decisions", "list", "-f", "jsonl"))
    assert [(d["verdict"], d["state"]) for d in listed] == [
        ("accept", "applied"), ("reject", "withdrawn"), ("withdraw", "applied"), ("reject", "applied"),
    ]  # fmt: skip
    assert listed[3]["reason"] == "تمرين" and {d["author"] for d in listed} == {"سامر"}


# ── marsad decisions, show, export ────────────────────────────────────────────────────────


def test_decisions_are_listed_with_what_became_of_them() -> None:
    review("ar")
    with Record.open("marsad.db") as record:
        event = deciding.standings(record)[0].event_id or ""
        deciding.reject(record, event, author="سامر", reason="تدريب")
    listed = rows(marsad("decisions", "list", "-f", "jsonl"))
    assert [row["state"] for row in listed] == ["conflict", "applied", "conflict"]
    shown = marsad("decisions", "conflicts").stdout
    assert "سامر" in shown and "ليلى" in shown and "whether it is an event" in shown
    assert rows(marsad("decisions", "list", "--by", "سامر", "-f", "jsonl")) == listed[2:]
    assert rows(marsad("decisions", "list", "--state", "applied", "-f", "jsonl")) == [listed[1]]
    table = rows(marsad("export", "events"))
    assert {row["decided"] for row in table} == {None, "disputed", "rejected"}
    marsad("decisions", "undo", "3", "--by", "سامر")
    assert [state for _, state in states()] == ["applied", "applied", "withdrawn", "applied"]
    assert "who made it can take it back" in marsad("decisions", "undo", "1", "--by", "سامر", code=2).stderr


def test_what_is_no_longer_read_is_listed_as_unanchored() -> None:
    review("a")
    with Record.open("marsad.db") as record:
        read(record, {A.id: (), B.id: (), C.id: ()}, reader="test-2")
    assert "not read as that event" in marsad("decisions", "unanchored").stdout
    assert len(rows(marsad("decisions", "unanchored", "-f", "jsonl"))) == 1


def test_an_export_goes_into_another_record_and_back(folder: Path) -> None:
    review("arn")
    (folder / "d.jsonl").write_text(marsad("decisions", "export").stdout, "utf8")
    with Record.open("other.db", create=True) as record:
        record.add([A])
        read(record, {A.id: TOLD[A.id]})
    said = marsad("-r", "other.db", "decisions", "import", "d.jsonl").stderr
    assert said.startswith("2 new decisions of 2: 1 applied, 1 unanchored")
    assert marsad("-r", "other.db", "decisions", "export").stdout == (folder / "d.jsonl").read_text("utf8")
    assert "0 new decisions of 2" in marsad("decisions", "import", "d.jsonl").stderr
    changed = (folder / "d.jsonl").read_text("utf8").replace('"accept"', '"reject"', 1)
    result = CliRunner().invoke(
        app, ["-r", "other.db", "decisions", "import", "-"], input=changed + "{\n[]\n"
    )
    assert result.exit_code == 3
    assert "-:1: is not what was decided" in result.stderr and "-:3: is not JSON" in result.stderr
    assert marsad("decisions", "import", "none.jsonl", code=3).stderr.startswith("error: none.jsonl: cannot")


def test_show_follows_an_id_that_is_no_more_and_says_so() -> None:
    old, target = home("arrest"), home("a")
    with Record.open("marsad.db") as record:
        deciding.same(record, EVENT["a"], EVENT["arrest"], author="ليلى")
    gone = ({old, target} - {home("a")}).pop()
    result = marsad("show", gone)
    assert f"{gone} is no more: what it told of is now in {home('a')}" in result.stderr
    assert result.stdout.startswith(home("a")) and "is the same as" in result.stdout
    with Record.open("marsad.db") as record:
        for event in (EVENT["a"], EVENT["b"], EVENT["arrest"]):
            deciding.reject(record, event, author="ليلى")
    said = marsad("show", gone, code=2).stderr
    assert f"marsad decisions list --incident {gone}" in said
    assert len(rows(marsad("decisions", "list", "--incident", gone, "-f", "jsonl"))) >= 2


def test_doctor_shows_the_seal_and_what_waits() -> None:
    review("a")
    with Record.open("marsad.db") as record:
        number, seal = record.decision_head()
        assert (
            f"{number}, each as it was made, the last sealed {seal[:12]}" in marsad("doctor", code=1).stdout
        )
        deciding.accept(record, EVENT["b"], author="نور", link=False)
    assert "1 are not applied yet" in marsad("doctor", code=1).stdout


def test_a_case_alone_has_no_company() -> None:
    with Record.open("marsad.db") as record:
        later = document(f"{TEXT} هـ", outlet="هـ", published="2022-01-01")
        record.add([later])
        read(record, {**TOLD, later.id: (event(on=None, place=None, killed=None),)})
        (case,) = [c for c in _cases(record) if c.telling.document_id == later.id]
        assert {d.name for d in case.doubts} >= {"no day", "no place", "tells little", "alone"}
        assert isinstance(case.incident, Incident) and reviewing.nearest(record, case) is None
