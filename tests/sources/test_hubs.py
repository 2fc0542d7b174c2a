"""Where hubs are found."""

from __future__ import annotations

import pytest

from pipeline.sources.hubs import MAX_HUBS, several_hubs, with_links
from pipeline.types import FeedHints

HUB = "https://hub.example/"
TOPIC = "https://news.example/feed"

LINKS = {
    "two headers": ([("Link", f'<{HUB}>; rel="hub"'), ("link", f"<{TOPIC}>; rel=self")], HUB, TOPIC),
    "one header": ([("LINK", f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"; type="a,b"')], HUB, TOPIC),
    "several relations at once": ([("Link", f'<{HUB}>;title="a";rel="preload HUB"')], HUB, "https://doc.example/self"),
    "the first hub": ([("Link", f'<{HUB}>; rel="hub", <https://second.example/>; rel="hub"')], HUB, "https://doc.example/self"),
    "relative to the feed": ([("Link", '</feed>; rel="self"')], "https://doc.example/hub", TOPIC),
    "not for asking": ([("Link", '<mailto:hub@example.org>; rel="hub"')], "https://doc.example/hub", "https://doc.example/self"),
    "something else": ([("Link", "</style.css>; rel=preload"), ("X-Link", f"<{HUB}>; rel=hub")], "https://doc.example/hub", "https://doc.example/self"),
    "nonsense": ([("Link", '<<>>;;rel=,"hub'), ("Link", "<" * 5000)], "https://doc.example/hub", "https://doc.example/self"),
}  # fmt: skip


@pytest.mark.parametrize("case", LINKS)
def test_link_headers_go_before_the_document(case: str) -> None:
    """And what they leave open the document says."""
    headers, hub, self_url = LINKS[case]
    hints = with_links(FeedHints(hub="https://doc.example/hub", self_url="https://doc.example/self"), headers, TOPIC)
    assert (hints.hub, hints.self_url) == (hub, self_url)


def test_all_hubs_are_kept() -> None:
    """Those of the headers instead of those of the document, each once, some at most; of one alone no list is made."""
    assert several_hubs([HUB, HUB]) == several_hubs([]) == ()
    assert several_hubs(f"https://{number}.example/" for number in range(99)) == tuple(f"https://{n}.example/" for n in range(MAX_HUBS))
    headers = [("Link", f'<{HUB}>; rel="hub", <https://second.example/>; rel="hub"')]
    hints = with_links(FeedHints(hub="https://doc.example/hub"), headers, TOPIC)
    assert (hints.hub, hints.hubs) == (HUB, (HUB, "https://second.example/"))
    document = FeedHints(hub="https://a.example/", hubs=("https://a.example/", "https://b.example/"))
    assert with_links(document, [], TOPIC) == document
    assert with_links(document, [("Link", f"<{HUB}>; rel=hub")], TOPIC) == FeedHints(hub=HUB)
