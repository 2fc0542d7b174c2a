"""The same answers as JSON, for programs, and a sign of life for supervisors."""

from __future__ import annotations

import json

from fastapi import Request
from fastapi.responses import Response

from pipeline.errors import WireroomError
from pipeline.index.query import Fragment, Hit
from pipeline.web.faults import unsecret
from pipeline.web.front import front_of
from pipeline.web.lookup import look_up
from pipeline.web.pages import find_article

_OF_A_HIT = ("url", "source", "language", "section", "summary", "published", "published_precision", "@timestamp", "words")


def as_json(answer: object, *, status: int = 200) -> Response:
    """Return JSON in ASCII, so that whatever a text holds can be sent."""
    return Response(json.dumps(answer), status_code=status, media_type="application/json")


def search(request: Request) -> Response:
    """`/api/search?q=&size=&cursor=&sort=`: hits with fragments, facets, total, and the cursor of the next page."""
    found = look_up(front_of(request), request.query_params)
    return as_json(
        {
            "query": found.asked.text,
            "sort": found.sort,
            "total": found.page.total,
            "milliseconds": round(found.page.milliseconds, 3),
            "hits": [_hit(hit) for hit in found.page.hits],
            "facets": {name: [{"value": one.value, "count": one.count} for one in counts] for name, counts in found.page.facets.items()},
            "next_cursor": found.page.next_cursor,
        }
    )


def article(request: Request, article_id: str) -> Response:
    """`/api/article/{id}`: the whole document, as docs/fields.md explains it."""
    return as_json(find_article(front_of(request), article_id))


def health(request: Request) -> Response:
    """`/healthz`: 200 where index and ledger answer, 503 with the reason where one does not."""
    front = front_of(request)
    answers = {"index": "ok", "state": "ok"}
    try:
        front.index().count()
    except WireroomError as error:
        answers["index"] = unsecret(str(error))
    try:
        front.state().ledger.batches(limit=1)
    except WireroomError as error:
        answers["state"] = unsecret(str(error))
    well = all(answer == "ok" for answer in answers.values())
    return as_json({"status": "ok" if well else "unavailable", **answers}, status=200 if well else 503)


def _hit(hit: Hit) -> dict[str, object]:
    shown: dict[str, object] = {"article_id": hit.article_id, "score": hit.score, "title": hit.document["title"]}
    shown |= {name: hit.document[name] for name in _OF_A_HIT}  # type: ignore[literal-required]
    shown |= {"story_id": hit.document["story_id"], "also": list(hit.also)}
    return shown | {"title_fragments": _fragments(hit.title), "snippet": _fragments(hit.snippet)}


def _fragments(fragments: tuple[Fragment, ...]) -> list[dict[str, object]]:
    return [{"text": one.text, "marked": one.marked} for one in fragments]
