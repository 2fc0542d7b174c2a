"""The app as a whole: served alone, behind a proxy's prefix, mounted in another app."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from pipeline.ledger import FeedState
from pipeline.types import Feed, FeedId
from pipeline.web.app import ROUTES, create_app
from tests.fakes_state import MemoryState
from tests.web.front_desk import NOW, Browser, ShelfIndex, desk_of, document, own_links

DOCUMENTS = [
    document(number, people=["Ann Lee"], organisations=["NATO"], places=["Reykjavík"], authors=["Bo Ek"], keywords=["ferry"])
    for number in range(1, 26)
]


def wireroom(*, root_path: str = "") -> FastAPI:
    state = MemoryState()
    feed = Feed(feed_id=FeedId("a"), url="https://a.example/rss")
    state.feeds.states = {feed.feed_id: FeedState(feed=feed, next_poll_at=NOW)}
    return create_app(desk_of(ShelfIndex(DOCUMENTS), state, read_page=lambda pointer: None), root_path=root_path)


def mounted() -> FastAPI:
    outer = FastAPI()
    outer.mount("/wireroom", wireroom())
    return outer


def alone() -> tuple[Browser, str, str]:
    return Browser(wireroom()), "", ""


def behind_a_proxy() -> tuple[Browser, str, str]:
    """The proxy takes the prefix off before it asks, so links have it and requests need not."""
    return Browser(wireroom(root_path="/news")), "/news", ""


def in_another_app() -> tuple[Browser, str, str]:
    return Browser(mounted()), "/wireroom", "/wireroom"


def in_another_app_behind_a_proxy() -> tuple[Browser, str, str]:
    return Browser(mounted(), root_path="/airflow"), "/airflow/wireroom", "/airflow/wireroom"


@pytest.mark.parametrize("setting", [alone, behind_a_proxy, in_another_app, in_another_app_behind_a_proxy])
def test_every_link_of_every_page_leads_somewhere(setting: object) -> None:
    """Followed two steps deep from the front page, each of our links stands below the prefix and answers 200."""
    browser, prefix, asked_prefix = setting()  # type: ignore[operator]
    todo, seen = [f"{prefix}/"], set()
    for _step in range(3):
        found: list[str] = []
        for link in todo:
            assert link.startswith(f"{prefix}/"), link
            if link in seen or "/page" in link:
                continue
            seen.add(link)
            answer = browser.get(asked_prefix + link.removeprefix(prefix))
            assert answer.status_code == 200, link
            if answer.headers["content-type"].startswith("text/html"):
                found += own_links(answer.text)
        todo = found[:60]
    assert {f"{prefix}/status", f"{prefix}/help"} <= seen


def test_routes_are_as_told() -> None:
    """Each path has one name, and no documentation pages are offered that nobody asked for."""
    assert len({name for _, name, _ in ROUTES}) == len(ROUTES)
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert Browser(wireroom()).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/status", "/help", "/healthz", "/api/search"])
def test_heads_are_answered(path: str) -> None:
    """Supervisors and link checkers ask with HEAD."""
    assert Browser(wireroom()).get(path, method="HEAD").status_code == 200


def test_a_host_header_cannot_put_itself_into_links() -> None:
    """Links name no host, so none can be forged."""
    page = Browser(wireroom()).get("/").text
    assert "wireroom.test" not in page
