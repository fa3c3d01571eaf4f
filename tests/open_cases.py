"""Writes `corpus/open.yaml` anew: the cases of phenomena.yaml that do not hold now, and what is read instead.

    python -m tests.open_cases

It says which cases were mended and which broke, and refuses to make the list longer.
"""

from __future__ import annotations

import json
import sys

from tests.test_phenomena import CASES, CORPUS, KEYS, OPEN, faults

_HEAD = """\
# The cases of phenomena.yaml that do not hold yet: the number of the phenomenon (`2b`: its second case), and
# what is read instead. Written by `python -m tests.open_cases`; test_phenomena.py asserts that these fail and
# that all others hold. The list may only grow shorter.
"""
_LONGEST = 150


def main() -> int:
    """Judge every case, compare with the list, write it."""
    now = {key: wrong for key, case in zip(KEYS, CASES, strict=True) if (wrong := faults(case))}
    print(f"open: {len(now)} of {len(KEYS)}, before: {len(OPEN)}")
    print("mended:", *(key for key in OPEN if key not in now))
    for key in now:
        if key not in OPEN:
            print(f"broken: {key}: {'; '.join(now[key])}")
    if len(now) > len(OPEN):
        print("not written: more cases are open than before", file=sys.stderr)
        return 1
    told = {key: f"open: {'; '.join(wrong)}"[:_LONGEST] for key, wrong in now.items()}
    lines = (f'"{key}": {json.dumps(text, ensure_ascii=False)}\n' for key, text in told.items())
    (CORPUS / "open.yaml").write_text(_HEAD + "".join(lines), "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
