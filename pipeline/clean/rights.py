"""What a publisher allows, read from the headers and the page itself. Pure.

robots.txt and tdmrep.json were asked by the fetcher: a page that the one forbids is never fetched, and what they say to AI
crawlers and of text mining comes with the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from types import MappingProxyType
from typing import Final

from pipeline.clean.hygiene import phrase_key
from pipeline.clean.jsonld import Node
from pipeline.clean.meta_tags import PageHead
from pipeline.clean.outline import PageBlock
from pipeline.directives import OUR_NAME, directives, robots_headers
from pipeline.types import FetchedPage, Rights

TIERS: Final = {"free": True, "locked": False}  # of a metered article nobody can tell
SHORT: Final = 200  # characters of a line that says so


def read_rights(page: FetchedPage, head: PageHead, nodes: Iterable[Node], node: Node = MappingProxyType({})) -> Rights:
    """Return what headers (X-Robots-Tag, tdm-reservation), meta tags and JSON-LD say; what nobody said is None or False.

    Of text mining the page's own word goes before the site's; of its price the article's (`node`) before that of other nodes.
    """
    told = {word for value in (*robots_headers(page), *head.all("robots"), *head.all(OUR_NAME)) for word in directives(value)}
    tdm = page.header("tdm-reservation") or head.first("tdm-reservation")
    return Rights(
        noindex=bool(told & {"noindex", "none"}),
        noarchive=bool(told & {"noarchive", "none"}),
        ai_allowed=False if told & {"noai", "noml"} else page.ai_allowed,
        tdm_reserved={"1": True, "0": False}.get(tdm.strip()) if tdm else page.tdm_reserved,
        free_to_read=_free((node, *nodes), head.first("article:content_tier", "og:article:content_tier")),
    )


def shows_wall(blocks: Iterable[PageBlock], phrases: Collection[str]) -> bool:
    """Whether a line that readers see says that the rest is for subscribers."""
    lines = (block.text for block in blocks if len(block.text) <= SHORT and not block.has("hidden", "nav", "footer"))
    return any(f" {phrase} " in f" {phrase_key(line)} " for line in lines for phrase in phrases)


def _free(nodes: Iterable[Node], tier: str) -> bool | None:
    """Return isAccessibleForFree of the first node that tells, else what the tier means.

    It is written as a boolean, a word or a schema.org address.
    """
    for node in nodes:
        told = node.get("isAccessibleForFree")
        if isinstance(told, bool):
            return told
        if isinstance(told, str) and (word := told.rpartition("/")[2].strip().lower()) in {"true", "false"}:
            return word == "true"
    return TIERS.get(tier.lower())
