"""What a page and its feed entry say about the article, place by place. Choosing among the readings is `choices.py`'s.

Places in the order of belief: JSON-LD, meta tags, the feed, what is visible, the address. htmldate is asked only for a
date that nobody else told: it costs more than everything else here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipeline.clean.bylines import is_label, linked_names, marked_up, visible_bylines
from pipeline.clean.dates import EARLIEST, DateReading, read_moment, told_by_feed, url_moment, zone_of
from pipeline.clean.hygiene import bare, phrase_key, tidy
from pipeline.clean.jsonld import Node, article_node, read_nodes, text_of, types_of
from pipeline.clean.meta_tags import PageHead, read_head
from pipeline.clean.outline import PageBlock
from pipeline.clean.phrases import Phrases
from pipeline.types import FeedEntry, FetchedPage
from pipeline.urls import registered_domain

Reading = tuple[str, str]  # place, what it says

_PUBLISHED: Final = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "pubdate", "publishdate", "publish-date", "publish_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dcterms.created",
    "cxenseparse:recs:publishtime", "publication_date", "published_time",
    "date.available", "citation_publication_date", "originalpublicationdate",
    "article.published", "last-published", "cxenseparse:publishtime", "date", "dc.date", "dcterms.date",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time", "article:modified", "og:updated_time", "og:article:modified_time", "datemodified", "lastmod", "last-modified",
    "dcterms.modified", "dc.date.modified", "article.updated", "revision_date", "last_updated", "modified_time",
)  # fmt: skip
_AUTHORS: Final = ("author", "article:author", "og:article:author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author",
                   "citation_author", "byl", "article:author_name", "cxenseparse:author", "dc.contributor")  # fmt: skip
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{2}))?(?![A-Za-z])")
_SIGNS: Final = frozenset({"written by", "verfasst von", "écrit par", "escrito por", "scritto da", "geschreven door", "von", "par", "by"})
MIN_HEADING: Final = 5  # letters
MAX_TITLE: Final = 1000  # characters
MAX_TIMES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a page says of itself, read but not judged."""

    head: PageHead
    nodes: tuple[Node, ...]
    node: Node  # the one that describes the article, {} where there is none
    site_names: tuple[str, ...]
    zone: ZoneInfo

    @property
    def language(self) -> str | None:
        """The language the page declares (BCP 47), None where it declares none or something that is no language."""
        told = (self.head.language, text_of(self.node.get("inLanguage")), self.head.first("content-language", "language", "og:locale"))
        return next((tag for tag in map(language_tag, told) if tag), None)

    @property
    def organisations(self) -> tuple[str, ...]:
        """Organisations that sign the article in JSON-LD."""
        return tuple(text for text, organised in _signatures(self.node) if organised)

    def summaries(self, entry: FeedEntry) -> tuple[Reading, ...]:
        """Return what head, JSON-LD and feed say the article is about."""
        told = [("meta", self.head.first(name)) for name in ("og:description", "description", "twitter:description")]
        told += [("json-ld", tidy(text_of(self.node.get("description")))), ("feed", tidy(entry.summary))]
        return tuple(reading for reading in told if reading[1])


def read_facts(root: HtmlElement, page: FetchedPage, entry: FeedEntry) -> PageFacts:
    """Read head and JSON-LD of a page."""
    head, nodes = read_head(root), read_nodes(root)
    node = article_node(nodes, page.final_url)
    maker = node.get("publisher")
    own = isinstance(maker, dict) and "Person" in types_of(maker)  # whoever writes a site of one's own is no house
    makers = ["" if own else text_of(maker), *(text_of(one.get("name")) for one in nodes if "WebSite" in types_of(one))]
    named = [head.first("og:site_name"), head.first("application-name"), head.first("apple-mobile-web-app-title"), *makers, entry.publisher]
    names = dict.fromkeys(name for name in (*named, *_host_names(page.final_url)) if name)
    return PageFacts(head=head, nodes=nodes, node=node, site_names=tuple(names), zone=zone_of(entry.timezone))


def language_tag(text: str) -> str | None:
    """Return the BCP 47 tag (language, perhaps country) that a text begins with, None for what is no language."""
    found = _LANGUAGE.match(text.replace("_", "-"))
    return f"{found[1].lower()}-{found[2].upper()}" if found and found[2] else found[1].lower() if found else None


def _host_names(url: str) -> Iterator[str]:
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    yield host
    if "." in host:
        yield host.rsplit(".", 1)[0]
        yield registered_domain(url).partition(".")[0]


# ── titles ────────────────────────────────────────────────────────────────────────────────────────────────────────


def title_readings(facts: PageFacts, blocks: Sequence[PageBlock], entry: FeedEntry) -> list[Reading]:
    """Return what each place calls the article, places as in `title.WEIGHTS`."""
    head = facts.head
    told = [text_of(facts.node.get("headline")) or text_of(facts.node.get("name")), head.first("og:title"), head.title]
    readings = [
        ("json-ld", told[0]),
        ("og", told[1]),
        ("h1", _heading(blocks, told)),
        ("feed", entry.title),
        ("twitter", head.first("twitter:title")),
        ("title", head.title),
        ("meta", head.first("title", "dc.title", "parsely-title", "sailthru.title", "citation_title", "headline")),
    ]
    return [(place, tidy(text)[:MAX_TITLE]) for place, text in readings if text]


def _heading(blocks: Sequence[PageBlock], told: Sequence[str]) -> str:
    """Return the main heading that is the title: the first that another place tells too, else the first; sites set their own
    name and boxes as main headings.
    """
    main = [block for block in blocks if block.tag == "h1" and len(block.key) > MIN_HEADING and not block.has("hidden", "nav", "footer")]
    keys = [bare(text) for text in told if text]
    found = next((block for block in main if any(block.key in key for key in keys)), None)
    return found.text if found else main[0].text if main else ""


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────


def author_readings(
    facts: PageFacts, root: HtmlElement, blocks: Sequence[PageBlock], entry: FeedEntry, phrases: Phrases
) -> list[tuple[str, tuple[str, ...]]]:
    """Return the names each place signs with, unsplit."""
    tags = tuple(name for key in _AUTHORS for name in facts.head.all(key))
    label = facts.head.first("twitter:label1")
    told = facts.head.all("twitter:data1") if phrase_key(label) in _SIGNS else ()
    lines, marked = visible_bylines(blocks, phrases)
    readings = [
        ("json-ld", tuple(text for text, organised in _signatures(facts.node) if not organised)),
        ("meta", tuple(dict.fromkeys((*tags, *told)))),
        ("byline", tuple(lines)),
        ("visible", tuple(marked)),
        ("markup", tuple(text for text in marked_up(root) if not is_label(text, phrases))),
        ("linked", tuple(linked_names(root, blocks))),
        ("feed", entry.authors),
    ]
    return [(place, names) for place, names in readings if names]


def _signatures(node: Node) -> Iterator[tuple[str, bool]]:
    """Yield who signs an article in JSON-LD, and whether it is told to be an organisation."""
    for name in ("author", "creator", "contributor"):
        value = node.get(name)
        listed = value if isinstance(value, list) else [value]
        signed = [(text_of(one), isinstance(one, dict) and _is_organisation(one)) for one in listed[:40]]
        if any(text for text, _ in signed):
            yield from ((text, organised) for text, organised in signed if text)
            return


def _is_organisation(node: Node) -> bool:
    """Whether a node calls itself an organisation and no person: plugins call who writes alone both."""
    kinds = types_of(node)
    return "Person" not in kinds and any("Organization" in kind for kind in kinds)


# ── times ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def date_readings(facts: PageFacts, visible: Iterable[str], page: FetchedPage, entry: FeedEntry) -> list[DateReading]:
    """Return every time of publication that is told, in the order of belief. `visible` are those of `visible_times`."""
    texts = [("json-ld", text_of(facts.node.get("datePublished")) or text_of(facts.node.get("dateCreated")))]
    texts += [("json-ld", text_of(node.get("datePublished"))) for node in facts.nodes if types_of(node) & {"WebPage", "VideoObject"}]
    texts += [("meta", value) for name in _PUBLISHED for value in facts.head.all(name)]
    readings = list(_read(texts, facts.zone))
    if entry.published:
        readings.append(told_by_feed(entry.published, entry.published_raw or "", facts.zone))
    readings += _read([("visible", text) for text in visible], facts.zone)
    day = url_moment(page.final_url) or url_moment(entry.url)
    return [*readings, *([DateReading(source="url", raw=page.final_url, moment=day)] if day else [])]


def modified_readings(facts: PageFacts, visible: Iterable[str], entry: FeedEntry) -> list[DateReading]:
    """Return every time of a later change that is told, in the order of belief. `visible` are those of `visible_times`."""
    texts = [("json-ld", text_of(facts.node.get("dateModified")))]
    texts += [("meta", value) for name in _MODIFIED for value in facts.head.all(name)]
    readings = list(_read([*texts, *(("visible", text) for text in visible)], facts.zone))
    return [*readings, *(_read([("feed", entry.updated.isoformat())], facts.zone) if entry.updated else [])]


def searched_date(root: HtmlElement, page: FetchedPage, zone: ZoneInfo) -> DateReading | None:
    """Ask htmldate to search the page's text for a day; None where it finds none."""
    from copy import deepcopy

    from htmldate import find_date

    try:
        first, last = EARLIEST.replace(tzinfo=None), page.fetched_at.replace(tzinfo=None)
        found = find_date(deepcopy(root), url=page.final_url, original_date=True, min_date=first, max_date=last)
    except Exception:
        return None
    moment = read_moment(found, zone) if found else None
    return DateReading(source="htmldate", raw=str(found), moment=moment) if moment else None


def _read(texts: Iterable[Reading], zone: ZoneInfo) -> Iterator[DateReading]:
    for source, text in texts:
        if text and (moment := read_moment(text, zone)):
            yield DateReading(source=source, raw=text, moment=moment)


def visible_times(root: HtmlElement, phrases: Phrases) -> tuple[list[str], list[str]]:
    """Return the machine-readable times near the title: of publication, and those that stand after `updated`."""
    published: list[str] = []
    changed: list[str] = []
    for element in root.xpath("//*[@datetime or @data-timestamp][not(ancestor::aside or ancestor::nav or ancestor::footer)]")[:MAX_TIMES]:
        value = element.get("datetime") or element.get("data-timestamp") or ""
        around = _around(element)
        later = any(word in around for word in phrases.updates) or "datemodified" in around
        (changed if later else published).append(value)
    return published, changed


def _around(element: HtmlElement) -> str:
    """Return the words next to a time by which it says what it is the time of."""
    parent = element.getparent()
    near = (parent.text if parent is not None else "", _before(element), element.text, element.get("class"), element.get("itemprop"))
    return phrase_key(" ".join(filter(None, near)))


def _before(element: HtmlElement) -> str:
    sibling = element.getprevious()
    return f"{sibling.text or ''} {sibling.tail or ''}" if sibling is not None else ""
