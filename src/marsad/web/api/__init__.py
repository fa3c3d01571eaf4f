"""The API for programs: `/api/v1`, described by OpenAPI, its errors of one shape; only decisions are taken."""

from __future__ import annotations

from marsad.web.api import decisions, incidents, names, told

ROUTERS = (incidents.router, told.router, names.router, decisions.router)
