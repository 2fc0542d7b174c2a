"""What a page and its feed entry say about the article, place by place. Choosing among the readings is `choices.py`'s.

Places in the order of belief: JSON-LD, meta tags, the feed, what is visible, the address. htmldate is asked only for a
date that nobody else told: it costs more than everything else here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipeline.clean.dates import EARLIEST, DateReading, read_moment, url_moment, zone_of
from pipeline.clean.hygiene import phrase_key, tidy
from pipeline.clean.jsonld import Node, article_node, read_nodes, text_of, types_of
from pipeline.clean.meta_tags import PageHead, read_head
from pipeline.clean.outline import PageBlock
from pipeline.clean.people import is_person, undated
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
_MARKED: Final = "//body//*[@rel='author' or @itemprop='author' or contains(@class, 'author-name')]"
_NAMED: Final = (
    "(//h1)[1]/following::*[@class][self::span or self::a or self::em or self::strong or self::b or self::cite]"
    "[contains(@class, 'author') or contains(@class, 'autor') or contains(@class, 'byline')]"
)
_UNSIGNED: Final = frozenset({"hidden", "nav", "footer", "related", "comments", "caption"})
MAX_TITLE: Final = 1000  # characters
MAX_BYLINE: Final = 160  # characters
BYLINE_REACH: Final = 40  # blocks after the title
MIN_CLOSING: Final = 5  # letters of the phrase that a byline below the text begins with: `von` and `by` begin sentences
UNDER_TITLE: Final = 2  # blocks
MAX_LONG: Final = 2  # of them that are paragraphs
MAX_TIMES: Final = 12
MAX_AROUND: Final = 8  # elements around a name that are asked whose it is
MAX_MARKED: Final = 5  # elements whose markup says that they name the author


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
    headings = [block for block in blocks if block.tag == "h1" and len(block.key) > 5 and not block.has("hidden", "nav", "footer")]
    readings = [
        ("json-ld", text_of(facts.node.get("headline")) or text_of(facts.node.get("name"))),
        ("og", head.first("og:title")),
        ("h1", headings[0].text if headings else ""),
        ("feed", entry.title),
        ("twitter", head.first("twitter:title")),
        ("title", head.title),
        ("meta", head.first("title", "dc.title", "parsely-title", "sailthru.title", "citation_title", "headline")),
    ]
    return [(place, tidy(text)[:MAX_TITLE]) for place, text in readings if text]


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
        ("markup", tuple(text for text in _marked_up(root) if not _is_label(text, phrases))),
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


def _marked_up(root: HtmlElement) -> Iterator[str]:
    """Yield the texts of elements whose markup says that they name the author; else of such as are named so, under the title."""
    elements: list[HtmlElement] = root.xpath(_MARKED)[:MAX_MARKED] or root.xpath(_NAMED)[:1]
    for element in elements:
        text = tidy(element.text_content())
        if 2 < len(text) <= MAX_BYLINE // 2 and not _is_readers(element):
            yield text


def _is_readers(element: HtmlElement) -> bool:
    """Whether an element stands among readers' comments."""
    around = islice((element, *element.iterancestors()), MAX_AROUND)
    return any("comment" in f"{one.get('class', '')} {one.get('id', '')}".lower() for one in around)


def visible_bylines(blocks: Sequence[PageBlock], phrases: Phrases) -> tuple[list[str], list[str]]:
    """Return the lines near the title that say who wrote the article: those that say so (`By …`), and those of elements
    that are named so. Where none says so near the title, the last one that does so in several words (`Written by …`) counts.
    """
    title = next((block for block in blocks if block.tag == "h1"), None)
    begin = title.order if title else 0
    lines: list[tuple[int, str]] = []
    marked: list[str] = []
    long = 0
    for block in blocks[max(0, begin - 6) : begin + BYLINE_REACH]:
        long += len(block.text) > 200 and block.order > begin
        if long > MAX_LONG:
            break
        if not _may_sign(block, title.marks if title else ()):
            continue
        if line := _byline_at(blocks, block, phrases):
            lines.append((block.order, line))
        elif block.has("author") and (name := undated(block.text)) and not _is_label(name, phrases):
            marked.append(block.text)
    return _together(lines) or _closing_byline(blocks, phrases), marked[:1] or _alone(blocks, title, phrases)


def _alone(blocks: Sequence[PageBlock], title: PageBlock | None, phrases: Phrases) -> list[str]:
    """Return the name that stands right under the title and again further down, as in a box about who wrote it."""
    under = blocks[title.order + 1 : title.order + 1 + UNDER_TITLE] if title else ()
    block = next((one for one in under if _is_name(one, phrases)), None)
    if block is None:
        return []
    below = blocks[block.order + 1 :]
    told = any(one.text.startswith(f"{block.text} ") for one in below)
    return [block.text] if told or (block.link_share < 0.5 and any(one.key == block.key for one in below)) else []


def _is_name(block: PageBlock, phrases: Phrases) -> bool:
    """Whether a block is two to four words that begin with a capital and may be somebody's name."""
    words = block.text.split()
    if not 2 <= len(words) <= 4 or block.level or not all(word[0].isupper() and not word.isupper() for word in words):
        return False
    return _may_sign(block) and not _is_label(block.text, phrases) and is_person(block.text, phrases)


def _together(lines: Sequence[tuple[int, str]]) -> list[str]:
    """Return the first line and those right below it; one further down signs something else."""
    found: list[str] = []
    last = lines[0][0] if lines else 0
    for order, line in lines[:3]:
        if order - last > 2:
            break
        found.append(line)
        last = order
    return found


def _may_sign(block: PageBlock, besides: Collection[str] = ()) -> bool:
    """Whether a block may be a byline by its place; `besides` are marks that say nothing since the title bears them too."""
    return len(block.text) <= MAX_BYLINE and _UNSIGNED.isdisjoint(block.marks.difference(besides))


def _byline_at(blocks: Sequence[PageBlock], block: PageBlock, phrases: Phrases) -> str:
    """Return the byline that a block is, or begins where it says no more than `Written by`; '' where it is none."""
    if says_byline(block.text, phrases):
        return block.text
    if phrase_key(block.text) not in phrases.bylines.phrases or block.order + 1 >= len(blocks):
        return ""
    line = f"{block.text.rstrip(':')} {blocks[block.order + 1].text}"
    return line if len(line) <= MAX_BYLINE // 2 and says_byline(line, phrases) else ""


def _closing_byline(blocks: Sequence[PageBlock], phrases: Phrases) -> list[str]:
    found = (
        line
        for block in reversed(blocks)
        if len(phrases.bylines.start(block.text[:MAX_BYLINE].casefold())) >= MIN_CLOSING
        and _may_sign(block)
        and (line := _byline_at(blocks, block, phrases))
    )
    return list(islice(found, 1))


def _is_label(text: str, phrases: Phrases) -> bool:
    key = phrase_key(text)
    dated = sum(letter.isdigit() for letter in text) > 3
    return (
        dated
        or (text.islower() and text.isascii())
        or phrases.lines.is_line(key)
        or bool(phrases.dates.start(key))
        or key in phrases.bylines.phrases
    )


def says_byline(text: str, phrases: Phrases) -> bool:
    """Whether a line says `By` in the language and goes on with at least two words, the first with a capital."""
    start = phrases.bylines.start(text.casefold())
    rest = text[len(start) :].lstrip(": ")
    return bool(start) and rest[:1].isupper() and " " in rest


# ── times ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def date_readings(facts: PageFacts, visible: Iterable[str], page: FetchedPage, entry: FeedEntry) -> list[DateReading]:
    """Return every time of publication that is told, in the order of belief. `visible` are those of `visible_times`."""
    texts = [("json-ld", text_of(facts.node.get("datePublished")) or text_of(facts.node.get("dateCreated")))]
    texts += [("json-ld", text_of(node.get("datePublished"))) for node in facts.nodes if types_of(node) & {"WebPage", "VideoObject"}]
    texts += [("meta", value) for name in _PUBLISHED for value in facts.head.all(name)]
    readings = list(_read(texts, facts.zone))
    if entry.published:
        readings += _read([("feed", entry.published.isoformat())], facts.zone)
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
