"""The search page inside Airflow's own API server, under /wireroom, for those who are logged in.

A plugin's app has no authentication of its own accord, so every route asks Airflow who is there: no token, no page. The app is
built with the first request, because plugins are imported by every Airflow process and only the API server serves pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from fastapi import FastAPI


def build_app() -> FastAPI:
    """Return the search page behind Airflow's login. Frames of the same origin may show it, as Airflow's navigation does."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends

    from pipeline.wiring import open_web_app

    return open_web_app(dependencies=[Depends(get_user)])


def explaining_app(error: Exception) -> FastAPI:
    """Return what stands in while a wrong setting keeps the search page from being built: 503, and why, to who is logged in.

    Hubs, which have no login, are told to come again, and not why.
    """
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends, FastAPI
    from fastapi.responses import PlainTextResponse

    app = FastAPI(openapi_url=None)
    methods = ["GET", "HEAD", "POST"]

    @app.api_route("/push/{callback_id}", methods=methods)
    async def later(callback_id: str) -> PlainTextResponse:
        return PlainTextResponse("out of order", 503, {"Retry-After": "60"})

    @app.api_route("/{path:path}", methods=methods, dependencies=[Depends(get_user)])
    async def explain(path: str) -> PlainTextResponse:
        return PlainTextResponse(f"Wireroom: something has to be set right first.\n\n{error}\n\nwireroom doctor checks each part.\n", 503)

    return app


class OnFirstRequest:
    """An ASGI app that is built when somebody asks for it, and asked for again until that succeeds."""

    def __init__(self) -> None:
        self._app: FastAPI | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            try:
                self._app = build_app()
            except ConfigurationError as error:
                await explaining_app(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class WireroomPlugin(AirflowPlugin):
    """Puts the search page into Airflow's navigation."""

    name = "wireroom"
    fastapi_apps = [{"app": OnFirstRequest(), "url_prefix": "/wireroom", "name": "Wireroom search"}]  # noqa: RUF012 - Airflow's own form
    external_views = [  # noqa: RUF012
        {"name": "Wireroom search", "href": "/wireroom/", "destination": "nav", "category": "browse", "url_route": "wireroom-search"}
    ]
