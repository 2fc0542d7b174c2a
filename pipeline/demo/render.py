"""Pages of the demo newsroom as HTML: articles, front pages, sections, the directory. Pure: same arguments, same text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.demo.addresses import gallery_size, number, picture_path, section_path
from pipeline.demo.content import DemoArticle
from pipeline.demo.newsroom import Edition
from pipeline.demo.pagemeta import Address, json_ld, meta_tags
from pipeline.demo.publishers import SEEDS, Publisher

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A title and where it leads."""

    title: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a made-up reader says under an article."""

    name: str
    text: str
    age: str


class Renderer:
    """Sets articles into the templates of `folder`; every value is escaped."""

    def __init__(self, folder: Path = SEEDS / "templates") -> None:
        self._templates = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._words: Mapping[str, Words] = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))
        self.style = (folder / "style.css").read_text(encoding="utf-8")

    def page(self, article: DemoArticle, *, site: str, path: str, others: Sequence[Edition] = ()) -> str:
        """Return an article's page. `site` is the publisher's root URL without a slash; `others` are linked to."""
        words = self._words[article.publisher.language]
        pictures = [picture_path(article, place) for place in range(1, len(article.captions) + 1)]
        address = Address(url=site + path, site=site + "/", picture=site + pictures[0] if pictures else None)
        blocks = article.blocks
        return self._set(
            f"{article.publisher.template}.html.j2",
            article.publisher,
            words,
            others=others,
            article=article,
            blocks=blocks,
            pictures=list(zip(article.captions, pictures, strict=True)),
            gallery_size=gallery_size(article),
            canonical=address.url if article.publisher.canonical else None,
            json_ld=json_ld(article, address, words=sum(len(block.text.split()) for block in blocks)),
            meta_tags=meta_tags(article, address),
            place=f"{article.dateline} ({article.dateline_agency})" if article.dateline_agency else article.dateline,
            published=local_time(article.published, article.publisher, words),
            modified=local_time(article.modified, article.publisher, words) if article.modified else None,
            related=_links(others, skip=path)[:4],
            comments=_comments(words, number(article)),
            section_href=section_path(article.section),
            author_note=words["author_note"].format(place=article.section, name=article.publisher.name),
        )

    def listing(self, publisher: Publisher, editions: Sequence[Edition], *, others: Sequence[Edition], title: str | None = None) -> str:
        """Return a front page, or a section's where it has a title."""
        words = self._words[publisher.language]
        articles = [(edition.path, edition.article) for edition in editions if edition.article]
        shown = [(path, article, local_time(article.published, publisher, words)) for path, article in articles]
        return self._set("listing.html.j2", publisher, words, others=others, shown=shown, title=title)

    def notice(self, publisher: Publisher, word: str, *, others: Sequence[Edition]) -> str:
        """Return a page that says that there is nothing (any more); `word` is "gone" or "missing"."""
        words = self._words[publisher.language]
        return self._set("notice.html.j2", publisher, words, others=others, text=words[word])

    def directory(self, publishers: Sequence[Publisher], *, port: str) -> str:
        """Return the list of all publishers, shown under any name that none of them has."""
        return self._templates.get_template("directory.html.j2").render(publishers=publishers, port=port)

    def _set(self, template: str, publisher: Publisher, words: Words, *, others: Sequence[Edition], **values: object) -> str:
        sections = sorted({edition.article.section for edition in others if edition.article})
        return self._templates.get_template(template).render(
            publisher=publisher,
            words=words,
            sections=[Link(title=section, href=section_path(section)) for section in sections],
            **values,
        )


def local_time(moment: datetime, publisher: Publisher, words: Words) -> str:
    """Return a time as the publisher's readers see it, in their zone and language."""
    local = moment.astimezone(publisher.timezone)
    return str(words["date"]).format(
        day=local.day,
        month=words["months"][local.month - 1],
        year=local.year,
        hour=f"{local:%H}",
        hour12=local.hour % 12 or 12,
        minute=f"{local:%M}",
        half="AM" if local.hour < 12 else "PM",
    )


def _links(editions: Sequence[Edition], *, skip: str) -> list[Link]:
    return [Link(title=edition.article.title, href=edition.path) for edition in editions if edition.article and edition.path != skip]


def _comments(words: Words, seed: int) -> list[Comment]:
    """Three of the language's comments, others from article to article."""
    names, texts, ages = words["comment_names"], words["comment_texts"], words["comment_ages"]
    return [
        Comment(name=names[(seed + place) % len(names)], text=texts[(seed // 7 + place) % len(texts)], age=age)
        for place, age in enumerate(ages)
    ]
