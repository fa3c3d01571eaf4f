"""The pages, one module each."""

from __future__ import annotations

from fastapi import APIRouter

from marsad.web.pages import document, incident, incidents

ROUTERS: tuple[APIRouter, ...] = (incidents.router, incident.router, document.router)
