"""Makes the app: middleware, pages, API, errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from marsad import __version__
from marsad.accounts import Accounts
from marsad.web import api, assets, errors, pages
from marsad.web.caching import Conditional
from marsad.web.desk import Desk
from marsad.web.i18n import preferred
from marsad.web.roles import Gate
from marsad.web.security import Guard
from marsad.web.site import Site
from marsad.web.telemetry import Meter, Telemetry


class _Unchanging(StaticFiles):
    """Hashed files: one name, one content, for ever."""

    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def make_app(
    record: str | Path, *, hosts: Collection[str] = (), any_address: bool = False, desk: Desk | None = None,
    accounts: Accounts | None = None,
) -> FastAPI:  # fmt: skip
    """The app over the record in that file or at that address, which it only reads unless there is a `desk` for decisions.

    `hosts` are names under which it may be asked for besides those of the loopback interface,
    `any_address` allows any bare IP address. With `accounts` everybody has to log in, and may do what
    their role allows. Raises `RecordError` where the record cannot be read.
    """
    site = Site.over(record, desk=desk, accounts=accounts)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        site.close()

    app = FastAPI(
        title="Marsad", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        redirect_slashes=False, lifespan=lifespan,
    )  # fmt: skip
    app.state.site, app.state.meter = site, Meter()
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Conditional, version=site.version)
    app.add_middleware(Gate, site=site, routes=app.routes)
    app.add_middleware(Guard, hosts=hosts, any_address=any_address)
    app.add_middleware(Telemetry, meter=app.state.meter)
    errors.install(app)
    app.add_api_route("/", _home, include_in_schema=False)
    if site.assets.built:
        app.mount("/static", _Unchanging(directory=assets.FOLDER), name="static")
    for router in (*pages.ROUTERS, *(pages.OF_USERS if accounts else ()), *api.ROUTERS):
        app.routes.extend(router.routes)
    return app


def _home(request: Request) -> RedirectResponse:
    language = preferred(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{language}/", status_code=307)
