"""The API for programs, read only: `/api/v1`, described by OpenAPI, its errors of one shape."""

from __future__ import annotations

from marsad.web.api import incidents, names, told

ROUTERS = (incidents.router, told.router, names.router)
