"""Where things lie on a publisher's site: pure functions from articles to paths."""

from __future__ import annotations

import hashlib
import unicodedata

from pipeline.demo.content import DemoArticle

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".replace("-", "").split(" "),
        strict=True,
    )
)
_SPELLED = str.maketrans({**_CYRILLIC, "ł": "l", "ß": "ss", "ø": "o", "œ": "oe", "æ": "ae", "ä": "ae", "ö": "oe", "ü": "ue"})


def slug(text: str) -> str:
    """Return lower-case ASCII words joined by hyphens; a digest where nothing of the text can be spelled so."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).lower().translate(_SPELLED))
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in folded if not unicodedata.combining(letter))
    return "-".join(words.split()) or hashlib.sha256(text.encode()).hexdigest()[:8]


def number(article: DemoArticle, *, below: int = 900_000) -> int:
    """Return a number that goes with the article for ever, from 0 to `below`."""
    name = f"{article.publisher.publisher_id}/{article.slug}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) % below


def page_path(article: DemoArticle) -> str:
    """Return the path of an article's page, by the scheme of its publisher. Titles may change, addresses do not."""
    local = article.published.astimezone(article.publisher.timezone)
    return article.publisher.address.format(
        year=f"{local:%Y}",
        month=f"{local:%m}",
        day=f"{local:%d}",
        slug=article.slug,
        section=slug(article.section),
        number=100_000 + number(article),
    )


def section_path(section: str) -> str:
    """Return the path of a section's listing."""
    return f"/section/{slug(section)}/"


def picture_path(article: DemoArticle, place: int) -> str:
    """Return the path of an article's picture, counted from 1."""
    return f"/images/{100_000 + number(article)}-{place}.svg"


def gallery_size(article: DemoArticle) -> int:
    """Return how many pictures the gallery's counter claims, always more than one."""
    return article.gallery or max(len(article.captions), 2 + number(article, below=10))
