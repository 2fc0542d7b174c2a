"""The answers for programs."""

from __future__ import annotations

import json

from pipeline.errors import RetryableError
from pipeline.web.app import create_app
from tests.web.front_desk import Browser, ShelfIndex, cursor_behind, desk_of, document, refusing

DOCUMENTS = [document(number, title=f"Ferry {number} \u2028</script>") for number in range(1, 26)]


def browser(**others: object) -> Browser:
    return Browser(create_app(desk_of(ShelfIndex(DOCUMENTS), **others)))


def test_a_search_as_json() -> None:
    """Hits with their fragments, facets with counts, total, order and the cursor of the next page."""
    answer = browser().get("/api/search", q="ferry", size="2")
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert (found["total"], found["query"], found["sort"], found["next_cursor"], len(found["hits"])) == (
        25,
        "ferry",
        "relevance",
        cursor_behind(2),
        2,
    )
    first = found["hits"][0]
    assert first["article_id"] == DOCUMENTS[0]["article_id"]
    assert {"text": "Ferry", "marked": True} in first["title_fragments"]
    assert {"url", "source", "language", "published", "@timestamp", "snippet", "score"} <= set(first)
    assert found["facets"]["language"] == [{"value": "en", "count": 25}]


def test_paging_through_all() -> None:
    """Cursor by cursor, each hit comes once and the last page has no cursor."""
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = browser().get("/api/search", size="10", cursor=cursor).json()
        seen += [hit["article_id"] for hit in page["hits"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(one["article_id"] for one in DOCUMENTS)


def test_a_document_as_json() -> None:
    """The whole of it, whatever characters it holds."""
    answer = browser().get("/api/article/" + DOCUMENTS[0]["article_id"])
    assert json.loads(answer.text) == dict(DOCUMENTS[0])


def test_health() -> None:
    """200 where both answer; 503 naming the one that does not."""
    assert (browser().get("/healthz").status_code, browser().get("/healthz").json()["status"]) == (200, "ok")
    for part in ("index", "state"):
        answer = browser(**{f"open_{part}": refusing(RetryableError("no answer"))}).get("/healthz")
        assert answer.status_code == 503
        assert {name: text for name, text in answer.json().items() if text == "no answer"} == {part: "no answer"}
