"""The demo newsroom's server: host names choose the publisher, tests choose the misbehaviour, requests are noted.

Every host has a hub at /hub, and POST /newsroom/publish puts one more article into the newsroom, which the hub then tells of.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from pipeline.demo.addresses import slug
from pipeline.demo.content import DemoArticle, load_content
from pipeline.demo.hub import PATH as HUB
from pipeline.demo.hub import Hub
from pipeline.demo.newsroom import Newsroom
from pipeline.demo.render import Renderer
from pipeline.demo.sending import Fault, send
from pipeline.demo.serving import PUBLISH, Serving, run_app, serve_app
from pipeline.demo.site import Site
from pipeline.errors import ConfigurationError

REQUESTS_KEPT = 10_000
ANY_PATH = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came in and how it was answered. `host` is without the port, `path` with the query."""

    host: str
    path: str
    headers: Mapping[str, str]
    status: int
    at: datetime


class DemoServer:
    """Answers for all publishers of a newsroom. `requests` holds the latest ones, oldest first."""

    def __init__(self, newsroom: Newsroom, renderer: Renderer | None = None, *, hub: Hub | None = None) -> None:
        self.newsroom = newsroom
        self.requests: deque[Request] = deque(maxlen=REQUESTS_KEPT)
        self._site = Site(newsroom, renderer or Renderer())
        self.hub = hub or Hub()
        self._faults: dict[tuple[str, str], Fault] = {}

    def misbehave(self, host: str, path: str, fault: Fault) -> None:
        """From now on meet requests for this host and path (without query; "*": any) with the fault."""
        self._faults[(host, path)] = fault

    def behave(self) -> None:
        """Switch every fault off and forget the requests."""
        self._faults.clear()
        self.requests.clear()

    def app(self) -> web.Application:
        """Return the application; it may be made once for each event loop."""
        app = web.Application()
        app.router.add_post(HUB, self.hub.asked)
        app.router.add_post(PUBLISH, self._publish)
        app.router.add_get("/{path:.*}", self._answer)
        app.on_cleanup.append(self.hub.close)
        return app

    def publish(self, article: DemoArticle, port: int) -> str:
        """Publish one more article, have the hub tell of it, and return its URL."""
        host = f"{article.publisher.host}:{port}"
        path = self.newsroom.add(article)
        for spec in article.publisher.feeds:
            feed = self._site.answer(host, spec.path)
            if feed.status == 200:
                self.hub.publish(f"http://{host}{spec.path}", feed.body, feed.content_type)
        return f"http://{host}{path}"

    async def _publish(self, request: web.Request) -> web.Response:
        wanted = {name: str(value) for name, value in (await request.post()).items()}
        publisher = next((one for one in self.newsroom.publishers if one.publisher_id == wanted.get("publisher")), None)
        title, text = wanted.get("title", "").strip(), wanted.get("text", "").strip()
        if publisher is None or not title or not text:
            known = ", ".join(one.publisher_id for one in self.newsroom.publishers)
            return web.Response(status=400, text=f"title, text and publisher are needed, the last one of {known}\n")
        now = self.newsroom.clock()
        article = DemoArticle(publisher=publisher, slug=slug(title), title=title, published=now, body=text, authors=("The Demo Desk",))
        port = request.url.port or 80
        return web.Response(status=201, text=self.publish(article, port) + "\n")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0].lower()
        honest = self._site.answer(request.host, request.path)
        fault = self._faults.get((host, request.path)) or self._faults.get((host, ANY_PATH)) or send
        at, status = datetime.now(UTC), 0
        try:
            response = await fault(request, honest)
            status = response.status
        finally:
            self._note(request, host, status=status, at=at)
        return response

    def _note(self, request: web.Request, host: str, *, status: int, at: datetime) -> None:
        path = request.rel_url.raw_path_qs
        self.requests.append(Request(host=host, path=path, headers=dict(request.headers), status=status, at=at))


async def serve(newsroom: Newsroom | DemoServer, host: str = "127.0.0.1", port: int = 0) -> Serving:
    """Serve a newsroom until `close` is called. Raises `ConfigurationError` where the port is taken."""
    server = newsroom if isinstance(newsroom, DemoServer) else DemoServer(newsroom)
    return await serve_app(server.app(), host, port)


def run_newsroom(port: int, home: Path) -> None:
    """Serve the demo newsroom on 127.0.0.1 until the process is asked to end (SIGINT, SIGTERM).

    The time of its first opening and its hub's subscribers are kept below `home`: changes of articles come at their time,
    and a restart goes on.
    Raises `ConfigurationError` for a port that is taken, content that is wrong or an `opened.json` that cannot be read.
    """
    opened_at = first_opening(home / "demo" / "opened.json", datetime.now(UTC))
    newsroom = Newsroom(load_content(), clock=lambda: datetime.now(UTC), opened_at=opened_at)
    run_app(DemoServer(newsroom, hub=Hub(home / "demo" / "subscribers.json")).app(), port)


def first_opening(file: Path, now: datetime) -> datetime:
    """Return the time noted in the file; where there is none, note `now`."""
    try:
        opened_at = datetime.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["opened_at"])
        return opened_at.astimezone(UTC)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps({"opened_at": now.isoformat()}) + "\n", encoding="utf-8")
        draft.replace(file)
        return now
    except (OSError, ValueError, KeyError, TypeError) as error:
        wanted = 'one line such as {"opened_at": "2026-11-18T07:42:00+00:00"}; the file may be deleted'
        raise ConfigurationError.of(str(file), str(error), wanted) from error
