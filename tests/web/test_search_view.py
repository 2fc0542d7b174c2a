"""A page of results as the template shows it."""

from __future__ import annotations

from pipeline.index.query import Fragment, Hit, SearchPage, Sort
from pipeline.types import ArticleId
from pipeline.web.app import create_app
from pipeline.web.asking import Asked
from pipeline.web.links import Links
from pipeline.web.search_view import SearchView, hit_view, search_view
from tests.web.front_desk import NOW, desk_of, document

LINKS = Links(create_app(desk_of()), "/news")


def hit(number: int = 1, *, snippet: tuple[Fragment, ...] = (), title: tuple[Fragment, ...] = (), **fields: object) -> Hit:
    one = document(number, **fields)
    return Hit(article_id=ArticleId(one["article_id"]), score=1.0, document=one, snippet=snippet, title=title)


def view_of(
    *hits: Hit, sort: Sort = Sort.NEWEST, cursor: str | None = None, seen: int = 0, size: int = 10, following: str | None = None
) -> SearchView:
    asked = Asked(text="ferry", size=size, sort=None, cursor=cursor, seen=seen)
    page = SearchPage(hits=hits, total=99, next_cursor=following)
    return search_view(page, asked, sort, LINKS, NOW, ranked=True)


def test_the_newest_are_grouped_by_day() -> None:
    """Ordered by time, hits stand under their days; ordered by rank, under nothing."""
    hits = [hit(1), hit(2), hit(30)]
    assert [(group.heading, len(group.hits)) for group in view_of(*hits).groups] == [
        ("Today, Tuesday, 14 July 2026", 2),
        ("Yesterday, Monday, 13 July 2026", 1),
    ]
    assert [(group.heading, len(group.hits)) for group in view_of(*hits, sort=Sort.RELEVANCE).groups] == [(None, 3)]
    assert view_of(sort=Sort.RELEVANCE).groups == ()


def test_a_hit_without_a_time_is_shown() -> None:
    """A document with a broken time stands under its own heading."""
    (group,) = view_of(hit(1, **{"@timestamp": "?"}, published="?")).groups
    assert group.heading == "Without a date"
    assert group.hits[0].when is None


def test_the_next_page_knows_what_was_seen() -> None:
    """Its link carries the cursor, how many hits came before, and the size where it is not the usual one."""
    assert view_of(hit(1), following="c2", seen=10).next_link == "/news/?q=ferry&cursor=c2&seen=11"
    assert view_of(hit(1), following="c2", size=50).next_link == "/news/?q=ferry&size=50&cursor=c2&seen=1"
    assert view_of(hit(1)).next_link is None
    assert view_of(following="c2").next_link is None


def test_numbers_of_the_hits_shown() -> None:
    """First and last, counted from the first page on."""
    page = view_of(hit(1), hit(2), seen=10, cursor="c")
    assert (page.first, page.last) == (11, 12)
    assert view_of().first == 0


def test_what_the_index_marked_is_shown() -> None:
    """Fragments of the index come before anything made here."""
    marked = (Fragment(text="ferry", marked=True),)
    view = hit_view(hit(snippet=marked, title=marked), LINKS, NOW)
    assert (view.title, view.snippet) == (marked, marked)


def test_teasers_where_nothing_was_marked() -> None:
    """The summary, else the beginning of the body up to a whole word; a title is never empty."""
    assert hit_view(hit(summary="In short."), LINKS, NOW).snippet[0].text == "In short."
    assert hit_view(hit(title=()), LINKS, NOW).title[0].text == "Ferry number 1 sails"
    long = hit_view(hit(body="word\n\n" * 400), LINKS, NOW).snippet[0].text
    assert long.endswith("word …")
    assert len(long) < 270
    untitled = document(1, title="")
    assert hit_view(Hit(article_id=ArticleId("1"), score=0.0, document=untitled), LINKS, NOW).title[0].text == "Untitled"


def test_when_we_met_it_is_said() -> None:
    """An article without a publication time shows that the time is ours."""
    assert hit_view(hit(published=None), LINKS, NOW).first_seen
    assert not hit_view(hit(), LINKS, NOW).first_seen
