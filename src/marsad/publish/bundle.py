"""The files of a release beside its tables: what it is, how to cite it, what changed, and their hashes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import yaml

from marsad.publish.profiles import Profile
from marsad.publish.tables import csv_lines

Kind = Literal["added", "changed", "merged", "withdrawn"]
CHANGE_FIELDS = ("change", "incident", "into", "columns", "why")
_LIMITS = (
    "Events are read by a program from what outlets published: its documentation says how often it is right.",
    "A count of incidents is a floor of what was reported, no estimate of what happened.",
    "Not for operational safety decisions.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """What a release is called: its title, version, who publishes it, under which licence, and with which program."""

    title: str
    version: str
    publisher: str
    licence: str
    program: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one incident since the release before."""

    kind: Kind
    incident: str
    into: str | None = None
    columns: tuple[str, ...] = ()
    why: str = ""


def changes(before: str, now: str, gone: Callable[[str], Change]) -> list[Change]:
    """What changed from one `incidents.csv` to the next, by incident; `gone` says what became of one that is no more."""
    old, new = _rows(before), _rows(now)
    out = [Change("added", id_) for id_ in sorted(new.keys() - old.keys())]
    for id_ in sorted(new.keys() & old.keys()):
        columns = tuple(name for name in new[id_] if new[id_][name] != old[id_].get(name, ""))
        if columns:
            out.append(Change("changed", id_, columns=columns))
    out += [gone(id_) for id_ in sorted(old.keys() - new.keys())]
    return out


def _rows(text: str) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def bundle(
    tables: Mapping[str, bytes],
    story: Story,
    chosen: Profile,
    *,
    as_of: date,
    delay_days: int,
    withheld: Mapping[str, int],
    left_out: Mapping[str, Mapping[str, int]],
    changed: Sequence[Change],
) -> dict[str, bytes]:
    """All files of the release by name, `SHA256SUMS` over all others last."""
    files = dict(tables)
    files["CHANGES.csv"] = "".join(csv_lines(_change_rows(changed), CHANGE_FIELDS)).encode()
    files["README.md"] = _readme(
        files, story, chosen, as_of, delay_days, withheld, left_out, changed
    ).encode()
    files["CITATION.cff"] = _citation(story, as_of).encode()
    files["datapackage.json"] = _package(files, story, as_of).encode()
    sums = "".join(f"{_sha(content)}  {name}\n" for name, content in sorted(files.items()))
    return {**dict(sorted(files.items())), "SHA256SUMS": sums.encode()}


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _change_rows(changed: Iterable[Change]) -> Iterable[dict[str, object]]:
    for change in changed:
        yield {
            "change": change.kind, "incident": change.incident, "into": change.into,
            "columns": list(change.columns), "why": change.why or None,
        }  # fmt: skip


def _readme(
    files: Mapping[str, bytes],
    story: Story,
    chosen: Profile,
    as_of: date,
    delay_days: int,
    withheld: Mapping[str, int],
    left_out: Mapping[str, Mapping[str, int]],
    changed: Sequence[Change],
) -> str:
    counts = {
        kind: sum(change.kind == kind for change in changed)
        for kind in ("added", "changed", "merged", "withdrawn")
    }
    held = "; ".join(f"{count} by {why}" for why, count in sorted(withheld.items()) if count) or "nothing"
    lines = [
        f"# {story.title}, version {story.version}", "",
        f"As of {as_of}. Made with {story.program}. Published by {story.publisher}. Licence: {story.licence}.", "",
        f"**Profile `{chosen.name}`.** {chosen.words['en']} Delay: {delay_days} days. Held back: {held}.", "",
        *(f"- {limit}" for limit in _LIMITS), "",
        "| file | bytes |", "|---|---|",
        *(f"| `{name}` | {len(content)} |" for name, content in sorted(files.items())), "",
    ]  # fmt: skip
    for name, reasons in sorted(left_out.items()):
        told = "; ".join(f"{count} ({why})" for why, count in sorted(reasons.items()))
        lines.append(f"Incidents without a row in `{name}`: {told}.")
    if any(counts.values()):
        lines += [
            "",
            "Since the release before: "
            + ", ".join(f"{n} {kind}" for kind, n in counts.items())
            + " (`CHANGES.csv`).",
        ]
    return "\n".join(lines) + "\n"


def _citation(story: Story, as_of: date) -> str:
    told = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "Cite it with its version: incidents change as more is read.",
        "title": story.title,
        "version": story.version,
        "date-released": as_of.isoformat(),
        "license": story.licence,
        "authors": [{"name": story.publisher}],
    }
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True)


def _package(files: Mapping[str, bytes], story: Story, as_of: date) -> str:
    """A Frictionless data package (https://specs.frictionlessdata.io)."""
    resources = [
        {
            "name": name.replace("/", "-").replace(".", "-").lower(), "path": name, "bytes": len(content),
            "hash": f"sha256:{_sha(content)}", "encoding": "utf-8",
            **({"format": "csv", "profile": "tabular-data-resource"} if name.endswith(".csv") else {}),
        }
        for name, content in sorted(files.items())
    ]  # fmt: skip
    told = {
        "name": "marsad-release",
        "title": story.title,
        "version": story.version,
        "created": f"{as_of.isoformat()}T00:00:00Z",
        "contributors": [{"title": story.publisher, "role": "publisher"}],
        "licenses": [{"title": story.licence}],
        "resources": resources,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
