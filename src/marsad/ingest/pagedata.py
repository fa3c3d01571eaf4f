"""What a web page states about its article: title, day of publication, outlet, address.

Only structured statements count: JSON-LD, meta elements, `time` elements of the article. Where
two of one kind name different days, none is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from marsad.ingest.compose import day_of
from marsad.ingest.decode import unsound

#: In the order of trust: `property`, `name` or `itemprop` of a meta element.
_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "article.published",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "published_time",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.date", "date",
)  # fmt: skip
_ARTICLES = frozenset(
    {"NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "BlogPosting",
     "LiveBlogPosting", "OpinionNewsArticle", "BackgroundNewsArticle", "Report"}
)  # fmt: skip
_PAGES = frozenset({"WebPage", "ItemPage"})
_DEPTH = 4
#: Titles and headings beyond so many, and those longer than so many characters, are those of no article.
_MOST, _LONGEST = 50, 1000


@dataclass(frozen=True, slots=True)
class PageData:
    """What the page states; `None` for what it does not."""

    title: str | None = None
    published: date | None = None
    outlet: str | None = None
    url: str | None = None


def page_data(tree: Any) -> PageData:
    """The structured metadata of a parsed page."""
    meta = _meta(tree)
    objects = list(_linked(tree))
    articles = [item for item in objects if _types(item) & _ARTICLES]
    pages = [item for item in objects if _types(item) & _PAGES]
    outlet = _first([*meta.get("og:site_name", ()), *_publishers(articles)])
    published = (
        _agreed(item.get("datePublished") for item in articles)
        or _by_name(meta)
        or _agreed(_times(tree))
        or _agreed(item.get("datePublished") for item in pages)
    )
    headlines = {_text(item.get("headline")) for item in articles} - {None}
    stated = [*meta.get("og:title", ()), *(node.text for node in tree.iter("title"))][:_MOST]
    shown = [text for node in islice(tree.iter("h1"), _MOST) if (text := _heading(node))]
    # A heading may be the site's own banner: one that a stated title repeats comes first.
    titles = (
        *(headlines if len(headlines) == 1 else ()),
        *(text for text in shown if any(text in (_text(title) or "") for title in stated)),
        *stated,
        *(shown if len(shown) == 1 else ()),
    )
    addresses = [
        *(node.get("href") for node in tree.iter("link") if (node.get("rel") or "").lower() == "canonical"),
        *meta.get("og:url", ()),
    ]
    return PageData(
        title=_without_site(_first(t for t in titles if _text(t) != outlet), outlet),
        published=published,
        outlet=outlet,
        url=_first(a for a in addresses if a and a.strip().startswith(("http://", "https://"))),
    )


def _text(value: Any) -> str | None:
    """A string on one line, or `None` for anything that is none or that cannot be kept."""
    if not isinstance(value, str) or unsound(value):
        return None
    return " ".join(part for part in value.replace("\n", " ").split(" ") if part).strip() or None


def _heading(node: Any) -> str | None:
    """The text of a heading; headings may stand in headings, each with all that is in it."""
    held, size = [], 0
    for part in node.itertext():
        held.append(part)
        size += len(part)
        if size > _LONGEST:
            return None
    return _text("".join(held))


def _first(values: Iterable[Any]) -> str | None:
    return next((text for value in values if (text := _text(value))), None)


def _agreed(values: Iterable[Any]) -> date | None:
    """The one day that all the values name; values that name no day do not count."""
    days = {day for value in values if isinstance(value, str) and (day := day_of(value))}
    return days.pop() if len(days) == 1 else None


def _meta(tree: Any) -> dict[str, list[str]]:
    """Contents of the meta elements by lower-case name."""
    out: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        content = node.get("content")
        for attribute in ("property", "name", "itemprop"):
            if content and (name := node.get(attribute)):
                out.setdefault(name.strip().lower(), []).append(content)
    return out


def _by_name(meta: dict[str, list[str]]) -> date | None:
    for name in _DATE_NAMES:
        if name in meta and (day := _agreed(meta[name])):
            return day
    return None


def _times(tree: Any) -> Iterator[str]:
    """The `time` elements that date the article itself, not its last change."""
    from lxml.etree import iterwalk

    marked: list[str] = []
    plain: list[str] = []
    inside = 0
    for event, node in iterwalk(tree, events=("start", "end"), tag=("article", "time")):
        if node.tag == "article":
            inside += 1 if event == "start" else -1
        if node.tag == "article" or event == "end":
            continue
        value = node.get("datetime") or ""
        role = f"{node.get('itemprop') or ''} {node.get('class') or ''}".lower()
        if "modified" in role or "updated" in role:
            continue
        if "pubdate" in node.attrib or "datepublished" in role:
            marked.append(value)
        elif inside:
            plain.append(value)
    yield from marked or plain


def _linked(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects that the page's JSON-LD speaks of directly, not those nested in them."""
    for node in tree.iter("script"):
        if (node.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            value = json.loads((node.text or "").strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _objects(value, _DEPTH)


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth:
        for item in value:
            yield from _objects(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph", []), depth - 1)


def _types(item: dict[str, Any]) -> set[str]:
    kinds = item.get("@type")
    return {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}


def _publishers(articles: Iterable[dict[str, Any]]) -> Iterator[Any]:
    for item in articles:
        publisher = item.get("publisher")
        for one in publisher if isinstance(publisher, list) else [publisher]:
            if isinstance(one, dict):
                yield one.get("name")


def _without_site(title: str | None, outlet: str | None) -> str | None:
    """The title without the outlet's name that pages put behind it."""
    if title and outlet and title.endswith(outlet):
        rest = title.removesuffix(outlet).rstrip()
        if rest and rest[-1] in "-–—|:•·":
            return rest.rstrip(" -–—|:•·") or None
    return title
