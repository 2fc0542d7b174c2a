"""Addresses of our own and of others."""

from __future__ import annotations

import pytest

from pipeline.index.query import Sort
from pipeline.web.app import create_app
from pipeline.web.links import Links, host_of, outside
from tests.web.front_desk import desk_of

APP = create_app(desk_of())


@pytest.mark.parametrize("prefix", ["", "/", "/wireroom", "/wireroom/"])
def test_own_links_stand_below_the_prefix(prefix: str) -> None:
    """With or without a slash at its end, the prefix stands before every path once."""
    links = Links(APP, prefix, edition="7")
    before = prefix.rstrip("/")
    assert links.search() == f"{before}/"
    assert links.article("ab") == f"{before}/article/ab"
    assert links.asset("icon.svg") == f"{before}/assets/icon.svg?v=7"
    assert links.to("api_article", article_id="ab") == f"{before}/api/article/ab"


def test_a_search_carries_what_was_asked() -> None:
    """Text is escaped, and what is not asked for is not said."""
    links = Links(APP, "")
    assert links.search('a&b="c"') == "/?q=a%26b%3D%22c%22"
    assert links.search("x", sort=Sort.NEWEST, cursor="c/1", seen=10, size=5) == "/?q=x&sort=newest&size=5&cursor=c%2F1&seen=10"


@pytest.mark.parametrize(
    "url", ["https://news.example/a?b=c#d", "http://xn--bcher-kva.example/", "  https://news.example/1 ", "HTTPS://news.example/"]
)
def test_links_to_articles(url: str) -> None:
    """http and https with a host may be linked to."""
    assert outside(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/",
        "/article/1",
        "https://",
        "https:///path",
        "https://bank.example@evil.example/",
        "https://a b/",
        "https://[::1",
        "",
        None,
        "https://evil.example\\@bank.example/",
        "https://evil.example\\.bank.example/",
        "https://evil\u202e.example/",
        "\x00https://news.example/",
    ],
)
def test_links_nobody_should_follow(url: str | None) -> None:
    """Anything that runs, lies about its host or cannot be read is not linked to."""
    assert outside(url) is None


def test_hosts() -> None:
    """The host is shown beside a link; of nonsense there is none."""
    assert [host_of("https://News.Example:8080/x"), host_of("nonsense"), host_of("https://[::1")] == ["news.example", "", ""]
