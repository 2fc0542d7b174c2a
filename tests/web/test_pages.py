"""The pages people read."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import quote

import pytest

from pipeline.errors import QuarantineError, RetryableError
from pipeline.index.fields import QUERY_FIELDS
from pipeline.index.parser import parse_query
from pipeline.ledger import Batch, BatchReport, BatchState, Decision, FeedState, Outcome, Stage
from pipeline.types import BatchId, Digest, Feed, FeedId, FetchedPage, UrlKey
from pipeline.web import pages
from pipeline.web.app import create_app
from tests.fakes_state import MemoryState
from tests.web.front_desk import NOW, Browser, ShelfIndex, cursor_behind, desk_of, document, links_in, refusing

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e\x00{{7*7}}"
HARMLESS_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "link",
    "body",
    "a",
    "header",
    "p",
    "time",
    "nav",
    "main",
    "h1",
    "h2",
    "h3",
    "h4",
    "form",
    "label",
    "div",
    "input",
    "button",
    "code",
    "section",
    "strong",
    "span",
    "ol",
    "ul",
    "li",
    "article",
    "bdi",
    "mark",
    "aside",
    "svg",
    "rect",
    "details",
    "summary",
    "footer",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "b",
    "blockquote",
    "pre",
    "cite",
    "small",
    "br",
}
A_PAGE = FetchedPage(
    url="https://news.example/1",
    final_url="https://news.example/1",
    status=200,
    headers=(("Content-Type", "text/html; charset=ISO-8859-1"),),
    body="<script>café</script>".encode("latin-1"),
    digest=Digest("0" * 64),
    fetched_at=NOW,
)


def browse(*documents: object, state: MemoryState | None = None, **others: object) -> Browser:
    return Browser(create_app(desk_of(ShelfIndex(documents), state, **others)))  # type: ignore[arg-type]


class Outline(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


# ── search ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_front_page_has_the_newest() -> None:
    """Without a query, everything, newest first, under its days, with facets."""
    page = browse(*(document(number) for number in range(1, 31))).get("/").text
    assert "30 articles" in page
    assert "Today, Tuesday, 14 July 2026" in page
    assert page.index("Ferry number 1 ") < page.index("Ferry number 2 ")
    assert re.findall(r'<h2 id="facet-(\w+)"', page) == ["day", "source", "language", "section"]


@pytest.mark.parametrize(("free", "told"), [(False, True), (True, False), (None, False)])
def test_what_is_not_free_says_so(free: bool | None, told: bool) -> None:
    """In the list and on the article's own page."""
    browser = browse(document(1, free_to_read=free))
    assert browser.get("/").status_code == browser.get(f"/article/{1:032x}").status_code == 200
    assert ("paywalled" in browser.get("/").text) is told
    assert ("wants to be paid" in browser.get(f"/article/{1:032x}").text) is told


def test_hits_are_marked() -> None:
    """What matched is marked in title and snippet, and the box keeps the query."""
    page = browse(document()).get("/", q="ferry").text
    assert "<mark>Ferry</mark> number 1 sails" in page
    assert "The <mark>ferry</mark> left the harbour." in page
    assert 'name="q" type="search" value="ferry"' in page
    assert "1.2 ms" in page


def test_filters_in_use_can_be_taken_off() -> None:
    """Each stands above the results and links to the query without it."""
    page = browse(document()).get("/", q='ferry source:"The Meridian" -language:de').text
    assert "/?q=ferry+-language%3Ade" in links_in(page)
    assert "/?q=ferry+source%3A%22The+Meridian%22" in links_in(page)


def test_the_order_can_be_changed() -> None:
    """With words, both orders; without, only the newest first makes sense."""
    both = browse(document()).get("/", q="ferry").text
    assert '<h2 class="unseen">Best matches</h2>' in both
    assert "Best first" in both
    assert "/?q=ferry&sort=newest" in links_in(both)
    assert "Best first" not in browse(document()).get("/", q='source:"The Meridian"').text
    assert 'name="sort" value="newest"' in browse(document()).get("/", q="ferry", sort="newest").text


def test_paging() -> None:
    """From the first page over the next link to the last, and back to the first."""
    browser = browse(*(document(number) for number in range(1, 26)))
    seen: list[str] = []
    link: str | None = "/?q=ferry&sort=newest"
    while link:
        page = browser.get(link).text
        seen += re.findall(r"number (\d+) sails", page)
        link = next((one for one in links_in(page) if "cursor=" in one), None)
    assert seen == [str(number) for number in range(1, 26)]
    assert "21 to 25" in page
    assert "/?q=ferry&sort=newest" in links_in(page)


def test_a_page_past_the_end() -> None:
    """A cursor behind the last hit, as after a deletion, leads back."""
    page = browse(document()).get("/", q="ferry", cursor=cursor_behind(50)).text
    assert "That was all" in page


def test_nothing_found() -> None:
    """Wider queries that find something are offered; where none does, advice."""
    browser = browse(document())
    page = browser.get("/", q="ferry strike").text
    assert "Nothing found" in page
    assert "/?q=ferry+OR+strike" in links_in(page)
    assert "No article has all of this" in browser.get("/", q="zzz").text
    assert "No articles yet" in browse().get("/").text


@pytest.mark.parametrize(("query", "told"), [("sorce:x", "did you mean source:"), ("date:never", "never"), ("x" * 2001, "2,000")])
def test_a_wrong_query(query: str, told: str) -> None:
    """400 with the reason beside the box, which keeps what was typed."""
    answer = browse(document()).get("/", q=query)
    assert answer.status_code == 400
    (box,) = [one for one in Outline(answer.text).of("input") if one.get("name") == "q"]
    assert box["aria-invalid"] == "true"
    assert "q-error" in str(box["aria-describedby"])
    assert box["value"] == query[:2000]
    assert re.search(r'id="q-error" role="alert"><bdi>[^<]*' + re.escape(told), answer.text)


@pytest.mark.parametrize("params", [{"cursor": "nonsense"}, {"size": "101"}, {"size": "0"}, {"sort": "oldest"}])
def test_wrong_parameters(params: dict[str, str]) -> None:
    """400 with what is allowed."""
    answer = browse(document()).get("/", q="ferry", **params)
    assert answer.status_code == 400
    assert "allowed" in answer.text


def test_a_hundred_on_a_page() -> None:
    """The largest page there is."""
    page = browse(*(document(number) for number in range(1, 151))).get("/", size="100").text
    assert len(Outline(page).of("article")) == 100
    assert any("size=100" in link for link in links_in(page))


# ── article ───────────────────────────────────────────────────────────────────────────────────────────────────────


def whole_article() -> object:
    return document(
        title="Talks in the north",
        summary="Two ministers meet.",
        authors=["Bo Ek", "Ann Lee"],
        agency="Northern Wire",
        dateline="REYKJAVIK",
        contributors="Cy Dahl contributed.",
        corrections=["An earlier version misnamed the hall."],
        modified="2026-07-14T11:30:00Z",
        captions=[{"text": "The hall.", "credit": "D. Eng/Wire"}],
        people=["Ann Lee"],
        places=["Reykjavik"],
        keywords=["talks"],
        entities=[{"name": "Ann Lee", "label": "PERSON", "count": 4}],
        flags=["tz-assumed"],
        blocks=[
            {"kind": "paragraph", "text": "Top diplomats met.", "level": 0},
            {"kind": "heading", "text": "The hall", "level": 2},
            {"kind": "quote", "text": "A good day.", "level": 0},
            {"kind": "enumeration", "text": "First", "level": 0},
            {"kind": "enumeration", "text": "Second", "level": 0},
            {"kind": "table", "text": "Year | Talks", "level": 0},
        ],
        candidates=[
            {"field": "title", "value": "Talks in the north | Wire", "source": "meta", "chosen": False},
            {"field": "title", "value": "Talks in the north", "source": "json-ld", "chosen": True},
        ],
        removed=[{"text": "Recommended Videos", "rule": "recommended", "position": 7, "score": None}],
    )


def test_an_article_with_everything() -> None:
    """Text by kind, times, names, captions, corrections, provenance, removed lines, archive place: all there."""
    state = MemoryState()
    state.decisions.add(
        [Decision(at=NOW, stage="clean", url_key=UrlKey("https://news.example/1"), verdict="passed", reason="6 blocks kept")]
    )
    page = browse(whole_article(), state=state).get("/article/" + "1".zfill(32)).text
    for shown in (
        '<h1 lang="en" dir="auto">Talks in the north</h1>',
        "Two ministers meet.",
        "Northern Wire",
        "REYKJAVIK",
        "14 July 2026, 11:00 UTC",
        "changed <time",
        '<h2 dir="auto">The hall</h2>',
        '<blockquote dir="auto"><p>A good day.</p></blockquote>',
        '<ul><li dir="auto">First</li><li dir="auto">Second</li></ul>',
        '<tr><td dir="auto">Year</td><td dir="auto">Talks</td></tr>',
        "Cy Dahl contributed.",
        "D. Eng/Wire",
        "An earlier version misnamed the hall.",
        "json-ld",
        "Recommended Videos",
        "recommended",
        "6 blocks kept",
        "2026/07/14/a.warc.gz",
        "clean/1",
        "tz-assumed",
        "Top diplomats met.",
    ):
        assert shown in page, shown
    links = links_in(page)
    assert {"/?q=author%3A%22Bo+Ek%22", "/?q=person%3A%22Ann+Lee%22", "/?q=keyword%3A%22talks%22", "/?q=language%3Aen"} <= set(links)
    (original,) = [one for one in Outline(page).of("a") if one.get("href") == "https://news.example/1"]
    assert original["rel"] == "noopener noreferrer nofollow external"


def test_an_article_with_nothing() -> None:
    """A document of empty fields is a page all the same."""
    bare = document(title="", body="", source="", section=None, published=None, words=0, pipeline={}, url="", url_keys=[])
    page = browse(bare).get("/article/" + "1".zfill(32)).text
    assert "Untitled" in page
    assert "This article has no text." in page
    assert "first seen" in page


@pytest.mark.parametrize("path", ["0" * 32, "1", "G" * 32, "1" * 33, "%3Cscript%3E", "..%2F..%2Fetc"])
def test_no_such_article(path: str) -> None:
    """404 for an unknown id, and for what is no id."""
    assert browse(document()).get(f"/article/{path}").status_code == 404


def test_what_is_no_id_is_not_asked_for() -> None:
    """Only 32 hex digits reach the index."""
    index = ShelfIndex()
    index.fault = RetryableError("asked")
    browser = Browser(create_app(desk_of(index)))
    assert [browser.get(f"/article/{path}").status_code for path in ("0" * 32, "G" * 32)] == [503, 404]


def test_an_article_can_be_read_without_the_ledger() -> None:
    """What was decided is missing, and said to be."""
    answer = browse(document(), open_state=refusing(RetryableError("locked"))).get("/article/" + "1".zfill(32))
    assert answer.status_code == 200
    assert "The ledger cannot be read at the moment." in answer.text


def test_the_page_as_it_came_is_plain_text() -> None:
    """Its own charset is read, its markup never acted on."""
    browser = browse(document(), read_page=lambda pointer: A_PAGE)
    path = "/article/" + "1".zfill(32)
    assert path + "/page" in links_in(browser.get(path).text)
    answer = browser.get(path + "/page")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text == "<script>café</script>"


@pytest.mark.parametrize("charset", ["hex", "rot13", "idna", "nonsense", "utf-7", ""])
def test_odd_charsets_of_archived_pages(charset: str) -> None:
    """Only charsets of texts are believed; anything else is read as UTF-8."""
    odd = FetchedPage(
        url="u",
        final_url="u",
        status=200,
        headers=(("content-type", f"text/html; charset={charset}"),),
        body=b"caf\xc3\xa9 \xff",
        digest=Digest("0"),
        fetched_at=NOW,
    )
    answer = browse(document(), read_page=lambda pointer: odd).get("/article/" + "1".zfill(32) + "/page")
    assert answer.text == "café \ufffd"


def test_archived_pages_that_cannot_be_read() -> None:
    """A damaged one is told as such; without an archive none is offered."""
    path = "/article/" + "1".zfill(32)
    damaged = browse(document(), read_page=lambda pointer: refusing(QuarantineError("digest differs"))()).get(path + "/page")
    assert (damaged.status_code, "digest differs" in damaged.text) == (404, True)
    without = browse(document())
    assert without.get(path + "/page").status_code == 404
    assert path + "/page" not in links_in(without.get(path).text)


# ── status, help, assets ──────────────────────────────────────────────────────────────────────────────────────────


def state_of(feeds: int = 2) -> MemoryState:
    state = MemoryState()
    for number in range(feeds):
        feed = Feed(feed_id=FeedId(f"feed-{number}"), url="https://a.example/rss", title=f"Paper {number}")
        state.feeds.states[feed.feed_id] = FeedState(
            feed=feed,
            next_poll_at=NOW + timedelta(hours=1),
            last_polled_at=NOW,
            failures=float(number == 0),
            last_error=EVIL if number == 0 else None,
        )
    made = Batch(
        batch_id=BatchId("20260714T115000-0a0b0c0d"),
        created_at=NOW - timedelta(minutes=10),
        size=10,
        state=BatchState.FINISHED,
        finished_at=NOW - timedelta(minutes=8),
    )
    state.ledger.made[made.batch_id] = made
    report = BatchReport(
        batch_id=made.batch_id,
        stage=Stage.CLEAN,
        inputs=10,
        counts={Outcome.PASSED: 9, Outcome.REJECTED: 1},
        started_at=NOW,
        seconds=4.0,
        peak_rss_bytes=250_000_000,
    )
    state.ledger.written[made.batch_id, Stage.CLEAN] = report
    return state


def test_the_status_page() -> None:
    """Feeds with their health and errors, batches with their stages, speed and memory."""
    page = browse(state=state_of()).get("/status").text
    for shown in ("Paper 0", "failing", "20260714T115000-0a0b0c0d", "2 min", "1 rejected", "clean 4.0 s", "2.5", "250 MB", "in 1 hour"):
        assert shown in page, shown


def test_a_status_of_nothing() -> None:
    """Before anything was done, the page says what to do."""
    page = browse().get("/status").text
    assert "No entry has been seen yet." in page
    assert "wireroom feeds add" in page


def test_many_feeds_are_cut() -> None:
    """The page stays of bounded size; those that need a look are in it."""
    page = browse(state=state_of(pages.MOST_FEEDS + 5)).get("/status").text
    assert f"{pages.MOST_FEEDS + 5} feeds" in page
    assert page.count("https://a.example/rss") == pages.MOST_FEEDS
    assert "Paper 0" in page


def test_help_tells_the_whole_language() -> None:
    """Every field is shown, and every example can be asked."""
    outline = Outline(browse().get("/help").text)
    examples = re.findall(r"<code>([^<]+)</code></a>", browse().get("/help").text)
    assert len(examples) > 20
    told = " ".join(examples)
    for field in QUERY_FIELDS:
        assert f"{field.name}:" in told, field.name
    for example in examples:
        parse_query(example.replace("&#34;", '"'), now=NOW)
    assert outline.of("table")


def test_assets() -> None:
    """The stylesheet and the icon come with their types and may be kept; nothing else lies beside them."""
    browser = browse()
    style = browser.get("/assets/wireroom.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "max-age" in style.headers["cache-control"]
    assert browser.get("/assets/icon.svg").headers["content-type"] == "image/svg+xml"
    for path in ("..%2Fapp.py", "frame.html", "..%5Capp.py"):
        assert browser.get(f"/assets/{path}").status_code == 404


# ── strangers' texts ──────────────────────────────────────────────────────────────────────────────────────────────


def hostile() -> object:
    """A document whose every text tries to be markup."""
    one = document()
    for name, value in one.items():
        if isinstance(value, str) and name not in {"article_id", "@timestamp", "fetched_at", "indexed_at", "first_seen_at"}:
            one[name] = EVIL  # type: ignore[literal-required]
    texts: dict[str, object] = {
        name: [EVIL] for name in ("authors", "corrections", "tags", "people", "organisations", "places", "keywords", "flags")
    }
    return (
        one
        | texts
        | {
            "url": "javascript:alert(1)",
            "agency": EVIL,
            "dateline": EVIL,
            "contributors": EVIL,
            "url_keys": [EVIL],
            "published": None,
            "captions": [{"text": EVIL, "credit": EVIL}],
            "entities": [{"name": EVIL + "2", "label": EVIL, "count": 2}],
            "blocks": [
                {"kind": kind, "text": EVIL, "level": 2} for kind in ("paragraph", "heading", "quote", "enumeration", "table", EVIL)
            ],
            "candidates": [{"field": EVIL, "value": EVIL, "source": EVIL, "chosen": True}],
            "removed": [{"text": EVIL, "rule": EVIL, "position": 1, "score": 0.5}],
            "pipeline": {EVIL: EVIL},
            "archive": {"file": EVIL, "offset": 1, "length": 1, "digest": EVIL},
        }
    )


@pytest.mark.parametrize("path", ["/", "/?q=alert", "/article/" + "1".zfill(32), "/status", "/?q=" + quote(EVIL), "/?q=sorce:<script>"])
def test_hostile_texts_are_texts(path: str) -> None:
    """Whatever is written into a document, a feed's error or a query, no tag, attribute or link comes of it."""
    state = state_of()
    state.decisions.add([Decision(at=NOW, stage=EVIL, url_key=UrlKey(EVIL), verdict=EVIL, reason=EVIL, batch_id=BatchId(EVIL))])
    page = browse(hostile(), state=state).get(path).text
    outline = Outline(page)
    assert {tag for tag, _ in outline.tags} <= HARMLESS_TAGS
    for tag, attributes in outline.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
    for link in links_in(page):
        assert re.match(r"/|#|https://a\.example/rss$", link), link
    assert "49" not in re.findall(r"\{\{.{0,5}|>49<", page)


def test_remote_pictures_are_not_shown() -> None:
    """No page makes the reader's browser ask a publisher's server for anything."""
    page = browse(document(image="https://tracker.example/pixel.gif")).get("/article/" + "1".zfill(32)).text
    assert "tracker.example" not in page


@pytest.mark.parametrize("path", ["/", "/?q=ferry", "/?q=zzz", "/?q=sorce:x", "/article/" + "1".zfill(32), "/status", "/help", "/nowhere"])
def test_pages_can_be_used_without_eyes_or_mouse(path: str) -> None:
    """One main landmark and one first heading, a way past the header, labelled fields, headings without gaps, own ids."""
    outline = Outline(browse(whole_article(), state=state_of()).get(path).text)
    assert len(outline.of("main")) == len(outline.of("h1")) == 1
    assert outline.of("html")[0]["lang"] == "en"
    assert outline.of("a")[0]["href"] == "#main"
    fields = [one for one in outline.of("input") if one.get("type") != "hidden"]
    assert {one["id"] for one in fields} <= {one.get("for") for one in outline.of("label")}
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    described = {
        name for _, one in outline.tags for key in ("aria-labelledby", "aria-describedby") for name in (one.get(key) or "").split()
    }
    assert described <= set(ids)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_a_page_that_must_not_be_shown_again() -> None:
    """noarchive: kept for our own work, and not offered to readers."""
    path = "/article/" + "1".zfill(32)
    browser = browse(document(noarchive=True), read_page=lambda pointer: pytest.fail("read all the same"))
    assert path + "/page" not in links_in(browser.get(path).text)
    assert browser.get(path + "/page").status_code == 403
