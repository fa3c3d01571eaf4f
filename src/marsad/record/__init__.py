"""The record: documents and decisions appended, everything else derived and rebuildable."""

from marsad.record.alerting import Alerting
from marsad.record.documents import Added, Version
from marsad.record.ids import Act
from marsad.record.judgements import Judgements
from marsad.record.linkage import Linkage
from marsad.record.query import Filters, Order, Range, Spot, Summary, Totals
from marsad.record.store import Record
from marsad.record.watching import Watching

__all__ = [
    "Act", "Added", "Alerting", "Filters", "Judgements", "Linkage", "Order", "Range", "Record", "Spot", "Summary", "Totals",
    "Version", "Watching",
]  # fmt: skip
