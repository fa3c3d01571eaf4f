"""Lives of records in files, from their making to their end: what is done with each, and what must come of it."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.held import State, as_left, begins, digest, rederives, sound, state, version
from bench.killer import Killer, require
from marsad import pipeline
from marsad.pipeline import deciding
from marsad.record import Record, backup
from marsad.record.codec import encode
from marsad.record.schema import VERSION

_ROOT = Path(__file__).parents[1]
_SAMPLE = _ROOT / "src/marsad/data/sample/articles.jsonl"
_OLD = _ROOT / "tests/records"
#: After one kill in so many all is derived from what was left, and once more from nothing.
_REDERIVED = 20


@dataclass(frozen=True)
class Inputs:
    """Files that lives take in."""

    first: Path
    second: Path
    decisions: Path
    many: Path
    #: Articles, a file each, that come to `first` one after the other.
    single: tuple[Path, ...]
    #: A record into which `first` was run.
    started: Path


def inputs(folder: Path) -> Inputs:
    """Small files of news, decisions on them, and a file of several batches."""
    articles = [json.loads(line) for line in _SAMPLE.read_text("utf8").splitlines()]
    for number, one in enumerate(articles):
        one["url"] = f"https://example.org/{number}"

    def put(name: str, told: list[dict[str, Any]]) -> Path:
        path = folder / name
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told), "utf8")
        return path

    first = put("first.jsonl", articles[:14])
    # new articles, a known one of another outlet, and a new version of a known page
    later = [*articles[14:20], {**articles[0], "outlet": "وكالة أخرى", "id": "again"},
             {**articles[1], "text": articles[1]["text"] + " وأضاف المصدر أن الطريق أغلق."}]  # fmt: skip
    meetings = [
        {"id": f"n{n}", "text": f"اجتماع رقم {n} في بلدية البلدة لبحث إصلاح الطرق.", "outlet": "ن"}
        for n in range(340)
    ]
    started = folder / "started.db"
    with Record.open(started, create=True) as record:
        pipeline.run(record, [first], workers=1)
    made = Inputs(
        first, put("second.jsonl", later), folder / "decisions.jsonl", put("many.jsonl", meetings),
        tuple(put(f"single-{n}.jsonl", [one]) for n, one in enumerate(later)), started,
    )  # fmt: skip
    _decide(folder / "deciding.db", made)
    return made


def _decide(path: Path, made: Inputs) -> None:
    shutil.copyfile(made.started, path)
    with Record.open(path) as record:
        told = record.incidents()[:6]
        for number, incident in enumerate(told):
            event = incident.tellings[0].event_id
            if number % 2:
                deciding.reject(record, event, author="أ", reason="تجربة", link=False)
            else:
                deciding.accept(record, event, author="ب", link=False)
        deciding.different(
            record, told[0].tellings[0].event_id, told[1].tellings[0].event_id, author="ب", link=False
        )
        lines = (json.dumps({"id": d.id, **encode(d)}, ensure_ascii=False) for d in record.decisions())
        made.decisions.write_text("".join(f"{line}\n" for line in lines), "utf8")


class Life:
    """One record from its making to its end."""

    name = ""
    #: Whether it begins with a record of some news.
    started = False

    def __init__(self, killer: Killer, given: Inputs, path: Path) -> None:
        self.killer = killer
        self.given = given
        self.path = path
        self.promised = State()
        #: How commands are run to their end, in a life without kills.
        self.run: Callable[..., object] | None = None
        if self.started:
            shutil.copyfile(given.started, path)
            self.promised = state(path)

    def marsad(self, *arguments: str) -> list[str]:
        """The arguments with the record named."""
        return ["--record", str(self.path), *arguments]

    def look(self, done: bool) -> State:
        """Looks at the record as it stands after a kill or an end."""
        with as_left(self.path) as left:
            now = self.found(left)
            sound(left)
            if version(left) == VERSION and not self.killer.rng.randrange(_REDERIVED):
                rederives(left)
                self.killer.tally.rederived += 1
        begins(now.documents, self.promised.documents, "documents")
        begins(now.captures, self.promised.captures, "captures")
        begins(now.decisions, self.promised.decisions, "decisions")
        self.promised = now  # what was there once stays
        return now

    def found(self, left: Path) -> State:
        """What the record holds of what is appended."""
        return state(left)

    def step(self, name: str, *arguments: str, given: str = "") -> None:
        """A command of the life."""
        if self.run is not None:
            self.run(name, self.marsad(*arguments), given=given)
            self.look(True)
            return
        self.killer.stubborn(name, self.marsad(*arguments), self.look, given=given)

    def live(self) -> None:
        """All its commands."""
        raise NotImplementedError

    def end(self) -> None:
        """The doctor, who has to find nothing."""
        self.killer.whole("doctor", self.marsad("doctor"))

    def is_rebuilt(self) -> None:
        """Raises `Lost` where a rebuild gives something else."""
        with as_left(self.path) as left:
            rederives(left)

    def is_known(self, key: str = "") -> None:
        """Raises `Lost` where the record has not become what the first life of its kind became."""
        now = (digest(self.path), self.promised)
        known = _KNOWN.setdefault(f"{self.name} {key}", now)
        require(known[0] == now[0], "what is derived is not what a clean run derives")
        require(known[1] == now[1], "what is appended is not what a clean run appends")


_KNOWN: dict[str, tuple[str, State]] = {}


class Taking(Life):
    """add, run, decisions import, run with more, rebuild: the end is known to the byte."""

    name = "take"

    def live(self) -> None:
        self.step("add", "add", str(self.given.first))
        self.step("run", "run")
        self.step("decisions import", "decisions", "import", str(self.given.decisions))
        self.step("run FILES", "run", str(self.given.second))
        self.step("rebuild", "rebuild")

    def end(self) -> None:
        super().end()
        self.is_known()


class Filling(Life):
    """add of several batches, killed more often than it ends."""

    name = "fill"

    def live(self) -> None:
        self.step("add (4 batches)", "add", str(self.given.many))

    def look(self, done: bool) -> State:
        now = super().look(done)
        whole = len(now.documents)
        require(
            whole == 340 if done else whole in (0, 100, 200, 300, 340), f"half a batch: {whole} documents"
        )
        return now

    def end(self) -> None:
        self.is_known()


class Increasing(Life):
    """Articles that come one at a time and are linked into what is there: the end is that of one run."""

    name = "increase"
    started = True

    def live(self) -> None:
        files = list(self.given.single)
        if self.run == self.killer.whole:  # all at once
            self.step("run FILES", "run", *map(str, files))
            return
        for file in files:
            self.step("run (an increment)", "run", str(file))

    def end(self) -> None:
        super().end()
        self.is_known()


class Rebuilding(Life):
    """rebuild, broken off, and the run that comes after: what is derived is there as before."""

    name = "rebuild"
    started = True

    def live(self) -> None:
        self.step("decisions import", "decisions", "import", str(self.given.decisions))
        for _ in range(2):
            if self.run is None:
                self.killer.once("rebuild", self.marsad("rebuild"))
                self.look(False)
            self.step("run", "run")
        self.step("rebuild", "rebuild")

    def end(self) -> None:
        super().end()
        self.is_known()


class Reviewing(Life):
    """A person at the terminal, killed at any key; whoever comes again is asked what is left."""

    name = "review"
    started = True

    def live(self) -> None:
        keys = "ar" * 6
        self.step("review", "review", "--by", "ق", "--limit", "12", given=keys)
        self.step("run", "run")

    def end(self) -> None:
        super().end()
        with Record.open(self.path) as record:
            on = [(d.author, d.anchor.document_id, d.anchor.act, d.anchor.type, d.anchor.nth)
                  for d in record.decisions() if d.anchor]  # fmt: skip
        require(len(on) >= 12, "decisions are missing")
        require(len(set(on)) == len(on), "one event was decided on twice")
        self.is_rebuilt()


class Migrating(Life):
    """A record of an older Marsad, opened by this one: brought up to date whole, or not at all."""

    name = "migrate"

    def __init__(self, killer: Killer, given: Inputs, path: Path) -> None:
        super().__init__(killer, given, path)
        self.old = killer.rng.choice(sorted(_OLD.glob("v*.db.gz")))
        self.kept = self.old.name.removesuffix(".db.gz")
        path.write_bytes(gzip.decompress(self.old.read_bytes()))
        self.before = version(path)
        self.promised = self.found(path)
        told = json.loads((_OLD / f"{self.kept}.json").read_text("utf8"))
        require(self.promised.documents == tuple(f"{id_} {text}" for id_, text in told["documents"]),
                f"{self.kept} is not what was kept")  # fmt: skip

    def live(self) -> None:
        self.step("add (to an older record)", "add", str(self.given.single[2]))
        self.step("run (of an older record)", "run")
        self.step("run FILES", "run", str(self.given.second))

    def found(self, left: Path) -> State:
        require(version(left) in (self.before, VERSION), "the tables are of a version between")
        state(left)  # for its checks
        with closing(sqlite3.connect(left)) as database:
            rows = database.execute("select id || ' ' || text from documents order by number").fetchall()
            captures = database.execute(
                "select document_id || source_id || url || outlet || seq from captures order by number"
            ).fetchall()
            columns = {row[1] for row in database.execute("pragma table_info(decisions)")}
            taken = (
                "body ->> 'verdict', body ->> 'author', body ->> 'made', body ->> 'reason'"
                if "body" in columns
                else "verdict, author, made, reason"
            )
            decisions = database.execute(f"select {taken} from decisions order by number").fetchall()
        return State(
            tuple(text for (text,) in rows), tuple(text for (text,) in captures), tuple(map(str, decisions))
        )

    def end(self) -> None:
        super().end()
        self.is_known(self.kept)
        self.is_rebuilt()


class Keeping(Life):
    """backup, restore and copy: whole, or not there; the record itself is as it was."""

    name = "keep"
    started = True

    def live(self) -> None:
        folder = self.path.with_suffix(".kept")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        put_away, back, copied = folder / "r.zip", folder / "back.db", folder / "copied.db"
        self.step("decisions import", "decisions", "import", str(self.given.decisions))
        self._until_there("backup", put_away, self.marsad("backup", str(put_away)), backup.inspect)
        same = partial(self._same, self.promised)
        self._until_there("restore", back, ["--record", str(back), "restore", str(put_away)], same)
        self._until("copy", ["copy", str(self.path), str(copied)], lambda: self._copied(copied))
        same(copied)
        require(digest(copied) == digest(back) == digest(self.path), "a copy derives something else")

    def _same(self, promised: State, path: Path) -> None:
        require(state(path) == promised, "a copy does not hold what the record holds")
        sound(path)

    def _copied(self, path: Path) -> bool:
        """Whether all was copied: nothing was, else."""
        with as_left(path) as left:
            now = state(left)
            sound(left)
        require(now in (State(), self.promised), "half a copy")
        return now == self.promised

    def _until_there(
        self, name: str, path: Path, arguments: list[str], whole: Callable[[Path], object]
    ) -> None:
        """Gives the command until the file is there; it has to be whole from the first moment."""

        def there() -> bool:
            if path.exists():
                whole(path)
            return path.exists()

        self._until(name, arguments, there)

    def _until(self, name: str, arguments: list[str], done: Callable[[], bool]) -> None:
        if self.run is not None:
            self.run(name, arguments)
        for _ in range(self.killer.rng.randint(1, 9) if self.run is None else 0):
            self.killer.once(name, arguments)
            self.look(False)
            if done():
                break
        if not done():
            self.killer.whole(name, arguments)
            require(done(), f"{name} did nothing")

    def end(self) -> None:
        super().end()
        self.is_known()
