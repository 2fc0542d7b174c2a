"""pipeline/fetch/robots.py: what a robots.txt says to us and to AI crawlers, and what a hostile one cannot do."""

from __future__ import annotations

import tracemalloc

import pytest

from pipeline.fetch.robots import AI_TOKENS, MAX_BYTES, RobotsRules, RobotsVerdict

PAGE = "https://news.example/2026/story.html?x=1"


def verdict(text: str, url: str = PAGE) -> RobotsVerdict:
    """Judge a URL by this text."""
    return RobotsRules(text.encode(), "Wireroom").verdict(url)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /2026/", False),
        ("User-agent: *\nDisallow: /2025/", True),
        ("User-agent: *\nDisallow: /2026/\nAllow: /2026/story", True),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("User-agent: *\nDisallow: /*.html", False),
        ("User-agent: *\nDisallow: /*?x=", False),
        ("User-agent: wireroom\nDisallow: /", False),
        ("USER-AGENT: WireRoom\nDISALLOW: /", False),
        ("User-agent: Wireroom/1.0\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Wireroom\nAllow: /", True),
        ("User-agent: Wireroom\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: wire\nDisallow: /", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: otherbot\nUser-agent: wireroom\nDisallow: /", False),
        ("User-agent: wireroom\nUser-agent: otherbot\nDisallow: /", False),
        ("User-agent: wireroom\n\nSitemap: https://news.example/s.xml\nUser-agent: otherbot\nDisallow: /", False),
        ("User-agent: otherbot\nDisallow: /\nUser-agent: *\nDisallow: /x\nUser-agent: evilbot\nDisallow: /", True),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("User-agent: *\r\nDisallow: /\r\n", False),
        ("User-agent: * # everybody\nDisallow: / # everything", False),
        ("Disallow: /", True),
        ("<html><body>User-agent: *</body></html>", True),
    ],
)
def test_rules_for_our_token(text: str, allowed: bool) -> None:
    """RFC 9309: our group if there is one, else everybody's; the longest rule counts."""
    assert verdict(text).allowed is allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: wireroom\nCrawl-delay: 3", 3),
        ("User-agent: wireroom\nDisallow: /x\n\nUser-agent: *\nCrawl-delay: 10", 0),
        ("User-agent: *\nRequest-rate: 1/20", 20),
        ("User-agent: *\nCrawl-delay: 5\nRequest-rate: 2/60s", 30),
        ("User-agent: *\nCrawl-delay: -5", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: *\nCrawl-delay: inf", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nRequest-rate: 0/0", 0),
    ],
)
def test_delays(text: str, seconds: float) -> None:
    """Crawl-delay and Request-rate, whichever is slower; nonsense is nothing."""
    assert verdict(text).crawl_delay == seconds


@pytest.mark.parametrize(
    ("text", "ai_allowed"),
    [
        ("", None),
        ("User-agent: *\nDisallow: /", None),
        ("User-agent: GPTBot\nDisallow: /", False),
        ("User-agent: GPTBot\nDisallow: /2025/", True),
        ("User-agent: GPTBot\nDisallow:", True),
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /", False),
        ("User-agent: GPTBot\nAllow: /\n\nUser-agent: ClaudeBot\nDisallow: /", False),
        ("User-agent: *\nContent-Signal: search=yes, ai-train=no", False),
        ("User-agent: *\nContent-Signal: ai-train=yes", None),
    ],
)
def test_what_is_said_to_ai_crawlers(text: str, ai_allowed: bool | None) -> None:
    """Named and shut out, named and let in, not named: three answers. Ours is not changed by theirs."""
    found = verdict(text)
    assert found.ai_allowed is ai_allowed
    if "GPTBot" in text:
        assert found.allowed


def test_the_list_of_tokens_is_sorted_data() -> None:
    """Lower case, sorted, no duplicates, and we are none of them."""
    assert list(AI_TOKENS) == sorted(set(AI_TOKENS))
    assert all(token == token.lower() for token in AI_TOKENS)
    assert "wireroom" not in AI_TOKENS


def test_sitemaps_are_kept() -> None:
    """They are for everybody, whichever group they stand in."""
    text = "Sitemap: https://a.example/1.xml\nUser-agent: otherbot\nDisallow: /\nSitemap: https://a.example/2.xml"
    assert RobotsRules(text.encode(), "Wireroom").sitemaps == ("https://a.example/1.xml", "https://a.example/2.xml")


def test_only_the_beginning_is_read() -> None:
    """What stands after 500 KiB is not there."""
    padding = b"# " + b"x" * (MAX_BYTES - 3) + b"\n"
    assert RobotsRules(padding + b"User-agent: *\nDisallow: /", "Wireroom").verdict(PAGE).allowed


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00\x01" * 1000, b"\x00" * 1000, "User-agent: *\nDisallow: /ü".encode("utf-16"), b"\xc3" * 100]
)
def test_bytes_that_are_no_text_are_no_rules(body: bytes) -> None:
    """Pictures and broken charsets never raise."""
    assert RobotsRules(body, "Wireroom").verdict(PAGE).allowed


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{number}\n" for number in range(15_000)) + "Disallow: /a\n" * 20_000,
        "".join(f"User-agent: {token}\n" for token in AI_TOKENS) + "".join(f"Disallow: /{number}\n" for number in range(30_000)),
        "User-agent: *\n" + "Disallow: /" + "*a" * 200_000,
        "User-agent: *\n" + "".join(f"Disallow: /{'*a' * 40}{number}\n" for number in range(5_000)),
        "User-agent" + " " * 400_000 + ": *",
        "User-agent: *\nContent-Signal:" + " ai-train " * 40_000,
    ],
    ids=["many agents", "many rules", "one pattern", "many patterns", "spaces", "signal"],
)
@pytest.mark.timeout(60)
def test_a_hostile_file_costs_little(text: str) -> None:
    """Half a megabyte of malice must not take all memory, nor hours."""
    tracemalloc.start()
    try:
        RobotsRules(text.encode(), "Wireroom").verdict("https://news.example/" + "a" * 2000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 300_000_000
