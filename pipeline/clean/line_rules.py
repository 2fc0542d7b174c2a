"""Rules that judge a line by what it says: phrases, counters, credits, promotions. Wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.clean.hygiene import phrase_key
from pipeline.clean.outline import PageBlock
from pipeline.clean.phrases import Phrases
from pipeline.clean.rules import Page, Verdict
from pipeline.types import BlockKind

MAX_LINK_LINE: Final = 200
MAX_PROMO: Final = 420
MAX_CREDIT: Final = 140

_SIGNS_ONLY: Final = re.compile(r"[\W_]*")
_COUNTER: Final = re.compile(
    r"\(?\d{1,3}\s*(?:/|of|von|de|sur|di|из|z|av)\s*\d{1,3}\)?"  # 1 / 8
    r"|-?\d{1,3}\s?[º°]\s?[CF]?"  # 63º
    r"|(?:\|\s*)?\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:min|mins|minutes|std|h))?\.?"  # 2:03 min
    r"|[\d.,]+\s?[km]?\s*(?:views|shares|likes|comments|kommentare|comentarios|commentaires)"
    r"|(?-i:[a-z]+[A-Z]\w{2,30}):|true|false|null|undefined|nan",  # state that leaked out of a script
    re.IGNORECASE,
)
_COPYRIGHT: Final = re.compile(r"(?:©|\(c\)\s|copyright\b)|all rights reserved|alle rechte vorbehalten|tous droits réservés", re.IGNORECASE)
_WIRE_CODE: Final = re.compile(r"dpa(?:-infocom)?[,: ]+dpa:\d{6}-\d+|\bdpa:\d{6}-\d+")
_INITIALS: Final = re.compile(r"\(\s*[a-zäöü]{2,5}(?:\s*[/,;]\s*[\w.äöü-]{2,12}){0,4}\s*\)|[a-z]{2,4}(?:[/,] ?[a-zA-Z]{2,5}){1,3}")
_PICTURE_HOUSE: Final = re.compile(
    r"\b(?:getty(?: images)?|reuters|afp|ap photo|imago|dpa|epa(?:-efe)?|shutterstock|istock|picture[- ]alliance|alamy|unsplash|pixabay|ntb"
    r"|keystone|ritzau|tt nyhetsbyrån|ansa|efe|adobe stock|bloomberg|anadolu|xinhua)\b",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")


def is_counter(text: str) -> bool:
    """Whether a line only counts or measures: `1 / 8`, `63º`, `2:03 min`."""
    return len(text) <= 40 and bool(_COUNTER.fullmatch(text))


def signs(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lines without any letter or digit (`___`), counters, temperatures, clocks, and state that leaked out of scripts."""
    found = {}
    for block in blocks:
        if not block.key or _SIGNS_ONLY.fullmatch(block.text):
            found[block.order] = "separator"
        elif block.kind is not BlockKind.TABLE and is_counter(block.text):
            found[block.order] = "counter"
    return found


def phrases(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lines that are a known phrase, whole, or begin with one that leads away: `Read more: …`."""
    found = {}
    for block in blocks:
        if len(block.text) > MAX_LINK_LINE:
            continue
        key = phrase_key(block.text)
        if page.phrases.lines.is_line(key):
            found[block.order] = "phrase"
        elif (start := page.phrases.starts.start(key)) and _leads_away(block, key[len(start) :]):
            found[block.order] = "read-more"
    return found


def _leads_away(block: PageBlock, rest: str) -> bool:
    """Whether a line that begins as links do is one: mostly a link, or a sign and then the title of something else."""
    return block.link_share > 0.3 or (rest.lstrip()[:1] in {":", "|", ">", "»", "-", "–"} and not _ENDING.search(block.text))


def promotions(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lines that want something of the reader: newsletters, apps, subscriptions, consent, donations."""
    found = {}
    for place, block in enumerate(blocks):
        if len(block.text) > MAX_PROMO or not page.phrases.promos.inside(phrase_key(block.text)):
            continue
        apart = page.layout.depth(block) > 0 or block.link_share > 0.15 or len(block.text) <= 90
        if place * 5 >= len(blocks) * 4 or (apart and block.kind is not BlockKind.ENUMERATION):
            found[block.order] = "promo"
    return found


def rights(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Copyright lines, wire codes (`dpa:230428-99-483045/5`) and editors' initials (`(dmk)`)."""
    found = {}
    for block in blocks:
        if is_copyright(block.text):
            found[block.order] = "copyright"
        elif len(block.text) <= 40 and _INITIALS.fullmatch(block.text):
            found[block.order] = "initials"
    return found


def is_copyright(text: str) -> bool:
    """Whether a line says who owns the text, or is an agency's mark under it."""
    if len(text) <= 120 and (_COPYRIGHT.search(text) or _WIRE_CODE.search(text)):
        return True
    return len(text) <= 300 and bool(_COPYRIGHT.match(text))


def credits(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lines that say who made a picture, and the captions of pictures."""
    found = {}
    for block in blocks:
        if block.order in page.captions:
            found[block.order] = "caption"
        elif is_credit(block.text, page.phrases):
            found[block.order] = "credit"
    return found


def is_credit(text: str, phrases: Phrases) -> bool:
    """Whether a line only says who made a picture: `Foto: …`, `STR/AFP via Getty Images`."""
    if len(text) > MAX_CREDIT:
        return False
    plain = text.strip(" ()[]")
    start = phrases.credits.start(plain.casefold())
    if start and (plain[len(start) :].lstrip()[:1] in {":", "©", "/", "|", "="} or (len(text) <= 60 and _PICTURE_HOUSE.search(text))):
        return True
    house = _PICTURE_HOUSE.search(plain)
    if house is None or len(text) > 80 or _ENDING.search(plain):
        return False
    return "/" in plain or "©" in plain or " via " in plain or len(plain) - len(house.group()) < 12
