"""The document of bytes that were kept: made once more, as it was made when they came in."""

from __future__ import annotations

from io import BytesIO

from marsad.ingest import coded, files, lines, web
from marsad.ingest.compose import Dateline
from marsad.ingest.fault import Fault
from marsad.model import Document, Raw


def again(raw: Raw, name: str, *, dateline: Dateline | None = None) -> Document | Fault:
    """The document that `raw` gives today, or the fault that it has.

    `name` is the id under which it came in. A recipe whose version is another one now, or that asks
    `dateline` for the day, may give another document than it gave then.
    """
    body, where = raw.body, raw.file or name
    match raw.recipe.partition("/")[0]:
        case "text":
            return files.whole_document((body,), where, name, "text", dateline)
        case "page":
            return files.whole_document((body,), where, name, "page", dateline)
        case "web":
            return web.article(raw, name, dateline=dateline)
        case "entry":
            # here, as feeds are read by packages that nothing else needs
            from marsad.ingest.feeds.whole import entry_again

            return entry_again(raw, name, dateline=dateline)
        case "lines":
            found = list(lines.articles((body,), where, name, dateline=dateline))
        case "rows":
            found = list(coded.rows_of(BytesIO(body), where, name))
        case _:
            return Fault(where, f"no way {raw.recipe!r} to make a document is known", "update Marsad")
    return next((item for item in found if isinstance(item, Document)), found[-1])
