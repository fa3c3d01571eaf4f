"""HTML that cannot be forgotten to be escaped: every text is, unless it is already `Html`."""

from __future__ import annotations

from html import escape


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


_VOID = frozenset({"br", "hr", "input", "meta"})


def safe(text: str) -> Html:
    """`text` with nothing in it that a browser would take for markup."""
    if isinstance(text, Html):
        return text
    # a parser would make a line feed of a carriage return, and no page can hold a null
    return Html(escape(text, quote=True).replace("\r", "&#13;").replace("\0", "\ufffd"))


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """The element with its children; `class_` is the class, an attribute that is false is left out."""
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{safe(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{''.join(map(safe, children))}</{name}>")


def joined(*pieces: str) -> Html:
    """Pieces one after the other."""
    return Html("".join(map(safe, pieces)))
