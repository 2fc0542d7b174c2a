"""What a page tells of an article besides title, people and times: section, tags, image, language, summary, agency. Pure.

Of each the first place that says anything usable is believed, in the order in which the readings come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pipeline.clean.datelines import agency_name
from pipeline.clean.hygiene import bare, tidy
from pipeline.clean.jsonld import text_of
from pipeline.clean.metadata import PageFacts, Reading, language_tag
from pipeline.clean.people import read_byline
from pipeline.clean.phrases import Phrases
from pipeline.types import FeedEntry
from pipeline.urls import fetchable

MAX_TAGS: Final = 30
MAX_TAG: Final = 80  # characters; also of a section
MAX_SUMMARY: Final = 1000

_SECTION: Final = ("article:section", "og:article:section", "section", "parsely-section")
_KEYWORDS: Final = ("news_keywords", "keywords", "parsely-tags")
_IMAGE: Final = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")


def section_readings(facts: PageFacts) -> list[Reading]:
    """Return what each place calls the section."""
    told = [("json-ld", tidy(text_of(facts.node.get("articleSection")))), *(("meta", facts.head.first(name)) for name in _SECTION)]
    return [(place, text[:MAX_TAG]) for place, text in told if text]


def tag_readings(facts: PageFacts, entry: FeedEntry) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tags of each place that names any, at most MAX_TAGS, each once."""
    keywords = facts.node.get("keywords")
    listed = [text_of(one) for one in keywords[: MAX_TAGS * 2]] if isinstance(keywords, list) else [text_of(keywords)]
    told: list[tuple[str, Iterable[str]]] = [
        ("json-ld", listed),
        ("meta", facts.head.all("article:tag")),
        ("meta", [facts.head.first(*_KEYWORDS)]),
        ("feed", entry.tags),
    ]
    split = [(place, tuple(dict.fromkeys(tag for text in texts for tag in _split_tags(text)))[:MAX_TAGS]) for place, texts in told]
    return [(place, tags) for place, tags in split if tags]


def _split_tags(text: str) -> Iterator[str]:
    for tag in text.replace(";", ",").split(","):
        plain = tidy(tag)
        if 1 < len(plain) <= MAX_TAG and ":" not in plain:
            yield plain


def image_readings(facts: PageFacts, base_url: str) -> list[Reading]:
    """Return the addresses of the article's picture that can be fetched, absolute."""
    told = [("json-ld", _image_of(facts.node.get("image"))), *(("meta", facts.head.first(name)) for name in _IMAGE)]
    found = ((place, fetchable(one, base_url)) for place, one in told if one)
    return [(place, url) for place, url in found if url]


def _image_of(image: Any) -> str:
    first = image[0] if isinstance(image, list) and image else image
    return text_of(first.get("url") or first.get("contentUrl")) if isinstance(first, dict) else text_of(first)


def language_readings(facts: PageFacts, entry: FeedEntry) -> list[Reading]:
    """Return the languages that are declared (BCP 47)."""
    head = facts.head
    told = [
        ("meta", head.language),
        ("json-ld", text_of(facts.node.get("inLanguage"))),
        ("meta", head.first("content-language", "language", "og:locale")),
        ("feed", entry.language or ""),
    ]
    read = ((place, language_tag(text)) for place, text in told)
    return [(place, tag) for place, tag in read if tag]


def summary_readings(facts: PageFacts, entry: FeedEntry, standfirst: str) -> list[Reading]:
    """Return what sums the article up: the standfirst as printed, then what head, JSON-LD and feed say."""
    told = [("visible", standfirst), *facts.summaries(entry)]
    return [(place, text[:MAX_SUMMARY]) for place, text in told if text]


def agency_readings(
    facts: PageFacts,
    signed: Sequence[tuple[str, tuple[str, ...]]],
    houses: Sequence[str],
    code: str,
    credits: Iterable[str],
    phrases: Phrases,
) -> list[Reading]:
    """Return who may have supplied the story, in the order of belief: who the dateline names, a known agency that signs in
    JSON-LD or a byline, an organisation that signs in JSON-LD beside the house.

    `code` is the dateline's, '' for none. One that nobody lists is spelt out by what it abbreviates among those who sign
    (`houses`) and whom pictures are credited to (`credits`).
    """
    sites = {bare(name) for name in facts.site_names}
    organised = facts.organisations
    parts = (part.strip() for credit in credits for part in credit.split("/"))
    told = [("visible", agency_name(code, phrases, (*organised, *houses, *parts, *facts.site_names)) or "")]
    told += [("json-ld", phrases.agency(name) or "") for name in organised]
    for place, texts in signed:
        told += [(place, name) for name in read_byline(texts, phrases, facts.site_names).agencies]
    told += [("json-ld", name) for name in organised if bare(name) not in sites]
    return list(dict.fromkeys(reading for reading in told if reading[1]))
