"""The cleaner as a whole: the story and nothing but the story, whatever is set among it; hostile pages end in words."""

# ruff: noqa: E501 - markup reads better whole

from __future__ import annotations

import gzip
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.clean import RULES, body, cleaner
from pipeline.clean.cleaner import ArticleCleaner
from pipeline.clean.extraction import vote
from pipeline.clean.judge import NoJudge
from pipeline.errors import WireroomError
from pipeline.types import Article, BlockKind, Rejected
from tests.clean.pages import PAGE, STORY, TITLE, URL, article_of, clean, entry_of, page_of, story_page

# What publishers set among, above and below a story: where → markup, and a word of it that must be told as removed.
FURNITURE = {
    "a video promotion in mid-body": ("among", "<h3>Recommended Videos</h3>", "Recommended Videos"),
    "a placeholder": ("among", "<p>Loading...</p>", "Loading"),
    "a gallery counter": ("top", "<p>1 / 8</p>", ""),
    "a gallery counter in mid-body": ("among", "<p>1 / 8</p>", "1 / 8"),
    "a weather widget": ("among", "<p>63º</p>", "63º"),
    "a separator": ("among", "<p>___</p>", "___"),
    "an advertisement's mark": ("among", "<p>Advertisement</p>", "Advertisement"),
    "a newsletter": (
        "among",
        '<div class="newsletter"><p>Sign up for our newsletter and get the best of the coast in your inbox each morning.</p></div>',
        "newsletter",
    ),
    "a link to another story": ("among", '<p><a href="/x">Read more: Stolen violin found in Harbor City bus locker</a></p>', "Read more"),
    "related stories": (
        "after",
        '<div class="related"><h3>More on this</h3><ul><li><a href="/a">Violin found</a></li><li><a href="/b">Bridge shut</a></li></ul></div>',
        "",
    ),
    "share buttons": ("after", '<ul class="share"><li><a href="#">Facebook</a></li><li><a href="#">Email</a></li></ul>', ""),
    "a copyright line": ("after", "<p>© 2026 Harbor News. All rights reserved.</p>", "©"),
    "the author's own page": ("after", '<div class="author-bio"><p>Jo Bell is a reporter for Harbor News and covers the coast.</p></div>', ""),
    "comments": ("bottom", '<section class="comments"><h3>Comments (2)</h3><p>tidewatcher: I was there and it was glorious to see.</p></section>', ""),
    "a byline": ("top", '<p class="byline">By Jo Bell</p>', ""),
    "a picture's credit": ("among", "<p>Foto: Jo Bell/Getty Images</p>", ""),
    "a doubled paragraph": ("after", f"<p>{STORY[5]}</p>", ""),
    "the title again": ("top", f"<h2>{TITLE}</h2>", ""),
    "a heading of nothing": ("after", "<h2>More</h2>", ""),
    "a list of links": ("among", '<ul><li><a href="/a">Violin found in a locker</a></li><li><a href="/b">Bridge shut for a week</a></li></ul>', ""),
    "contributors": ("after", "<p>___</p><p>Northern Wire writer Pia Carrow in Caldermouth contributed to this report.</p>", "Pia Carrow"),
    "a correction": ("after", "<p>Correction: An earlier version of this story misstated the cost of the move.</p>", ""),
    "initials": ("after", "<p>(jbe)</p>", ""),
}  # fmt: skip


SIGNED = '<meta name="author" content="Jo Bell">'
# What only several pieces together make: markup by place.
TOGETHER = (
    {"head": SIGNED, "after": "<p>Jo Bell is a reporter who covers the coast, and writes a weekly letter about the sea.</p>"},
    {"head": SIGNED, "among": "<p>By Jo Bell</p>"},
    {"among": '<div class="box"><p>Read more</p><p>Stolen violin found in Harbor City bus locker</p></div>'},
    {"among": '<p><a href="/x">Stolen violin found in Harbor City bus locker by a cleaner</a></p>'},
    {"bottom": f"</article><article><h1>Another story begins on the same page</h1><p>{STORY[3].replace('county', 'town')}</p>"},
)


@pytest.mark.parametrize("places", TOGETHER)
def test_the_story_stays_as_it_is_among_pieces(places: dict[str, str]) -> None:
    """A signed page, a box, a line that is a link, a second story."""
    assert [block.text for block in article_of(story_page(**places)).blocks] == list(STORY)


@pytest.mark.parametrize("kind", FURNITURE)
def test_the_story_stays_as_it_is(kind: str) -> None:
    """Whatever is set among the paragraphs, above or below them."""
    where, markup, told = FURNITURE[kind]
    article = article_of(story_page(**{where: markup}))
    assert [block.text for block in article.blocks] == list(STORY)
    assert not told or any(told in one.text and one.rule for one in article.removed)


def test_all_of_it_at_once() -> None:
    """As on a real page."""
    places = {where: "".join(markup for place, markup, _ in FURNITURE.values() if place == where) for where, _, _ in FURNITURE.values()}
    article = article_of(story_page(**places))
    assert [block.text for block in article.blocks] == list(STORY)
    assert article.contributors == "Northern Wire writer Pia Carrow in Caldermouth contributed to this report."
    assert (
        article.corrections == ("An earlier version of this story misstated the cost of the move.",)
        or "misstated" in article.corrections[0]
    )


@pytest.mark.parametrize(
    ("first", "dateline", "agency"),
    [
        ("REYKJAVIK – ", "REYKJAVIK", None),
        ("CALDERMOUTH (NW) – ", "CALDERMOUTH", "NW"),
        ("LISBON, Portugal (AP) — ", "LISBON, Portugal", "AP"),
        ("BERLIN (dpa) - ", "BERLIN", "dpa"),
    ],
)
def test_a_dateline_becomes_a_field(first: str, dateline: str, agency: str | None) -> None:
    """And is cut from the first paragraph."""
    article = article_of(story_page(first=first))
    assert (article.dateline, article.blocks[0].text) == (dateline, STORY[0])
    assert agency is None or agency in (article.agency or "")


def test_structure_survives() -> None:
    """Headings, quotes, lists and tables of the body are told apart."""
    among = (
        "<h2>How it was done</h2><blockquote><p>Nobody believed that it could be moved at all, and yet there it stood.</p></blockquote>"
        "<ul><li>Rails were laid over forty metres of grass</li><li>The tower was lifted by nine jacks</li></ul>"
    )
    article = article_of(story_page(among=among))
    kinds = [(block.kind, block.text) for block in article.blocks if block.kind is not BlockKind.PARAGRAPH]
    assert kinds == [
        (BlockKind.HEADING, "How it was done"),
        (BlockKind.QUOTE, "Nobody believed that it could be moved at all, and yet there it stood."),
        (BlockKind.ENUMERATION, "Rails were laid over forty metres of grass"),
        (BlockKind.ENUMERATION, "The tower was lifted by nine jacks"),
    ]


FORMS = {
    "soft hyphens and zero widths": ("The tow\u00ader stood\u200b on the cliff for a hun\u00addred years.", "The tower stood on the cliff for a hundred years."),
    "letters in pieces": ("Cafe\u0301 owners had opened early, and sold all their cakes by noon.", "Caf\u00e9 owners had opened early, and sold all their cakes by noon."),
    "right to left": ("نُقلت المنارة القديمة أربعين مترًا إلى الداخل يوم الثلاثاء.", None),
    "joiners that are letters' business": ("می\u200cخواهم بگویم که این برج قدیمی است و مردم آن را دوست دارند.", None),
    "pieces without a blank": ("<span>It was built in 1802</span><b>The sea came.</b><i>And went,</i><b>and so on.</b>", "It was built in 1802 The sea came. And went, and so on."),
    "breaks": ("Line one of the poem,<br>line two of the poem,<br/>and the last one.", "Line one of the poem, line two of the poem, and the last one."),
    "entities": ("Fish &amp; chips cost &lt;5 dollars&nbsp;&hellip; on the day of the move.", "Fish & chips cost <5 dollars … on the day of the move."),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_form_of_text(kind: str) -> None:
    """NFC, no invisible letters, no words run together, every script as it is written."""
    written, read = FORMS[kind]
    found = [block.text for block in article_of(story_page(among=f"<p>{written}</p>")).blocks if block.text not in STORY]
    assert found == [read or written]


def test_what_is_embedded_comes_once() -> None:
    """A post that is embedded twice, a pull quote beside the sentence it was pulled from."""
    post = "<blockquote class='twitter-tweet'><p>The lighthouse is on its rails now, and so are we. See you in May!</p></blockquote>"
    pulled = "<aside class='pullquote'><p>Nobody wants to be the one who dropped a lighthouse into the ocean.</p></aside>"
    text = article_of(story_page(among=post + pulled + post)).text
    assert text.count("See you in May!") == 1
    assert text.count("dropped a lighthouse") == 1


def test_captions_keep_their_credit_apart() -> None:
    """Neither is in the body."""
    figure = "<figure><img src='/a.jpg'><figcaption>The tower on its rails, Tuesday. (Jo Bell/Harbor News)</figcaption></figure>"
    article = article_of(story_page(among=figure))
    assert [(one.text, one.credit) for one in article.captions] == [("The tower on its rails, Tuesday.", "Jo Bell/Harbor News")]
    assert [block.text for block in article.blocks] == list(STORY)


def test_fields_and_where_they_came_from() -> None:
    """Title without the site's name, times in UTC, the canonical address, each with its source."""
    article = article_of(story_page())
    assert (article.title, article.url, article.language) == (TITLE, URL, "en")
    assert article.published is not None
    assert article.published.isoformat() == "2026-11-18T07:42:00+00:00"
    assert {(one.field, one.source) for one in article.candidates if one.chosen} >= {("title", "meta"), ("published", "meta")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}")
def test_each_rule_earns_its_place(rule: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were every line of a page a candidate, some page of these tests would come out otherwise without it."""
    monkeypatch.setattr("tests.clean.pages.CLEANER", ArticleCleaner(judge=NoJudge()))  # which might put right what a rule leaves
    monkeypatch.setattr(body, "candidates_of", lambda blocks, *_votes: frozenset(block.order for block in blocks))
    pages = [story_page(**{where: markup}) for where, markup, _ in FURNITURE.values()] + [story_page(**places) for places in TOGETHER]
    with_it = [_told(article_of(page)) for page in pages]
    monkeypatch.setattr(body, "RULES", tuple(one for one in RULES if one is not rule))
    assert [_told(article_of(page)) for page in pages] != with_it


def _told(article: Article) -> object:
    return article.blocks, article.removed, article.captions, article.contributors, article.corrections


def test_the_same_page_gives_the_same_article() -> None:
    """In the same cleaner and in another."""
    page = story_page(among="<p>Loading...</p>")
    pointer = article_of(page).pointer
    again = ArticleCleaner().clean(page, entry_of(), pointer, first_seen_at=page.fetched_at)
    assert again == article_of(page) == article_of(page)


def test_the_text_digest_sees_words_and_not_spaces() -> None:
    """A new one is a new revision."""
    plain = article_of(story_page())
    spaced = article_of(page_of(story_page().body.replace(b"lighthouse at", b"lighthouse \n  at")))
    edited = article_of(page_of(story_page().body.replace(b"nine hours", b"ten hours")))
    assert plain.text_digest == spaced.text_digest != edited.text_digest


# ── hostile pages ─────────────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = {
    "nothing": b"",
    "NULs": b"\x00" * 5000,
    "a picture": b"\x89PNG\r\n\x1a\n" + hashlib.sha256(b"x").digest() * 100,
    "gzip that nobody undid": gzip.compress(b"<p>text</p>" * 500),
    "deep nesting": b"<div>" * 100_000 + b"text",
    "deep inline nesting": b"<b>" * 100_000 + b"text",
    "many attributes": b"<p " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">text</p>",
    "many elements": b"<p>x</p>" * 300_000,
    "one long word": b"<html><body><p>" + b"x" * 3_000_000 + b"</p></body></html>",
    "a wrong charset": "<html><head><meta charset='utf-16'></head><body><p>Grüße</p></body></html>".encode("latin-1"),
    "half a tag": b"<html><body><p>" + STORY[0].encode() + b"</p><di",
    "a frameset": b"<frameset><frame src='/a'></frameset>",
    "broken JSON-LD": b'<script type="application/ld+json">{"@graph":[[[[{</script><p>x</p>',
    "deep JSON-LD": b'<script type="application/ld+json">' + b"[" * 50_000 + b"</script><p>x</p>",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_ends_in_words(kind: str) -> None:
    """Rejected with a reason, or cleaned; never an error that is not of our tree, and never for long."""
    try:
        cleaned = clean(page_of(HOSTILE[kind]))
    except WireroomError as error:
        assert URL in str(error)
    else:
        assert isinstance(cleaned, Article) or cleaned.reason


def test_pages_that_are_no_articles_are_rejected_with_the_reason() -> None:
    """A listing, a login, an empty shell."""
    links = "".join(f'<li><a href="/{n}">Story number {n} of the day is here</a></li>' for n in range(60))
    for markup in (f"<html><body><ul>{links}</ul></body></html>", "<html><body><div id='root'></div><script>app()</script></body></html>"):
        cleaned = clean(page_of(markup))
        assert isinstance(cleaned, Rejected)
        assert cleaned.reason.startswith("not-an-article:")


WHOLE = PAGE.format(title=TITLE, url=URL, head="", top="", body="".join(f"<p>{text}</p>" for text in STORY), bottom="").encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=8))
def test_no_mutation_escapes_untyped(edits: list[tuple[int, int, bytes]]) -> None:
    """Bytes cut out and set in anywhere: an article, a rejection, or an error of ours."""
    raw = WHOLE
    for place, cut, put in edits:
        raw = raw[:place] + put + raw[place + cut :]
    try:
        cleaned = clean(page_of(raw))
    except WireroomError:
        return
    assert isinstance(cleaned, Article | Rejected)


@pytest.mark.parametrize(("doubt", "asked"), [(0.0, 0), (1.0, 1)])
def test_trafilatura_is_asked_only_in_doubt(monkeypatch: pytest.MonkeyPatch, doubt: float, asked: int) -> None:
    """Where the judge is sure of what it finds without, its time is saved."""
    votes = []
    monkeypatch.setattr(cleaner, "vote", lambda root, blocks: votes.append(root) or vote(root, blocks))
    monkeypatch.setattr(body, "_doubt", lambda *_told: doubt)
    assert [block.text for block in article_of(story_page()).blocks] == list(STORY)
    assert len(votes) == asked
