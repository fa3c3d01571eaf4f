"""Whom a speaker quotes or speaks for, and to whom it is told."""

from __future__ import annotations

from marsad.read.identities import Named, name_speaker, read_person
from marsad.read.layers import Layers
from marsad.read.names import THAT, head_role
from marsad.read.speakers import read_speaker


def source_of(layers: Layers, i: int, end: int, heard: list[Named]) -> Named | None:
    """Whom an agency quotes: 'from a security source'."""
    for k in range(i, min(i + 8, end)):
        if layers.key(k) == "عن" or head_role(layers, k) == "according":
            match = layers.at["attribution"].get(k)
            after = match.last if match is not None else k + 1
            phrase = read_speaker(layers, after, end) or read_person(layers, after, end, heard)
            return name_speaker(layers, phrase, heard) if phrase is not None else None
        if head_role(layers, k) == "source" and layers.key(k - 1) in ("،", ",") and k == i + 1:
            # the preposition is often forgotten: 'what the paper reported, officials'
            phrase = read_speaker(layers, k, end)
            return name_speaker(layers, phrase, heard) if phrase is not None else None
        if layers.key(k) in THAT or layers.key(k) == ":":
            return None
    return None


def spokesman_of(layers: Layers, i: int, end: int, heard: list[Named]) -> Named | None:
    """Who speaks for the body: 'the ministry, by its spokesman X'."""
    for k in range(i, min(i + 4, end)):
        match = layers.at["attribution"].get(k)
        if match is not None and match.gives.get("by"):
            phrase = read_speaker(layers, match.last, end)
            return name_speaker(layers, phrase, heard) if phrase is not None else None
    return None


def told_to(layers: Layers, i: int, end: int) -> tuple[str, ...]:
    """The outlet that the speaker spoke to."""
    for k in range(i, min(i + 8, end)):
        if layers.key(k) in THAT:
            break
        match = layers.at["attribution"].get(k)
        glued = match is not None and (match.proclitics.endswith("ل") or layers.key(k - 1) == "ل")
        if match is not None and glued and match.gives.get("class") == "media":
            phrase = read_speaker(layers, k, end)
            return (name_speaker(layers, phrase, ()).text,) if phrase is not None else ()
    return ()
