"""The pages, one module each."""

from __future__ import annotations

from fastapi import APIRouter

from marsad.web.pages import incidents

ROUTERS: tuple[APIRouter, ...] = (incidents.router,)
