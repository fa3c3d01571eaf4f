"""Document → Reading: what an article tells, each value with the characters it was read from."""

from marsad.read.assemble import Reader

__all__ = ["Reader"]
