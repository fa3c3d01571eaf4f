"""Coverage-guided fuzzing of everything that takes in what others wrote (atheris, that is libFuzzer).

    pip install atheris
    python -m bench.fuzz page --minutes 10 --out build/fuzz
    python -m bench.fuzz read --lines build/fuzz      # which lines the corpus that was found reaches

A finding is an exception, a broken invariant (`bench.invariants`) or a text that takes too long for its
length. Each is kept once, by what was raised and where, under OUT/TARGET/found, and the fuzzing goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import random
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "src/marsad/data/sample/articles.jsonl"
#: So many seconds for a short text are a finding: reading takes some milliseconds.
SLOW = 2.0
#: Longer inputs are for `bench.bombs`.
LONGEST = 8192

Check = Callable[[bytes], None]
#: What is put between and into the words of a text.
HOSTILE = (
    "\u200f", "\u200e", "\u202b", "\u202c", "\u2067", "\u2069", "\u200c", "\u200d", "\u200b", "\ufeff", "\u00ad",
    "\u0640", "\u0640\u0640\u0640", "\u064b", "\u0651\u0651", "\u0670", "\u00a0", "\u2028", "\x85", "\x0c", "\x00",
    "٠", "٩٩٩٩٩٩٩٩٩٩٩٩٩", "۱۲", "12.5.3", "1,000,000", "31/02/2021", "٣١/١٢/٩٩٩٩", "0/0/0", "-5", "²", "½", "①",
    "\U0001d7d9", "\U0001f4a3", "(", ")", "«", "»", "\n", "\n\n", ".", "...", "،", "؛", ":", "%", "٪", "#", "_",
    "و", "ال", "لل", "ب", "أ", "إ", "ى", "ﷺ", "ﻻ", "١٤٤٢هـ", "هـ", "م", "د.", "بين", "من", "إلى", "أو",
)  # fmt: skip


class Broken(Exception):
    """An invariant that does not hold."""


def _require(found: Iterator[str]) -> None:
    for what in found:
        raise Broken(what)


# ── targets ───────────────────────────────────────────────────────────────────────────────


def _taken_in(name: str) -> Check:
    """Bytes as a file of that name."""
    from bench import invariants
    from marsad import pipeline
    from marsad.ingest import ingest

    folder = Path(tempfile.mkdtemp(prefix="marsad-fuzz-"))
    path = folder / name

    def check(data: bytes) -> None:
        path.write_bytes(data)
        for item in ingest([path]):
            _require(invariants.of_item(item))
        for _ in pipeline.documents([path]):
            pass

    return check


def _piped(data: bytes) -> None:
    from bench import invariants
    from marsad.ingest import ingest

    for item in ingest(["-"], stdin=io.BytesIO(data)):
        _require(invariants.of_item(item))


def _decoded(data: bytes) -> None:
    from marsad.ingest import charset, decode

    for what in (decode.decode(data, "x"), charset.page_text(data, "x")):
        if isinstance(what, str):
            what.encode("utf-8", "surrogatepass")
    joined = [line for line in decode.lines(iter([data[:7], data[7:90], data[90:]]), 50) if line is not None]
    if any(len(line) > 50 or b"\n" in line for line in joined):
        raise Broken("a line that is none")


def _reads() -> Check:
    from bench import invariants
    from marsad import lexicon
    from marsad.model import Document, Span
    from marsad.pipeline.taking import find_dateline
    from marsad.read import Reader
    from marsad.record import codec

    words = lexicon.load()
    reader = Reader(words)

    def check(data: bytes) -> None:
        from datetime import date

        text = data[1:].decode("utf-8", "ignore")
        if not text.strip():
            return
        seed = data[0]
        published = date(2021, 1 + seed % 12, 1 + seed % 28) if seed & 1 else None
        head = text.find("\n")
        headline = Span(0, head) if seed & 2 and head > 0 else None
        document = Document(text, published, "input" if published else None, headline, "ar")
        reading = reader.read(document)
        _require(invariants.of_reading(document, reading))
        if seed & 12 == 12 and codec.dumps(reader.read(document)) != codec.dumps(reading):
            raise Broken("read twice, two readings")
        if seed & 16:
            find_dateline(text, lexicon=words)

    return check


def _rows() -> Check:
    from bench import invariants
    from marsad import lexicon
    from marsad.ingest import ingest
    from marsad.model import Document
    from marsad.read import CodedReader

    reader = CodedReader(lexicon.load())
    path = Path(tempfile.mkdtemp(prefix="marsad-fuzz-")) / "rows.csv"

    def check(data: bytes) -> None:
        path.write_bytes(data)
        for item in ingest([path]):
            _require(invariants.of_item(item))
            if isinstance(item, Document):
                _require(invariants.of_reading(item, reader.read(item)))

    return check


def _asked() -> Check:
    """Filters, ids and words, as a stranger may send them to a record."""
    from datetime import date

    from marsad import pipeline
    from marsad.errors import MarsadError
    from marsad.record import Filters, Record

    record = Record.open(Path(tempfile.mkdtemp(prefix="marsad-fuzz-")) / "r.db", create=True)
    pipeline.run(record, [SAMPLE], workers=1)

    def check(data: bytes) -> None:
        told = data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "ignore")
        parts = (told.split("\x1f") + [""] * 8)[:8]
        number = len(parts[6]) or None
        try:
            filters = Filters(
                text=parts[0] or None, place=parts[1] or None, actor=parts[2] or None, source=parts[3] or None,
                country=parts[4] or None, min_killed=number, first=date(2021, 1, 1) if parts[7] else None,
            )  # fmt: skip
            record.summaries(filters)
            record.totals(filters)
        except MarsadError:
            pass
        for ask in (record.incident, record.retired, record.event, record.joins, record.document):
            with suppress(MarsadError):
                ask(parts[5])

    return check


def _answered() -> Check:
    """What a record holds, should somebody have written into it."""
    from marsad.decision import Decision
    from marsad.errors import RecordError
    from marsad.model import Incident, Reading
    from marsad.record import codec

    def check(data: bytes) -> None:
        text = data[1:].decode("utf-8", "ignore")
        with suppress(RecordError):
            codec.loads((Reading, Incident, Decision)[data[0] % 3], text)

    return check


#: Name → what makes the check.
TARGETS: dict[str, Callable[[], Check]] = {
    "page": lambda: _taken_in("page.html"),
    "text": lambda: _taken_in("text.txt"),
    "lines": lambda: _taken_in("lines.jsonl"),
    "piped": lambda: _piped,
    "rows": _rows,
    "decode": lambda: _decoded,
    "read": _reads,
    "queries": _asked,
    "codec": _answered,
}

# ── what to begin with ────────────────────────────────────────────────────────────────────


def articles() -> list[dict[str, Any]]:
    """The bundled articles."""
    return [json.loads(line) for line in SAMPLE.read_text("utf8").splitlines()]


def seeds(target: str) -> Iterator[bytes]:
    """Sound inputs of the target, to be made unsound."""
    told = articles()
    if target in ("lines", "piped"):
        yield from (json.dumps(one, ensure_ascii=n % 2 == 0).encode() for n, one in enumerate(told[:40]))
    if target in ("page", "piped", "decode"):
        for one in told[:40]:
            yield (
                f"<!doctype html><html lang=ar><head><meta charset=utf-8><title>{one.get('title', '')}</title>"
                f'<meta property="article:published_time" content="{one.get("published", "")}">'
                f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"x","datePublished":"2021-01-31"}}'
                f"</script></head><body><article><h1>{one.get('title', '')}</h1><p>{one['text']}</p>"
                f"<time datetime=2021-01-31>x</time></article></body></html>"
            ).encode()
    if target in ("text", "piped", "decode"):
        yield from (f"{one.get('title', '')}\n{one['text']}".encode() for one in told)
    if target == "read":
        for n, one in enumerate(told):
            yield bytes([n % 256]) + f"{one.get('title', '')}\n{one['text']}".encode()[: LONGEST - 1]
            for m, sentence in enumerate(re.split(r"(?<=[.،])\s+", one["text"])):
                yield bytes([(n + m) % 256]) + sentence.encode()
    if target == "rows":
        from marsad.ingest.coded import _COLUMNS

        more = ("side_a_new_id", "adm_1", "adm_2", "where_coordinates", "source_article", "country", "region",
                "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "where_description", "source_date")  # fmt: skip
        head = ",".join((*_COLUMNS, *more))
        yield (f"{head}\n1,1,Government of Iraq,IS,1,35.46,44.39,1,2021-01-01,2021-01-02,4,3,6,116,"
               'Kirkuk province,Kirkuk district,Kirkuk,"Reuters,2021-01-03",Iraq,,1,2,1,0,near,2021\n').encode()  # fmt: skip
    if target == "codec":
        from marsad import pipeline
        from marsad.record import codec

        for one in told[:20]:
            yield b"\0" + codec.dumps(pipeline.read_text(one["text"])).encode()
    if target == "queries":
        for one in told[:20]:
            yield "\x1f".join([one["text"][:40], "كركوك", "IS", "outlet", "IRQ", "i12", "", ""]).encode()


def words() -> list[str]:
    """Words of the lexicon and what is hostile, for the mutator and the dictionary."""
    found: set[str] = set()
    for one in articles():
        found.update(one["text"].split())
    return [*sorted(found)[::3], *HOSTILE]


def mutator(rng_words: list[str]) -> Callable[[bytes, int, int], bytes]:
    """Changes words more often than bytes: bytes alone seldom make another Arabic word."""

    def change(data: bytes, size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.2 or len(data) < 2:
            changed = bytearray(data or b"\0")
            for _ in range(rng.randint(1, 4)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            return bytes(changed)[:size]
        head, text = data[:1], data[1:].decode("utf-8", "ignore")
        parts = re.split(r"(\s+)", text)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(parts))
            kind = rng.randrange(6)
            if kind == 0:
                parts[at] = rng.choice(rng_words)
            elif kind == 1:
                parts.insert(at, f" {rng.choice(rng_words)} ")
            elif kind == 2:
                del parts[at]
                parts = parts or [""]
            elif kind == 3:
                word = parts[at]
                cut = rng.randint(0, len(word))
                parts[at] = word[:cut] + rng.choice(HOSTILE) + word[cut:]
            elif kind == 4:
                other = rng.randrange(len(parts))
                parts[at], parts[other] = parts[other], parts[at]
            else:
                end = rng.randint(at, len(parts))
                parts[at:end] = parts[at:end] * 2
        return (head + "".join(parts).encode())[:size]

    return change


# ── runs ──────────────────────────────────────────────────────────────────────────────────


def guarded(check: Check, found: Path) -> Check:
    """The check with each kind of finding kept once, and the fuzzing going on."""
    known: set[str] = set()

    def keep(data: bytes, sign: str, told: str) -> None:
        if sign in known:
            return
        known.add(sign)
        name = hashlib.sha256(sign.encode()).hexdigest()[:12]
        found.mkdir(parents=True, exist_ok=True)
        (found / f"{name}.input").write_bytes(data)
        (found / f"{name}.txt").write_text(f"{sign}\n\n{told}", "utf8", "backslashreplace")
        sys.stderr.write(f"FOUND {sign} ({name})\n")

    def run(data: bytes) -> None:
        if not data:
            return
        start = time.process_time()
        try:
            check(data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            ours = [f for f in frames if "/marsad/" in f.filename] or list(frames)
            said = re.sub(r"[-\d]+", "0", str(error))[:60] if isinstance(error, Broken) else ""
            keep(
                data,
                f"{type(error).__name__} {said} {Path(ours[-1].filename).name}:{ours[-1].lineno}",
                traceback.format_exc(),
            )
        taken = time.process_time() - start
        if taken > SLOW:
            keep(data, f"slow at {len(data)} bytes", f"{taken:.1f} s")

    return run


def fuzz(target: str, out: Path, seconds: int) -> None:
    """Fuzzes one target; does not return."""
    import atheris

    corpus = out / target / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds(target):
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed[:LONGEST])
    from marsad import pipeline, record  # noqa: F401  what is not ours is not instrumented

    check = guarded(TARGETS[target](), out / target / "found")
    options: dict[str, Any] = {}
    if target in ("read", "text"):
        options["custom_mutator"] = mutator(words())
    dictionary = out / target / "words.dict"
    escaped = {"".join(f"\\x{byte:02x}" for byte in word.encode("utf-8")) for word in words()[-400:]}
    dictionary.write_text("".join(f'"{word}"\n' for word in sorted(escaped)))
    atheris.Setup(
        [
            sys.argv[0], f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=120", "-rss_limit_mb=6000",
            "-print_final_stats=1", f"-dict={dictionary}", f"-artifact_prefix={out / target}/", str(corpus),
        ],
        check,
        **options,
    )  # fmt: skip
    atheris.Fuzz()


def lines_reached(target: str, out: Path) -> None:
    """Which lines of the package the corpus reaches, by module."""
    import dis

    package = str(ROOT / "src/marsad")
    seen: set[tuple[str, int]] = set()

    def local(frame: Any, event: str, _: Any) -> Any:
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def trace(frame: Any, event: str, _: Any) -> Any:
        return local if frame.f_code.co_filename.startswith(package) else None

    check = TARGETS[target]()
    corpus = sorted((out / target / "corpus").iterdir())
    sys.settrace(trace)
    for path in corpus:
        try:
            check(path.read_bytes())
        except Exception:  # a finding, told elsewhere
            continue
    sys.settrace(None)

    def lines_of(code: Any) -> set[int]:
        own = {line for _, line in dis.findlinestarts(code) if line} - {code.co_firstlineno}
        inner = [const for const in code.co_consts if hasattr(const, "co_code")]
        return own.union(*(lines_of(const) for const in inner))

    reached = whole = 0
    for name in sorted({name for name, _ in seen}):
        code = compile(Path(name).read_text("utf8"), name, "exec")
        inside: set[int] = set()
        for const in code.co_consts:
            if hasattr(const, "co_code"):
                inside |= lines_of(const)
        hit = {line for file, line in seen if file == name} & inside
        reached, whole = reached + len(hit), whole + len(inside)
        print(f"{Path(name).relative_to(ROOT / 'src')}: {len(hit)} of {len(inside)} lines")
    print(
        f"{target}: {len(corpus)} inputs reach {reached} of {whole} lines ({100 * reached / max(whole, 1):.0f} %)"
    )


def main() -> None:
    """One target, for some minutes."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("target", choices=TARGETS)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--out", type=Path, default=ROOT / "build/fuzz")
    options.add_argument("--lines", action="store_true", help="say which lines the corpus reaches, and end")
    given = options.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    if given.lines:
        lines_reached(given.target, given.out)
        return
    try:
        import atheris
    except ModuleNotFoundError:
        sys.exit("atheris is not installed: pip install atheris (Python 3.11 to 3.13 on Linux)")
    with atheris.instrument_imports(include=["marsad"]):
        import marsad.pipeline
        import marsad.read
        import marsad.record  # noqa: F401
    fuzz(given.target, given.out, int(given.minutes * 60))


if __name__ == "__main__":
    main()
