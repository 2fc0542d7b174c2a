"""The pages people read. Plain functions: they wait for ports, so they run in the thread pool."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from fastapi import HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from pipeline.errors import QuarantineError, WireroomError
from pipeline.index.document import ArticleDocument
from pipeline.ledger import Decision
from pipeline.status import read_status
from pipeline.types import ArchivePointer, ArticleId, Digest, FetchedPage, UrlKey
from pipeline.web.article_view import article_view
from pipeline.web.asking import has_words
from pipeline.web.front import ASSETS, Front, front_of
from pipeline.web.lab_page import lab_view
from pipeline.web.lookup import look_up, suggestions
from pipeline.web.search_view import search_view
from pipeline.web.story_view import MOST_TELLERS, RevisionView, TellerView, revision_views, story_view

log = logging.getLogger(__name__)

MOST_FEEDS = 500  # rows of the status page; the command line shows all
_ARTICLE_ID = re.compile(r"[0-9a-f]{32}")
_CHARSETS = r"utf-?8|iso-8859-(?:1[013-6]?|[2-9])|windows-125[0-8]|koi8-[ru]|shift_jis|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5"
_CHARSET = re.compile(rf"charset=[\"']?({_CHARSETS})", re.IGNORECASE)


def search(request: Request) -> Response:
    """The search page; without a query, the newest of everything."""
    front = front_of(request)
    found = look_up(front, request.query_params)
    wider = suggestions(front, found.asked.text) if found.page.total == 0 else ()
    view = search_view(
        found.page, found.asked, found.sort, front.links(request), front.now(), ranked=has_words(found.query), suggestions=wider
    )
    return front.page(request, "search.html", view=view, error=None)


def article(request: Request, article_id: str) -> Response:
    """One article, with where each part of it came from."""
    front = front_of(request)
    document = find_article(front, article_id)
    view = article_view(document, _decisions(front, document), front.now())
    story, revisions = _history(front, document)
    return front.page(
        request,
        "article.html",
        view=view,
        story=story,
        revisions=revisions,
        archived=front.read_page is not None and not document["noarchive"],
    )


def archived(request: Request, article_id: str) -> Response:
    """The page as it came, as plain text: its markup is never given to the browser to act on."""
    front = front_of(request)
    if front.read_page is None:
        raise HTTPException(404, "Archived pages are not offered here.")
    document = find_article(front, article_id)
    if document["noarchive"]:
        raise HTTPException(403, "The publisher asks that no copy of this page is shown.")
    kept = document["archive"]
    pointer = ArchivePointer(file=kept["file"], offset=kept["offset"], length=kept["length"], digest=Digest(kept["digest"]))
    try:
        return PlainTextResponse(_readable(front.read_page(pointer)).encode("utf-8", "replace"))
    except QuarantineError as error:
        raise HTTPException(404, f"The archived page cannot be read: {error}") from error


def status(request: Request) -> Response:
    """How things stand: feeds, batches, outcomes, lag."""
    front = front_of(request)
    now = read_status(front.state(), front.now())
    return front.page(request, "status.html", standing=now, most_feeds=MOST_FEEDS, has_trial=_has_trial(front))


def _has_trial(front: Front) -> bool:
    try:
        return front.read_trial is not None and front.read_trial() is not None
    except WireroomError as error:
        log.warning("no trial: %s", error)
        return False


def query_help(request: Request) -> Response:
    """The query language, explained."""
    return front_of(request).page(request, "help.html")


def lab(request: Request) -> Response:
    """What the trial of the lab found; 404 where there is none."""
    front = front_of(request)
    found = front.read_trial() if front.read_trial else None
    if found is None:
        raise HTTPException(404, "There is no trial. `wireroom lab run` begins one.")
    return front.page(request, "lab.html", view=lab_view(found))


def asset(request: Request, name: str) -> Response:
    """The stylesheet and the icon."""
    if name not in ASSETS:
        raise HTTPException(404, "There is no such file.")
    return Response(front_of(request).assets[name], media_type=ASSETS[name], headers={"Cache-Control": "private, max-age=86400"})


def find_article(front: Front, article_id: str) -> ArticleDocument:
    """Return the document of an id as it stands in an address; raises 404 where there is none."""
    document = front.index().get(ArticleId(article_id)) if _ARTICLE_ID.fullmatch(article_id) else None
    if document is None:
        raise HTTPException(404, "There is no article with this id. It may have been taken out, or the link is incomplete.")
    return document


def _decisions(front: Front, document: ArticleDocument) -> Sequence[Decision] | None:
    """Return what was decided, None where the ledger cannot be asked: the article can be read all the same."""
    keys = document["url_keys"]
    try:
        return front.state().decisions.about(UrlKey(keys[0])) if keys else ()
    except WireroomError as error:
        log.warning("no decisions for article %s: %s", document["article_id"], error)
        return None


def _history(front: Front, document: ArticleDocument) -> tuple[Sequence[TellerView], Sequence[RevisionView]]:
    """Return the article's story and its revisions, none where the ledger cannot be asked."""
    article_id = ArticleId(document["revision_of"] or document["article_id"])
    try:
        tellers = front.state().stories.story(article_id)[:MOST_TELLERS]
        found = {one.member.article_id: front.index().get(one.member.article_id) for one in tellers} if len(tellers) > 1 else {}
        revisions = front.state().revisions.of(article_id) if front.compare else ()
    except WireroomError as error:
        log.warning("no story of article %s: %s", article_id, error)
        return (), ()
    known = {key: one for key, one in found.items() if one is not None}
    views = revision_views(revisions, front.compare, front.now()) if front.compare else ()
    return story_view(tellers, known, article_id, front.now()), views


def _readable(page: FetchedPage) -> str:
    named = _CHARSET.search(page.header("content-type") or "")
    return page.body.decode(named[1] if named else "utf-8", "replace")
