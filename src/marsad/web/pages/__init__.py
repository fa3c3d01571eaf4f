"""The pages, one module each."""

from __future__ import annotations

from fastapi import APIRouter

from marsad.web.pages import (
    actors,
    acts,
    brief,
    claims,
    document,
    exports,
    incident,
    incidents,
    method,
    places,
    review,
    settings,
    sources,
    trends,
)

ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        incidents,
        incident,
        document,
        trends,
        review,
        acts,
        claims,
        brief,
        sources,
        places,
        actors,
        method,
        exports,
        settings,
    )
)
