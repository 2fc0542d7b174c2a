"""What a page as a whole looks like, in numbers: what the model of page types judges by. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from pipeline.clean.outline import PageBlock
from pipeline.clean.pagetype import Sight
from pipeline.types import BlockKind

_TYPE_WORDS: Final = (
    "NewsArticle Article BlogPosting TechArticle Product ItemList CollectionPage WebPage WebSite FAQPage QAPage DiscussionForumPosting "
    "Organization LocalBusiness Service SoftwareApplication BreadcrumbList VideoObject Person Recipe Event article website product"
)
TYPES: Final = tuple(_TYPE_WORDS.split())
_ADDRESSES: Final = {
    "story": r"/(?:blog|news|articles?|stor(?:y|ies)|posts?|magazine|insights?|guides?)(?:/|$)|/20[012]\d/",
    "shop": r"/(?:products?|shop|store|p|dp|sku|cart|buy)(?:/|$)",
    "collection": r"/(?:collections?|categor(?:y|ies)|c|catalog|tags?|topics?|archive|browse|search)(?:/|$)",
    "docs": r"/(?:docs?|documentation|reference|api|manual|help|support|kb|wiki)(?:/|$)|//(?:docs|developer|help|support|api)\.",
    "forum": r"/(?:forums?|threads?|t|questions?|viewtopic|discussions?|community|r|topic)(?:[/.]|$)|//(?:forums?|community|discuss)\.",
    "service": r"/(?:services?|solutions?|pricing|about|contact|company|features?|industries|platform|programs?)(?:[/-]|$)",
}
_PRICE: Final = re.compile(r"[$€£¥]\s?\d|\d\s?(?:€|EUR|USD|kr)\b")
_BUY: Final = re.compile(
    r"add to (?:cart|bag|basket)|in den warenkorb|ajouter au panier|añadir al carrito|aggiungi al carrello|in stock|sold out|free shipping"
    r"|quick view|checkout",
    re.IGNORECASE,
)
_ASK: Final = re.compile(
    r"contact us|get (?:started|a quote|in touch)"
    r"|book (?:now|a demo)|request a|free (?:trial|consultation|quote)|sign up|learn more|call us",
    re.IGNORECASE,
)
_POST: Final = re.compile(r"\b(?:repl(?:y|ies|ied)|posts?|joined|threads?|likes?|quote|member|answers?|views)\b", re.IGNORECASE)
_WHEN: Final = re.compile(r"\b(?:\d+ (?:second|minute|hour|day|week|month|year)s? ago|20[012]\d)\b")
_TAGS: Final = ("img", "input", "button", "pre", "code", "time", "form", "video", "iframe", "select", "table", "svg")
_MEASURES_WORDS: Final = (
    "prose headings linked_headings scripts tells_article blocks characters linked kept kept_length kept_prose kept_points kept_headings "
    "kept_linked mean median longest share_kept repeated h1 prices buys asks posts moments questions depth path digits dated query author "
    "hyphens"
)
PAGE_TRAITS: Final = (
    *_MEASURES_WORDS.split(),
    *(f"type_{name}" for name in TYPES),
    *(f"address_{name}" for name in _ADDRESSES),
    *(f"tags_{name}" for name in _TAGS),
)
_ADDRESS_PATTERNS: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _ADDRESSES.values())


def page_row(sight: Sight, blocks: Sequence[PageBlock], kept: Sequence[PageBlock], root: HtmlElement) -> NDArray[np.float32]:
    """Return a page's measures, in the order of PAGE_TRAITS. `kept` are the blocks of its body."""
    tags = Counter(element.tag for element in root.iter(*_TAGS))
    types = sight.types
    row = [
        *_measures(sight, blocks, kept),
        *(name in types for name in TYPES),
        *(bool(pattern.search(sight.url)) for pattern in _ADDRESS_PATTERNS),
        *(math.log1p(tags[name]) for name in _TAGS),
    ]
    return np.array([row], np.float32)


def _measures(sight: Sight, blocks: Sequence[PageBlock], kept: Sequence[PageBlock]) -> list[float]:
    texts = [block.text for block in blocks]
    sizes = [len(text) for text in texts] or [0]
    whole = sum(sizes) or 1
    count, size = len(kept) or 1, sum(len(block.text) for block in kept)
    signatures = Counter((block.tag, block.regions[-1].words if block.regions else "") for block in blocks)
    short = [text for text in texts if len(text) <= 120]
    split = urlsplit(sight.url)
    path = split.path.strip("/")
    return [
        *(math.log1p(value) for value in (sight.prose, sight.headings, sight.linked_headings, sight.scripts)),
        sight.tells_article,
        math.log1p(len(blocks)),
        math.log1p(whole),
        sum(len(block.text) * block.link_share for block in blocks) / whole,
        math.log1p(len(kept)),
        math.log1p(size),
        sum(block.is_prose for block in kept) / count,
        sum(block.kind is BlockKind.ENUMERATION for block in kept) / count,
        sum(block.kind is BlockKind.HEADING for block in kept) / count,
        sum(block.link_share for block in kept) / count,
        size / count,
        float(np.median([len(block.text) for block in kept])) if kept else 0.0,
        max((len(block.text) for block in kept), default=0),
        size / whole,
        max(signatures.values(), default=0) / (len(blocks) or 1),
        sum(block.tag == "h1" for block in blocks),
        *(math.log1p(sum(bool(pattern.search(text)) for text in short)) for pattern in (_PRICE, _BUY, _ASK, _POST, _WHEN)),
        sum(text.endswith("?") for text in short) / (len(short) or 1),
        path.count("/"),
        math.log1p(len(path)),
        sum(map(str.isdigit, path)),
        bool(sight.facts.head.first("article:published_time")),
        bool(split.query),
        bool(sight.facts.head.first("author", "article:author")),
        path.rpartition("/")[2].count("-"),
    ]
