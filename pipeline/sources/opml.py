"""OPML: the lists of feeds that readers exchange. Nested outlines are tags. What comes in is hostile until read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from pipeline.errors import ConfigurationError
from pipeline.sources.detection import visible
from pipeline.sources.draft import MAX_NAME, MAX_TITLE, language_of, names_of
from pipeline.sources.feed_names import feed_id_for
from pipeline.sources.plain_text import plain_text
from pipeline.types import Feed
from pipeline.urls import fetchable, url_key

MAX_OPML: Final = 10_000_000  # bytes
MAX_OUTLINES: Final = 20_000
MAX_DEPTH: Final = 20
_FEED_SCHEME: Final = re.compile(r"^feed:(?://)?(https?:)|^feed:(?=//)")  # browsers' feed://host and feed:https://host
_NOT_IN_XML: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # or allowed, and of use to nobody


def read_opml(body: bytes, *, taken: Iterable[str] = ()) -> tuple[Feed, ...]:
    """Return the feeds of an OPML file, with ids apart from each other and from the taken ones.

    An address that is listed twice is one feed with the tags of both places; outlines without a usable address are left
    out. Raises `ConfigurationError` for what is no OPML, defines entities, is nested more than MAX_DEPTH deep or longer
    than a list of feeds ever is.
    """
    feeds: dict[str, Feed] = {}
    names = set(taken)
    for outline, tags in _outlines(_root(body)):
        attributes = {str(key).lower(): str(value) for key, value in outline.attrib.items()}
        url = fetchable(_FEED_SCHEME.sub(lambda found: found[1] or "http:", attributes.get("xmlurl", "").strip()))
        if url is None:
            continue
        known = feeds.get(url_key(url))
        if known is not None:
            feeds[url_key(url)] = replace(known, tags=tuple(dict.fromkeys((*known.tags, *tags))))
            continue
        title = plain_text(attributes.get("title") or attributes.get("text"), MAX_TITLE)
        feed_id = feed_id_for(url, title, names)
        names.add(feed_id)
        feeds[url_key(url)] = Feed(
            feed_id=feed_id,
            url=url,
            title=title,
            site=fetchable(attributes.get("htmlurl", "")) or "",
            language=language_of(attributes.get("language")),
            tags=names_of((*tags, *_categories(attributes.get("category", "")))),
        )
    return tuple(feeds.values())


def _root(body: bytes) -> etree._Element:
    if len(body) > MAX_OPML:
        raise ConfigurationError.of("OPML", f"{len(body)} bytes", f"a file of at most {MAX_OPML} bytes")
    body = visible(body)
    if b"<!ENTITY" in body:
        raise ConfigurationError.of("OPML", "entity definitions", "a file without <!ENTITY")
    for recover in (False, True):
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True, recover=recover
        )
        try:
            root = etree.fromstring(body, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            flaw: object = error
            continue
        if root is not None and str(root.tag).rpartition("}")[2].lower() == "opml":
            return root
        flaw = f"the root is <{root.tag}>" if root is not None else "nothing in it is XML"
        break
    raise ConfigurationError(f"no OPML: {flaw}; export it anew from the feed reader") from None


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Yield every outline with the texts of the outlines around it. Goes down without recursion."""
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = [(root, ())]
    seen = 0
    while waiting:
        element, tags = waiting.pop()
        seen += 1
        if len(tags) > MAX_DEPTH or seen > MAX_OUTLINES:
            raise ConfigurationError(f"OPML: more than {MAX_OUTLINES} outlines, or nested more than {MAX_DEPTH} deep")
        is_outline = str(element.tag).rpartition("}")[2].lower() == "outline"
        if is_outline:
            yield element, tuple(tag for tag in tags if tag)
        own = plain_text(element.get("text") or element.get("title"), MAX_NAME) if is_outline else None
        below = tags if own is None else (*tags, own)
        waiting.extend((child, below) for child in reversed(element))


def _categories(text: str) -> Iterator[str]:
    """Yield the last part of each category: OPML writes them as `/News/World,/Politics`."""
    for category in text.split(","):
        yield category.strip().rpartition("/")[2]


def write_opml(feeds: Iterable[Feed]) -> bytes:
    """Return the feeds as OPML 2.0: each below an outline for each of its tags, so that `read_opml` finds them again."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Wireroom feeds"
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in feeds:
        for depth in range(1, min(len(feed.tags), MAX_DEPTH) + 1):
            path = feed.tags[:depth]
            if path not in folders:
                folders[path] = etree.SubElement(folders[path[:-1]], "outline", text=_xml(path[-1]))
        title = _xml(feed.title or str(feed.feed_id))
        outline = etree.SubElement(folders[feed.tags[:MAX_DEPTH]], "outline", type="rss", text=title, title=title, xmlUrl=_xml(feed.url))
        if feed.site:
            outline.set("htmlUrl", _xml(feed.site))
        if feed.language:
            outline.set("language", _xml(feed.language))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _xml(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
