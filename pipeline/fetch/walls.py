"""Bot walls and challenges, recognised by the marks they leave. Sorted data; pure.

A wall is no fault and no refusal to us in person: it is a site that only wants browsers. We take no for an answer.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from pipeline.fetch.client import Answer


class Wall(NamedTuple):
    """A product and one mark of its: a header with a beginning of its value, or bytes near the top of the page."""

    name: str
    header: str = ""
    value: str = ""
    mark: bytes = b""


# Headers that come with a challenge.
HEADER_MARKS: Final = (
    Wall("AWS WAF", header="x-amzn-waf-action"),
    Wall("Cloudflare", header="cf-mitigated", value="challenge"),
    Wall("DataDome", header="x-dd-b"),
    Wall("Kasada", header="x-kpsdk-ct"),
    Wall("Sucuri", header="x-sucuri-block"),
    Wall("Vercel", header="x-vercel-mitigated", value="challenge"),
)

# What challenge pages say, and protected pages that let us through do not.
BODY_MARKS: Final = (
    Wall("Akamai", mark=b"errors.edgesuite.net"),
    Wall("Anubis", mark=b"/.within.website/x/cmd/anubis"),
    Wall("Cloudflare", mark=b"_cf_chl_opt"),
    Wall("DataDome", mark=b"captcha-delivery.com"),
    Wall("Imperva", mark=b"Incapsula incident ID"),
    Wall("PerimeterX", mark=b"px-captcha"),
    Wall("Sucuri", mark=b"sucuri_cloudproxy_js"),
    Wall("Vercel", mark=b"Vercel Security Checkpoint"),
)

_WALL_STATUSES: Final = frozenset({202, 401, 403, 405, 406, 418, 429, 503})
_SMALL: Final = 15_000  # bytes; challenge pages sent with 200 are smaller, pages with an article are larger
_SEEN: Final = 32_768


def wall(answer: Answer) -> str:
    """Return the product that put up a wall, '' where there is none. Marks count only where there is no article: with an
    error status, or (those in the body) on a page too small for one.
    """
    if answer.status in _WALL_STATUSES:
        for known in HEADER_MARKS:
            value = answer.header(known.header)
            if value is not None and value.strip().lower().startswith(known.value):
                return known.name
    elif answer.status != 200 or len(answer.body) >= _SMALL or not _is_html(answer):
        return ""
    return next((known.name for known in BODY_MARKS if known.mark in answer.body[:_SEEN]), "")


def _is_html(answer: Answer) -> bool:
    return "html" in (answer.header("content-type") or "").lower()
