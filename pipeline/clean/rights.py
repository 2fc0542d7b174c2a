"""What a publisher allows, read from the headers and the page itself. Pure.

robots.txt and tdmrep.json were asked by the fetcher: a page that the one forbids is never fetched, and what they say to AI
crawlers and of text mining comes with the page.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.clean.jsonld import Node
from pipeline.clean.meta_tags import PageHead
from pipeline.directives import OUR_NAME, directives, robots_headers
from pipeline.types import FetchedPage, Rights


def read_rights(page: FetchedPage, head: PageHead, nodes: Iterable[Node]) -> Rights:
    """Return what headers (X-Robots-Tag, tdm-reservation), meta tags and JSON-LD say; what nobody said is None or False.

    Of text mining the page's own word goes before the site's.
    """
    told = {word for value in (*robots_headers(page), *head.all("robots"), *head.all(OUR_NAME)) for word in directives(value)}
    tdm = page.header("tdm-reservation") or head.first("tdm-reservation")
    return Rights(
        noindex=bool(told & {"noindex", "none"}),
        noarchive=bool(told & {"noarchive", "none"}),
        ai_allowed=False if told & {"noai", "noml"} else page.ai_allowed,
        tdm_reserved={"1": True, "0": False}.get(tdm.strip()) if tdm else page.tdm_reserved,
        free_to_read=_free(nodes),
    )


def _free(nodes: Iterable[Node]) -> bool | None:
    """Return isAccessibleForFree of the first node that tells; it is written as a boolean, a word or a schema.org address."""
    for node in nodes:
        told = node.get("isAccessibleForFree")
        if isinstance(told, bool):
            return told
        if isinstance(told, str) and (word := told.rpartition("/")[2].strip().lower()) in {"true", "false"}:
            return word == "true"
    return None
