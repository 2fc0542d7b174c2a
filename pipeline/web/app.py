"""The search page: `create_app(desk)` is all of it, served alone or mounted below a prefix.

/                        search            /api/search         the same as JSON
/article/{id}            one article       /api/article/{id}   its document
/article/{id}/page       as it came        /healthz            a sign of life
/status   /help   /lab   /assets/{name}
/push/{callback_id}      where hubs verify and deliver, without a login
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import FastAPI
from fastapi.params import Depends
from fastapi.responses import Response

from pipeline.web import callback, faults, pages, programs
from pipeline.web.desk import Desk
from pipeline.web.front import Front
from pipeline.web.headers import StrictHeaders

ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("/", "search", pages.search),
    ("/article/{article_id}", "article", pages.article),
    ("/article/{article_id}/page", "archived", pages.archived),
    ("/status", "status", pages.status),
    ("/help", "help", pages.query_help),
    ("/lab", "lab", pages.lab),
    ("/assets/{name}", "asset", pages.asset),
    ("/api/search", "api_search", programs.search),
    ("/api/article/{article_id}", "api_article", programs.article),
    ("/healthz", "health", programs.health),
)
CALLBACK = "/push/{callback_id}"  # a hub cannot log in: it is known by the id, and by its signature


def create_app(desk: Desk, *, root_path: str = "", dependencies: Sequence[Depends] = ()) -> FastAPI:
    """Return the app. It reads and never writes, but for what hubs deliver to the callback.

    Args:
        desk: where the answers come from. Nothing is opened until it is needed.
        root_path: the prefix under which a proxy serves the app; one mounted in another app learns it by itself.
        dependencies: what every route but the callback asks first, such as who is there (FastAPI's `Depends`).
    """
    app = FastAPI(
        title="Wireroom", docs_url=None, redoc_url=None, openapi_url=None, root_path=root_path, redirect_slashes=False,
    )  # fmt: skip
    app.state.front = Front(desk)
    app.add_middleware(StrictHeaders)
    faults.install(app)
    for path, name, endpoint in ROUTES:
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], name=name, response_model=None, dependencies=list(dependencies))
    app.add_api_route(CALLBACK, callback.verify, methods=["GET"], name="verify", response_model=None)
    app.add_api_route(CALLBACK, callback.deliver, methods=["POST"], name="deliver", response_model=None)
    return app
