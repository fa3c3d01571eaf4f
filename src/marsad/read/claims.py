"""Numbers said of a period, an area or a stock, and rises and falls: no single happening."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.model import Claim
from marsad.read.events import Candidate, Findings
from marsad.read.layers import Layers


def find_claims(layers: Layers, found: Findings, kept: Sequence[Candidate]) -> tuple[Claim, ...]:
    """All claims of the text, in order."""
    return ()
