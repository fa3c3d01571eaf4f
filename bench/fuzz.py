"""Coverage-guided fuzzing of everything that takes in what others wrote (atheris, that is libFuzzer).

    pip install 'marsad[fuzz]'
    python -m bench.fuzz page feed read --minutes 10 --out build/fuzz
    python -m bench.fuzz read --lines --out build/fuzz     # which lines the corpus that was found reaches

Targets (`bench.fuzz_targets`) are run one after the other, each in a process of its own. A finding is an
exception, a broken invariant (`bench.invariants`) or a text that takes too long for its length. Each is kept
once, by what was raised and where, under OUT/TARGET/found, and the fuzzing goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.mutations import HOSTILE, ROOT, mutator, words

Check = Callable[[bytes], None]
#: So many seconds for a short text are a finding: reading takes some milliseconds.
SLOW = 2.0


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
            said = re.sub(r"[-\d]+", "0", str(error))[:60] if type(error).__name__ == "Broken" else ""
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

    # here, so that what these load is instrumented, see `main`
    from bench.fuzz_targets import LONGEST, SHORTER, TARGETS, WORDY, seeds

    corpus, longest = out / target / "corpus", SHORTER.get(target, LONGEST)
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds(target):
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed[:longest])

    check = guarded(TARGETS[target](), out / target / "found")
    options: dict[str, Any] = {}
    if target in WORDY:
        options["custom_mutator"] = mutator()
    dictionary = out / target / "words.dict"
    escaped = {
        "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8")) for word in (*words()[::20], *HOSTILE)
    }
    dictionary.write_text("".join(f'"{word}"\n' for word in sorted(escaped)))
    atheris.Setup(
        [
            sys.argv[0], f"-max_total_time={seconds}", f"-max_len={longest}", "-timeout=120", "-rss_limit_mb=6000",
            "-print_final_stats=1", f"-dict={dictionary}", f"-artifact_prefix={out / target}/", str(corpus),
        ],
        check,
        **options,
    )  # fmt: skip
    atheris.Fuzz()


def lines_reached(target: str, out: Path) -> None:
    """Which lines of the package the corpus reaches, by module."""
    import dis

    from bench.fuzz_targets import TARGETS

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
    """The targets named, or all of them, for some minutes each."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("targets", nargs="*", metavar="TARGET", help="those of bench.fuzz_targets, else all")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--out", type=Path, default=ROOT / "build/fuzz")
    options.add_argument("--lines", action="store_true", help="say which lines the corpus reaches, and end")
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    if given.one:
        import atheris

        with atheris.instrument_imports(include=["marsad"]):  # what is not ours is not instrumented
            import marsad.ingest.feeds
            import marsad.pipeline
            import marsad.read
            import marsad.record  # noqa: F401

            fuzz(given.targets[0], given.out, int(given.minutes * 60))
    if find_spec("atheris") is None:
        sys.exit("atheris is not installed: pip install 'marsad[fuzz]' (Python 3.11 to 3.13 on Linux)")
    from bench.fuzz_targets import TARGETS

    targets = given.targets or list(TARGETS)
    if unknown := [name for name in targets if name not in TARGETS]:
        options.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    for target in targets:
        if given.lines:
            lines_reached(target, given.out)
        else:
            in_turn(target, given.out, given.minutes)


def in_turn(target: str, out: Path, minutes: float) -> None:
    """One target in a process of its own, and a line of what it came to."""
    log = out / target / "log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.fuzz", target, "--one", f"--minutes={minutes}", f"--out={out}"]
    start = time.time()
    with log.open("ab") as stream:
        done = subprocess.run(command, stdout=stream, stderr=stream, cwd=ROOT, check=False)
    said = log.read_text("utf8", "replace")
    runs = re.findall(r"number_of_executed_units: (\d+)", said)
    edges = re.findall(r"cov: (\d+)", said)
    found = len(list((out / target / "found").glob("*.txt")))
    print(
        f"{target}: {(time.time() - start) / 60:.1f} minutes, {runs[-1] if runs else '?'} runs, "
        f"coverage {edges[-1] if edges else '?'}, {found} findings, exit {done.returncode}",
        flush=True,
    )


if __name__ == "__main__":
    main()
