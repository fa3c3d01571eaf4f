"""The pages, one module each."""

from __future__ import annotations

from fastapi import APIRouter

from marsad.web.pages import (
    account,
    actors,
    acts,
    brief,
    claims,
    document,
    exports,
    feeds,
    health,
    incident,
    incidents,
    login,
    method,
    places,
    review,
    settings,
    sources,
    trends,
    users,
)

ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        health,  # before what takes any first word for a language
        incidents,
        incident,
        document,
        trends,
        review,
        acts,
        claims,
        brief,
        sources,
        feeds,
        places,
        actors,
        method,
        exports,
        settings,
    )
)
#: Those of servers where people log in.
OF_USERS: tuple[APIRouter, ...] = (login.router, account.router, users.router)
