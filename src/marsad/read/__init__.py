"""Document → Reading: what an article tells, each value with the characters it was read from."""

from marsad.read.assemble import Reader
from marsad.read.coded import CodedReader

__all__ = ["CodedReader", "Reader"]
