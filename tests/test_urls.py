"""The URL key: what makes two addresses one article, and what must not."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tracker_names
from pipeline.types import FeedId, UrlKey
from pipeline.urls import MAX_URL, accept_canonical, article_id, entry_id, fetchable, origin, registered_domain, url_key

KEYS = [
    # scheme, host, port, userinfo
    ("http://example.com/a", "https://example.com/a"),
    ("HTTPS://EXAMPLE.COM/Path/To", "https://example.com/Path/To"),
    ("http://example.com:80/a", "https://example.com/a"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("http://example.com:8080/a", "https://example.com:8080/a"),
    ("https://reader:secret@example.com/a", "https://example.com/a"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://www.example.com/a", "https://www.example.com/a"),
    ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
    ("https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/"),
    ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
    ("https://новости.рф/а", "https://xn--b1amnebsh.xn--p1ai/%D0%B0"),
    ("https://☃.example/a", "https://xn--n3h.example/a"),
    ("https://ex%61mple.com/a", "https://example.com/a"),
    ("https://under_score.example/a", "https://under_score.example/a"),
    ("http://[2001:DB8:0::1]:80/a", "https://[2001:db8::1]/a"),
    ("http://192.0.2.7/a", "https://192.0.2.7/a"),
    # path
    ("https://example.com", "https://example.com/"),
    ("https://example.com/a/", "https://example.com/a"),
    ("https://example.com//a///b", "https://example.com/a/b"),
    ("https://example.com/a/./b/../c", "https://example.com/a/c"),
    ("https://example.com/../../a", "https://example.com/a"),
    ("https://example.com/%7Euser/%e4%bd%a0", "https://example.com/~user/%E4%BD%A0"),
    ("https://example.com/a%2fb", "https://example.com/a%2Fb"),
    ("https://example.com/%2e%2e/a", "https://example.com/a"),
    ("https://example.com/100%", "https://example.com/100%25"),
    ("https://example.com/a b", "https://example.com/a%20b"),
    ("https://example.com/a;jsessionid=0A1B2C3D4E5F60718293.node1", "https://example.com/a"),
    ("https://example.com/a;v=2", "https://example.com/a;v=2"),
    # fragment
    ("https://example.com/a#comments", "https://example.com/a"),
    ("https://example.com/#!/story/5", "https://example.com/#!/story/5"),
    ("https://example.com/a#:~:text=hello", "https://example.com/a"),
    # query
    ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("https://example.com/a?x=2&x=1&x=2", "https://example.com/a?x=1&x=2&x=2"),
    ("https://example.com/a?", "https://example.com/a"),
    ("https://example.com/a?b=&c", "https://example.com/a?b=&c"),
    ("https://example.com/?12345", "https://example.com/?12345"),
    ("https://example.com/a?&&b=1&", "https://example.com/a?b=1"),
    ("https://example.com/a/?id=5", "https://example.com/a?id=5"),
    ("https://example.com/?id=5?utm_source=rss&utm_medium=feed", "https://example.com/?id=5"),
    # what feeds wrap around addresses
    ("  https://example.com/a\n", "https://example.com/a"),
    ("\ufeffhttps://example.com/a\u200b", "https://example.com/a"),
    ("https://exam\nple.com/\ta", "https://example.com/a"),
    ("<![CDATA[ https://example.com/a ]]>", "https://example.com/a"),
    ("https://example.com/a]]>", "https://example.com/a"),
    ("https://example.com/a?x=1&amp;y=2", "https://example.com/a?x=1&y=2"),
    ("https://example.com/a?x=1&amp;amp;y=2", "https://example.com/a?x=1&y=2"),
    ("https://example.com/a?x=1&#038;y=2", "https://example.com/a?x=1&y=2"),
    ("https://example.com/a?x=1&amp;utm_source=y", "https://example.com/a?x=1"),
    ("https://example.com/a?amp;utm_source=y&x=1", "https://example.com/a?x=1"),
    ("https://example.com/a?x=1&copy=2", "https://example.com/a?copy=2&x=1"),
    # not URLs
    ("", ""),
    ("  just text ", "just text"),
    ("mailto:desk@example.com", "mailto:desk@example.com"),
    ("/relative/path", "/relative/path"),
    ("https://", "https://"),
    ("https://exa mple.com/a", "https://exa mple.com/a"),
    ("https://example.com:99999/a", "https://example.com:99999/a"),
    ("https://example.com:port/a", "https://example.com:port/a"),
    ("https://[::1/a", "https://[::1/a"),
    ("https://good.example\\@bad.example/a", "https://good.example\\@bad.example/a"),
]


@pytest.mark.parametrize(("url", "key"), KEYS)
def test_key(url: str, key: str) -> None:
    """Each spelling has the key the table says, and the key is its own key."""
    assert url_key(url) == key
    assert url_key(url_key(url)) == key


DIFFERENT = [
    ("https://example.com/a?cid=5", "https://example.com/a?cid=6"),
    ("https://news.example.com/a/1", "https://sport.example.com/a/1"),
    ("https://www.example.com/a", "https://example.com/a"),
    ("https://m.example.com/a", "https://example.com/a"),
    ("https://example.com/Story", "https://example.com/story"),
    ("https://example.com/a?gallery=3", "https://example.com/a"),
    ("https://example.com/a?reference=44", "https://example.com/a"),
    ("https://example.com/a?eid=55", "https://example.com/a"),
    ("https://example.com/a?article_uid=77", "https://example.com/a"),
    ("https://example.com/a?globalid=1", "https://example.com/a"),
    ("https://example.com/a?sid=1234", "https://example.com/a"),
    ("https://example.com/a?sid=internationalisation", "https://example.com/a"),
    ("https://example.com/a?ref=chapter2", "https://example.com/a"),
    ("https://example.com/a?source=reuters", "https://example.com/a"),
    ("https://example.com/a?s=20", "https://example.com/a"),
    ("https://example.com/a?smidgen=1", "https://example.com/a"),
    ("https://example.com/a?b=", "https://example.com/a"),
    ("https://example.com/#!/a", "https://example.com/#!/b"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/a?x=1%262", "https://example.com/a?x=1&2"),
    ("https://example.com/a?n=+1", "https://example.com/a?n=1"),
    ("https://slashdot.org/story?sid=0123456789abcdef0", "https://slashdot.org/story"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_identity_is_never_lost(one: str, other: str) -> None:
    """Two articles never fall together: the traps that others' cleaners fell into."""
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "name",
    [*tracker_names.NAMES, *(prefix + "anything" for prefix in tracker_names.PREFIXES), "UTM_Source", "hsCtaTracking", "%75tm_source"],
)
def test_trackers_are_dropped_whole_and_only_whole(name: str) -> None:
    """A tracker goes, in any case of letters; a name that merely contains one stays."""
    assert url_key(f"https://example.com/a?{name}=x&id=1") == "https://example.com/a?id=1"
    assert url_key(f"https://example.com/a?x{name}=x") != "https://example.com/a"


def test_all_identity_names_survive() -> None:
    """The names that name articles are never trackers, whatever their value."""
    for name in (*tracker_names.IDENTITY_NAMES, "page"):
        assert name in url_key(f"https://example.com/a?{name}=2")


@pytest.mark.parametrize("name", tracker_names.SESSION_NAMES)
def test_sessions_are_dropped_where_the_value_is_one(name: str) -> None:
    """A session id is recognised by its value, not by its name alone."""
    assert url_key(f"https://example.com/a?{name}=0123456789abcdef") == "https://example.com/a"
    assert url_key(f"https://example.com/a?{name}=0123456789abcde") != "https://example.com/a"


@pytest.mark.parametrize("name", tracker_names.REFERRER_NAMES)
@pytest.mark.parametrize("value", ["rss", "Twitter", "twitter.com", "https%3A%2F%2Ftwitter.com%2F", "newsletter"])
def test_referrers_are_dropped_where_the_value_is_known(name: str, value: str) -> None:
    """`ref=twitter` says where the reader came from; `ref=anything-else` may say what the page is."""
    assert url_key(f"https://example.com/a?{name}={value}") == "https://example.com/a"


def test_per_site_names() -> None:
    """What is a tracker on one site is kept on all others."""
    assert url_key("https://www.theguardian.com/a?CMP=share") == "https://www.theguardian.com/a"
    assert url_key("https://example.com/a?CMP=share") == "https://example.com/a?CMP=share"


FETCHABLE = [
    ("https://example.com/a#b", None, "https://example.com/a"),
    ("HTTP://Example.com/A?b=2&a=1&utm_source=x", None, "HTTP://Example.com/A?b=2&a=1&utm_source=x"),
    (" https://example.com/a b\n", None, "https://example.com/a%20b"),
    ("https://example.com/a?x=1&amp;y=2", None, "https://example.com/a?x=1&y=2"),
    ("/a/b", "https://example.com/feed/", "https://example.com/a/b"),
    ("b?c=1", "https://example.com/feed/rss.xml", "https://example.com/feed/b?c=1"),
    ("?p=5", "https://example.com/", "https://example.com/?p=5"),
    ("//cdn.example.com/a", "http://example.com/feed", "http://cdn.example.com/a"),
    ("../a", "https://example.com/x/y/feed", "https://example.com/x/a"),
    ("https://other.example/a", "https://example.com/", "https://other.example/a"),
    ("/a", None, None),
    ("//example.com/a", None, None),
    ("/a", "not a url", None),
    ("", "https://example.com/", None),
    ("#top", "https://example.com/", None),
    ("javascript:void(0)", "https://example.com/", None),
    ("mailto:x@example.com", "https://example.com/", None),
    ("ftp://example.com/a", None, None),
    ("data:text/html,x", "https://example.com/", None),
    ("file:///etc/passwd", "https://example.com/", None),
    ("https:///a", None, None),
    ("https://[::1/a", "https://example.com/", None),
    ("https://example.com:99999/", None, None),
    ("https://" + "a" * 300 + ".com/", None, None),
    ("https://example.com/" + "a" * MAX_URL, None, None),
    ("a" * 1500, "https://example.com/" + "b" * 1000 + "/", None),
    ("a" * 100, "https://example.com/" + "a" * MAX_URL, "https://example.com/" + "a" * 100),
]


@pytest.mark.parametrize(("url", "base", "expected"), FETCHABLE)
def test_fetchable(url: str, base: str | None, expected: str | None) -> None:
    """What is fetched is what was written, resolved; what cannot be fetched is None."""
    assert fetchable(url, base) == expected


DOMAINS = [
    ("https://www.example.com/a", "example.com"),
    ("https://news.bbc.co.uk/", "bbc.co.uk"),
    ("https://paper.github.io/x", "paper.github.io"),
    ("https://github.io/x", "github.io"),
    ("https://a.b.c.example.com:8080/", "example.com"),
    ("http://127.0.0.1:5000/", "127.0.0.1"),
    ("http://[::1]:5000/", "[::1]"),
    ("http://localhost:1/", "localhost"),
    ("http://x.localhost:1/", "x.localhost"),
    ("http://a.x.localhost/", "a.x.localhost"),
    ("http://intranet/", "intranet"),
    ("https://www.новости.рф/", "xn--b1amnebsh.xn--p1ai"),
    ("nothing", ""),
    ("", ""),
]


@pytest.mark.parametrize(("url", "domain"), DOMAINS)
def test_registered_domain(url: str, domain: str) -> None:
    """The unit of politeness, by the list of public suffixes."""
    assert registered_domain(url) == domain


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.com:443/a?b#c", "https://example.com"),
        ("http://example.com:443/", "http://example.com:443"),
        ("http://u:p@example.com:80/", "http://example.com"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
        ("nothing", ""),
    ],
)
def test_origin(url: str, expected: str) -> None:
    """Scheme, host and any unusual port: what a robots.txt belongs to."""
    assert origin(url) == expected


def test_ids_are_digests() -> None:
    """Ids are stable across releases: they are in every index and archive."""
    key = UrlKey("https://example.com/a")
    assert article_id(key) == hashlib.sha256(b"https://example.com/a").hexdigest()[:32]
    assert entry_id(FeedId("one"), "g") == hashlib.sha256(b"one\ng").hexdigest()[:32]
    assert entry_id(FeedId("one"), "g") != entry_id(FeedId("two"), "g")


CANONICAL = [
    ("https://example.com/a-story", "https://example.com/a-story", "accepted"),
    ("https://example.com/a/amp", "https://example.com/a", "accepted"),
    ("https://example.com/a/page/2", "https://example.com/a", "accepted"),
    ("https://m.example.com/a?x=1", "https://www.example.com/a", "accepted"),
    ("https://amp.example.com/story/5?gallery=1", "https://www.example.com/story/5", "accepted"),
    ("https://example-com.cdn.ampproject.org/c/s/example.com/a", "https://example.com/a", "accepted"),
    ("https://example-com.cdn.ampproject.org/c/s/example.com/a", "https://example.com/", "homepage"),
    ("https://example.com/?p=77", "https://example.com/ukraine-war", "accepted"),
    ("https://example.com/?p=77", "https://example.com/?p=77&utm_source=x", "accepted"),
    ("https://example.com/a?id=1", "https://example.com/2026/05/one-two-three-four", "accepted"),
    ("https://example.com/", "https://example.com/", "accepted"),
    ("https://example.com/a", "https://other.example/a", "cross-domain"),
    ("https://x.localhost:80/a", "https://y.localhost/a", "cross-domain"),
    ("https://example.com/a", "/a", "not-absolute"),
    ("https://example.com/a", "", "not-absolute"),
    ("https://example.com/a", "javascript:void(0)", "not-absolute"),
    ("https://example.com/a", "https://example.com/", "homepage"),
    ("https://example.com/a", "https://example.com/index.html", "homepage"),
    ("https://example.com/de/a", "https://example.com/de", "homepage"),
    ("https://example.com/politics/2026/a-story", "https://example.com/politics", "section"),
    ("https://example.com/show.php?id=5", "https://example.com/show.php", "loses-identity"),
]


@pytest.mark.parametrize(("page", "candidate", "reason"), CANONICAL)
def test_accept_canonical(page: str, candidate: str, reason: str) -> None:
    """A page's word about its own address is taken unless the template is plainly broken."""
    url, said = accept_canonical(page, candidate)
    assert said == reason
    assert url == (candidate if reason == "accepted" else None)


def test_publisher_groups_may_share_canonicals() -> None:
    """Another domain of the same publisher is no syndication."""
    url, reason = accept_canonical("https://example.com/a", "https://example.org/a", same_publisher={"example.org"})
    assert (url, reason) == ("https://example.org/a", "accepted")


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
PIECES = st.sampled_from(
    [
        *("%", "%2", "%41", "%2f", "%25", "amp;", "&amp;", "&#38;", "&", "?", "#", "#!", ";jsessionid=", "a1" * 9, "=", "//", "/./"),
        *("/../", "utm_", "sid", ":", "@", "[", "]", "\\", " ", "\t", "ü", "。", "ﬀ", "\ud800", "]]>", "<![CDATA[", "x", ".", "xn--"),
    ]
)
HOSTS = st.sampled_from(["example.com", "a.b.co.uk:80", "[::1]", "ü.example", "u:p@x.org:443", "x.localhost:5000"])
URL_LIKE = st.tuples(
    st.sampled_from(["http://", "https://", "HTTP://", "//", ""]),
    st.one_of(HOSTS, st.lists(PIECES, max_size=4).map("".join)),
    st.sampled_from(["/", "", "?", "#"]),
    st.lists(st.one_of(PIECES, ANY_TEXT), max_size=8).map("".join),
).map("".join)


@pytest.mark.parametrize("piece", [" ", "<![CDATA[", "]]>", "&amp;", "%", "/..", ";jsessionid=0", "ü", "?utm_", "&a", "]]> x"])
def test_hostile_lengths_take_no_time(piece: str) -> None:
    """A megabyte of anything is dealt with in linear time: the suite's time limit would show it if not."""
    for text in (piece * 100_000, "https://example.com/" + piece * 100_000 + "x", "https://" + piece * 100_000 + "/"):
        url_key(text)
        assert fetchable(text, "https://example.com/") is None
        registered_domain(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANY_TEXT, URL_LIKE))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    """Keys are stable and encodable for any text, and so is what is derived from them."""
    key = url_key(text)
    key.encode()
    if urlsplit_works(key) and fetchable(key):
        assert url_key(key) == key
        assert fetchable(key) == key.split("#")[0]
        assert registered_domain(key)
    assert len(article_id(key)) == 32
    accept_canonical(text, text)
    origin(text)


def urlsplit_works(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(URL_LIKE, st.one_of(st.none(), URL_LIKE))
def test_what_is_fetched_has_the_same_key(text: str, base: str | None) -> None:
    """Resolving never changes what an absolute address is compared by, and never lets a stranger's scheme through."""
    url = fetchable(text, base)
    if url is not None:
        assert url.lower().startswith(("http://", "https://"))
        assert len(url) <= MAX_URL
        assert url_key(url) == url_key(url_key(url))
        assert registered_domain(url)
