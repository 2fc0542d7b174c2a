"""What a host of the demo newsroom has at a path. No sockets here: a host and a path in, an `Answer` out."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.demo.addresses import slug
from pipeline.demo.answers import Answer, moved
from pipeline.demo.feeds import CONTENT_TYPES, feed_bytes, lay_out
from pipeline.demo.hub import PATH as HUB
from pipeline.demo.newsroom import Edition, Newsroom
from pipeline.demo.publishers import Publisher
from pipeline.demo.render import Renderer

AI_CRAWLERS = ("GPTBot", "CCBot", "Google-Extended", "ClaudeBot")
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 675" width="1200" height="675">
<rect width="1200" height="675" fill="{sky}"/><circle cx="{sun}" cy="190" r="80" fill="#fff3c4"/>
<path d="M0 {tide} Q 300 {crest} 600 {tide} T 1200 {tide} V 675 H 0 Z" fill="{sea}"/></svg>
"""


class Site:
    """All publishers of a newsroom, page by page. Same clock, same bytes."""

    def __init__(self, newsroom: Newsroom, renderer: Renderer) -> None:
        self._newsroom = newsroom
        self._renderer = renderer

    def answer(self, host: str, path: str) -> Answer:
        """Return what is at the decoded `path` of `host`, which may carry a port; links then carry it too."""
        name, _, port = host.partition(":")
        publisher = self._newsroom.publisher_at(name)
        if path == "/style.css":
            return Answer(body=self._renderer.style.encode(), content_type="text/css; charset=utf-8", changed_at=self._newsroom.opened_at)
        if publisher is None:
            return self._directory(path, f":{port}" if port else "")
        return self._of_publisher(publisher, f"http://{host}", path)

    def _directory(self, path: str, port: str) -> Answer:
        if path != "/":
            return Answer(status=404, body=b"Nothing here; the publishers are listed at /\n")
        text = self._renderer.directory(self._newsroom.publishers, port=port)
        return Answer(body=text.encode(), content_type="text/html; charset=utf-8", changed_at=self._newsroom.opened_at)

    def _of_publisher(self, publisher: Publisher, site: str, path: str) -> Answer:
        if path == "/robots.txt":
            return Answer(body=robots_txt(publisher, site).encode(), changed_at=self._newsroom.opened_at)
        if path.startswith("/images/") and path.endswith(".svg"):
            return self._picture(publisher, path)
        return self._feed(publisher, site, path) or self._listing(publisher, path) or self._page(publisher, site, path)

    def _feed(self, publisher: Publisher, site: str, path: str) -> Answer | None:
        for spec in publisher.feeds:
            if path == spec.moved_from:
                return moved(site + spec.path)
            if path == spec.path and spec.gone:
                return Answer(status=410, body=b"This feed is gone for good.\n")
            if path == spec.path:
                sheet = lay_out(publisher, spec, self._newsroom.editions(publisher), site=site)
                return Answer(
                    body=feed_bytes(sheet),
                    content_type=CONTENT_TYPES[spec.shape],
                    changed_at=sheet.changed_at or self._newsroom.opened_at,
                    headers={"Link": f'<{site}{HUB}>; rel="hub", <{site}{path}>; rel="self"'},
                )
        return None

    def _listing(self, publisher: Publisher, path: str) -> Answer | None:
        everything = self._newsroom.editions(publisher)
        if path == "/":
            return self._html(publisher, self._renderer.listing(publisher, everything, others=everything), everything)
        if path.startswith("/section/"):
            shown = self._newsroom.editions(publisher, section=slug(path.split("/")[2]))
            if shown and shown[0].article:
                title = shown[0].article.section
                return self._html(publisher, self._renderer.listing(publisher, shown, others=everything, title=title), shown)
        return None

    def _page(self, publisher: Publisher, site: str, path: str) -> Answer:
        others = self._newsroom.editions(publisher)
        edition = self._newsroom.edition(publisher, path)
        if edition is None or edition.article is None:
            word, status = ("gone", 410) if edition else ("missing", 404)
            text = self._renderer.notice(publisher, word, others=others)
            return Answer(status=status, body=_encoded(publisher, text), content_type=_html_type(publisher))
        text = self._renderer.page(edition.article, site=site, path=path, others=others)
        return self._html(publisher, text, (edition, *others))

    def _html(self, publisher: Publisher, text: str, shown: Sequence[Edition]) -> Answer:
        changed = max((edition.changed_at for edition in shown), default=self._newsroom.opened_at)
        return Answer(body=_encoded(publisher, text), content_type=_html_type(publisher), changed_at=changed)

    def _picture(self, publisher: Publisher, path: str) -> Answer:
        seed = sum(path.encode())
        shape = {"sun": 150 + seed * 37 % 900, "tide": 420 + seed % 60, "crest": 360 + seed % 90}
        drawing = PICTURE.format(sky="#cfe3ee", sea=publisher.colour, **shape)
        return Answer(body=drawing.encode(), content_type="image/svg+xml", changed_at=self._newsroom.opened_at)


def robots_txt(publisher: Publisher, site: str) -> str:
    """Return a publisher's robots.txt."""
    lines = [] if not publisher.ai_refused else [*(f"User-agent: {name}" for name in AI_CRAWLERS), "Disallow: /", ""]
    lines += ["User-agent: *", "Disallow: /admin/", "Disallow: /search"]
    if publisher.crawl_delay:
        lines.append(f"Crawl-delay: {publisher.crawl_delay}")
    lines += ["", *(f"Sitemap: {site}{feed.path}" for feed in publisher.feeds if feed.shape == "sitemap")]
    return "\n".join(lines).rstrip("\n") + "\n"


def _html_type(publisher: Publisher) -> str:
    return f"text/html; charset={publisher.charset}"


def _encoded(publisher: Publisher, text: str) -> bytes:
    return text.encode(publisher.charset, "xmlcharrefreplace")
