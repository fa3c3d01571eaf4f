"""Texts and files made to take all time and memory: what each takes, and what is said of it.

    python -m bench.bombs

Each is taken in and read, as `marsad run` does, by a process of its own, together with a sound article
behind it that has to come through.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: What one document may take, on one core of a machine of today: stated in docs/safety.md.
SECONDS, MEGABYTES = 60.0, 1500
SOUND = "قُتل ثلاثة جنود بانفجار عبوة ناسفة في كركوك أمس الثلاثاء، بحسب مصدر أمني."


def _page(body: str) -> bytes:
    return f"<html><head><title>خبر</title></head><body>{body}</body></html>".encode()


def _gz(path: Path, head: bytes, piece: bytes, times: int) -> None:
    with gzip.open(path, "wb", compresslevel=9) as stream:
        stream.write(head)
        for _ in range(times):
            stream.write(piece)


def _head() -> bytes:
    from marsad.ingest.coded import _COLUMNS

    return (",".join(_COLUMNS) + "\n").encode()


def _zip(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.txt", "w", force_zip64=True) as out,
    ):
        for _ in range(1000):
            out.write(b"0" * 1_000_000)


def texts() -> Iterator[tuple[str, str, Callable[[Path], object]]]:
    """Name, file name and what writes the file."""

    def put(data: bytes) -> Callable[[Path], object]:
        return lambda path: path.write_bytes(data)

    most = 10_000_000
    yield "a text of 50 MB", "big.txt", put((SOUND + "\n").encode() * (50_000_000 // 120))
    yield (
        "news up to the limit of bytes",
        "limit.txt",
        put((SOUND + "\n").encode() * (most // len((SOUND + "\n").encode()))),
    )
    yield "one word of 9 MB", "word.txt", put("ق".encode() * 4_500_000)
    yield "one word of 9 MB, tatweel and marks", "marks.txt", put("قـً".encode() * 1_500_000)
    yield "one number of 9 MB", "digits.txt", put(b"9" * 9_000_000)
    yield "a number with 4.5 million stops", "stops.txt", put(b"9." * 4_500_000)
    yield "a million numbers in a line", "numbers.txt", put(("قتل " + "12 " * 1_000_000).encode())
    yield (
        "a million number words in a line",
        "spelt.txt",
        put(("قتل " + "مئة و" * 1_000_000).encode()[: most - 10]),
    )
    yield (
        "dates without end in a line",
        "dates.txt",
        put(("قتل 3 في " + "12 آذار/مارس 2021، " * 300_000).encode()[: most - 10]),
    )
    yield "killings without end in a line", "acts.txt", put(("قتل 3 جنود وأصيب 4 " * 270_000).encode())
    yield "places without end in a line", "places.txt", put(("في كركوك والموصل " * 300_000).encode())
    yield "speakers without end in a line", "said.txt", put(("قال المتحدث إن " * 350_000).encode())
    yield "hidden words without end", "hidden.txt", put(("مـ ـ" * 1_200_000).encode())
    yield "line breaks, 9 million", "lines.txt", put(b"\xd9\x82" + b"\n" * 9_000_000)
    yield "brackets, 9 million", "brackets.txt", put(b"(" * 9_000_000)
    yield "quotation marks, 4.5 million", "quotes.txt", put("«".encode() * 4_500_000)
    yield "directions, 3 million", "bidi.txt", put("\u202eق".encode() * 1_800_000)
    yield "100,000 nested tags", "nested.html", put(_page("<div>" * 100_000 + SOUND + "</div>" * 100_000))
    yield "100,000 nested inline tags", "inline.html", put(_page("<p>" + "<b>" * 100_000 + SOUND))
    yield (
        "a million paragraphs",
        "paragraphs.html",
        put(_page("<article>" + "<p>خبر قصير من المدينة" * 250_000)),
    )
    yield "a million links", "links.html", put(_page("<article>" + "<a href=x>خبر</a> " * 380_000))
    yield (
        "a million meta elements",
        "meta.html",
        put(_page('<meta name=date content="2021-01-31">' * 240_000)),
    )
    yield (
        "a million attributes",
        "attributes.html",
        put(_page("<p " + " ".join(f"a{n}=1" for n in range(800_000)) + f">{SOUND}</p>")),
    )
    yield (
        "a table of 300,000 cells",
        "table.html",
        put(_page("<table>" + "<tr><td>خبر<td>4" * 250_000 + "</table>")),
    )
    yield "entities that name each other", "entities.html", put(
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">' + b"".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(10)
        ) + b"]><html><body><p>&k;</p></body></html>")  # fmt: skip
    yield "an outer entity that names a file", "outer.xhtml", put(
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>'
        + SOUND.encode() + b" &x;</p></body></html>")  # fmt: skip
    yield "JSON nested a million deep", "deep.jsonl", put(b'{"text":' + b"[" * 4_000_000 + b"\n")
    yield (
        "JSON-LD nested deep",
        "ld.html",
        put(_page('<script type="application/ld+json">' + "[" * 3_000_000 + "</script>")),
    )
    yield "a JSON number of 4 MB", "number.jsonl", put(b'{"text": "a", "id": ' + b"9" * 4_000_000 + b"}\n")
    yield "nine million broken lines", "broken.jsonl", put(b"x\n" * 9_000_000)
    yield "a line of 200 MB", "long.jsonl", put(b'{"text": "' + b"a" * 200_000_000 + b'"}\n')
    yield "a zip of 1 GB", "bomb.zip", _zip
    yield "a zip under the name of a text", "bomb.txt", _zip
    yield "gzip: a line of 2 GB", "line.csv.gz", lambda path: _gz(path, _head(), b"0" * 1_000_000, 2000)
    yield "gzip: a row of 2 GB", "row.csv.gz", lambda path: _gz(path, _head(), b'"\n",' * 250_000, 2000)
    yield (
        "gzip: 500 million broken rows",
        "rows.csv.gz",
        lambda path: _gz(path, _head(), b",\n" * 500_000, 1000),
    )


def _work(folder: str, name: str, out: Any) -> None:
    """Takes the file in and reads it, with a sound article behind it."""
    from marsad import pipeline
    from marsad.record import Record

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    paths = [f"{folder}/{name}", f"{folder}/sound.jsonl"]
    with Record.open(f"{folder}/r.db", create=True) as record:
        report = pipeline.run(record, paths, workers=1)
        seconds = time.process_time() - start
        sound = any(d.text == SOUND for d in record.documents()) and record.incidents() != []
    said = [str(f) for f in report.failures]
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    out.send((seconds, used, sound, report.read, len(said), said[0] if said else ""))


def measure(
    name: str, write: Callable[[Path], object], limit: float
) -> tuple[float, float, bool, int, int, str]:
    """Seconds of the processor, megabytes above what an empty process takes, and what came of it."""
    with tempfile.TemporaryDirectory(prefix="marsad-bombs-") as folder:
        write(Path(folder) / name)
        (Path(folder) / "sound.jsonl").write_text(
            json.dumps({"id": "sound", "text": SOUND, "published": "2021-05-05"}) + "\n", "utf8"
        )
        context = multiprocessing.get_context("fork")
        mine, theirs = context.Pipe()
        process = context.Process(target=_work, args=(folder, name, theirs))
        process.start()
        theirs.close()
        if mine.poll(limit):
            try:
                found = mine.recv()
            except EOFError:
                found = (0.0, 0.0, False, 0, 0, "the process died")
        else:
            found = (limit, 0.0, False, 0, 0, "not done in time")
        process.kill()
        process.join()
        return found


def main() -> None:
    """A table of all bombs."""
    import lxml.html  # noqa: F401
    import trafilatura  # noqa: F401

    from marsad import lexicon, pipeline  # noqa: F401
    from marsad.record import Record  # noqa: F401

    lexicon.load()
    only = sys.argv[1:]
    worst = False
    print("| bomb | s | MB | read | faults | said |\n|---|--:|--:|--:|--:|---|")
    for what, name, write in texts():
        if only and not any(part in name for part in only):
            continue
        seconds, used, sound, read, faults, said = measure(name, write, 4 * SECONDS)
        within = seconds <= SECONDS and used <= MEGABYTES and sound
        worst |= not within
        said = said[said.find("/", 5) + 1 :].split("/", 1)[-1] if said.startswith("/") else said
        print(
            f"| {what} | {seconds:.1f} | {used:.0f} | {read} | {faults} | {said[:150]}{'' if within else ' **over**'} |",
            flush=True,
        )
    print(
        f"within {SECONDS:g} s and {MEGABYTES} MB, and the article behind it read: {'no' if worst else 'all'}"
    )
    sys.exit(worst)


if __name__ == "__main__":
    main()
