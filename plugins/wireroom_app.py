"""The search page inside Airflow's own API server, under /wireroom, for those who are logged in.

A plugin's app has no authentication of its own accord, so every route asks Airflow who is there: no token, no page. The app is
built with the first request, because plugins are imported by every Airflow process and only the API server serves pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from fastapi import FastAPI


def build_app() -> FastAPI:
    """Return the search page behind Airflow's login. Frames of the same origin may show it, as Airflow's navigation does."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends

    from pipeline.wiring import open_web_app

    return open_web_app(dependencies=[Depends(get_user)])


class OnFirstRequest:
    """An ASGI app that is built when somebody asks for it."""

    def __init__(self) -> None:
        self._app: FastAPI | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            self._app = build_app()
        await self._app(scope, receive, send)


class WireroomPlugin(AirflowPlugin):
    """Puts the search page into Airflow's navigation."""

    name = "wireroom"
    fastapi_apps = [{"app": OnFirstRequest(), "url_prefix": "/wireroom", "name": "Wireroom search"}]  # noqa: RUF012 - Airflow's own form
    external_views = [  # noqa: RUF012
        {"name": "Wireroom search", "href": "/wireroom/", "destination": "nav", "category": "browse", "url_route": "wireroom-search"}
    ]
