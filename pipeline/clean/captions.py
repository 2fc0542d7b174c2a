"""Pictures' captions and their credits, out of the figures around and in the body. Pure.

A caption is the text of an element that is named so, or stands alone with an image in one element. Its credit is a piece
of its own, or the parentheses, `Foto: …` or `© …` at its end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from pipeline.clean.line_rules import is_counter, is_credit
from pipeline.clean.outline import PageBlock
from pipeline.clean.phrases import Phrases
from pipeline.clean.selection import Layout
from pipeline.types import BlockKind, Caption

MAX_CAPTIONS: Final = 60
MAX_CAPTION: Final = 1000
BEFORE_BODY: Final = 40  # blocks above the body in which a picture may stand
_ELSEWHERE: Final = ("related", "aside", "comments", "advert", "footer", "nav", "newsletter", "share")
_IN_BRACKETS: Final = re.compile(r"\s*[(\[]([^()\[\]]{2,140})[)\]]\s*\.?$")
_SIGNED: Final = re.compile(
    r"(?:\s*[|/–-])?\s*((?:(?:photo|picture|image|credit|photograph|foto|bild|bilder|fotos|fot\.|fotó|kuva|quelle|crédito?s?|crédit photo"
    r"|фото|imagen|immagine|beeld)\b"
    r"(?:\s+(?:by|de|di|von|:))?\s*[:.=/©]\s*|©\s*|\(c\)\s*)[^.]{2,120})\.?$",
    re.IGNORECASE,
)


def caption_orders(blocks: Sequence[PageBlock], layout: Layout, start: int) -> list[int]:
    """Return the orders of the blocks that are captions or credits of pictures in or right above the body."""
    begin = max((block.order for block in blocks if block.tag == "h1" and block.order < start), default=start - BEFORE_BODY)
    sizes: dict[int, int] = {}
    for block in blocks[max(0, begin - BEFORE_BODY) : layout.last + BEFORE_BODY]:
        for number in block.path:
            sizes[number] = sizes.get(number, 0) + len(block.text)
    near = [block for block in blocks[max(0, begin) : layout.last + 6] if _may_be_caption(block)]
    named = [block.order for block in near if _is_named(block, layout)]
    alone = [block for block in near if _is_alone(block, layout, sizes)]
    picture_book = sum(len(block.text) for block in alone) * 6 > sum(sizes.get(number, 0) for number in layout.columns)
    return sorted({*named, *(block.order for block in alone if not picture_book)})


def _may_be_caption(block: PageBlock) -> bool:
    text = block.kind in {BlockKind.PARAGRAPH, BlockKind.ENUMERATION}
    return text and len(block.text) <= MAX_CAPTION and block.link_share <= 0.9 and not block.has(*_ELSEWHERE)


def _is_named(block: PageBlock, layout: Layout) -> bool:
    """Whether an element around the block is a caption, or a figure, by tag or name."""
    return bool(layout.foreign(block, {"caption"})) or (block.kind is BlockKind.PARAGRAPH and bool(layout.foreign(block, {"figure"})))


def _is_alone(block: PageBlock, layout: Layout, sizes: Mapping[int, int]) -> bool:
    """Whether the block is all the text that stands with an image in one element. `sizes` are each element's characters."""
    if not block.pictured or block.pictured in layout.columns or len(block.text) > 300 or block.tag not in {"p", "div"}:
        return False
    return block.kind is BlockKind.PARAGRAPH and sizes[block.pictured] == len(block.text) and layout.depth(block) > 0


def read_captions(blocks: Sequence[PageBlock], orders: Collection[int], phrases: Phrases) -> tuple[Caption, ...]:
    """Return the captions that these blocks make up, each once, credits joined to the caption they follow."""
    made: list[Caption] = []
    for text, credit in _pairs([blocks[order] for order in sorted(orders)], phrases):
        caption = Caption(text=text, credit=credit)
        if (text or credit) and not any(text == other.text for other in made):
            made.append(caption)
    return tuple(made[:MAX_CAPTIONS])


def _pairs(blocks: Sequence[PageBlock], phrases: Phrases) -> Iterator[tuple[str, str]]:
    text, credit, place = "", "", -9
    for block in blocks:
        if is_counter(block.text) or phrases.lines.is_line(block.text.casefold().strip(" .")):
            continue
        if _is_own_credit(block, phrases):
            if credit or block.order > place + 3:
                yield text, credit
                text = ""
            credit, place = bare_credit(block.text), block.order
            continue
        yield text, credit
        text, credit = split_credit(block.text, phrases)
        place = block.order
    yield text, credit


def _is_own_credit(block: PageBlock, phrases: Phrases) -> bool:
    own = block.regions[-1].marks if block.regions else frozenset()
    return block.tag in {"small", "cite"} or ("credit" in own and len(block.text) <= 160) or is_credit(block.text, phrases)


def split_credit(text: str, phrases: Phrases) -> tuple[str, str]:
    """Return (caption, credit) of a caption that ends in its credit; the credit is '' where it tells none.

    Parentheses count where they hold what credits hold: a slash, an agency, `via`, a credit word, or no lower-case word.
    """
    if found := _IN_BRACKETS.search(text):
        inside = found.group(1)
        if _is_signature(inside, phrases):
            return text[: found.start()].strip(), inside.strip()
    if (found := _SIGNED.search(text)) and len(found.group(1)) < len(text):
        return text[: found.start()].strip(" |/–-"), found.group(1).strip()
    return (text, "") if not is_credit(text, phrases) else ("", bare_credit(text))


def _is_signature(text: str, phrases: Phrases) -> bool:
    words = [word for word in re.split(r"[\s/]+", text) if word]
    known = bool(phrases.credits.start(text.casefold())) or phrases.agency(text) is not None
    if known or "/" in text or " via " in text or is_credit(text, phrases):
        return True
    return 2 <= len(words) <= 7 and words[0][0].isupper() and not any(letter in ",;:" for letter in text)


def bare_credit(text: str) -> str:
    """Return a credit without the parentheses around it."""
    plain = text.strip()
    return plain[1:-1].strip() if plain[:1] in "([" and plain[-1:] in ")]" else plain
