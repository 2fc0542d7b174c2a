"""What the demo newsroom says: publishers, and articles with their captions, quirks and later changes (seeds/demo).

`newsroom.toml` says who publishes, in which template and feeds; `articles/<publisher>/<slug>.toml` holds one article:
its text, and which of its page's claims about itself are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pipeline.demo.body import BodyBlock, body_fault, read_body
from pipeline.demo.fields import Fields, read_toml
from pipeline.demo.publishers import SEEDS, Publisher, load_publishers
from pipeline.errors import ConfigurationError

JSONLD_QUIRKS = ("right", "wrong_date", "wrong_title", "wrong_author", "broken", "none")
META_QUIRKS = ("right", "wrong_title", "wrong_date", "none")
REVISION_KINDS = ("correction", "silent_edit", "taken_down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A picture's caption and its credit, the latter without the parentheses that most pages print around it."""

    text: str
    credit: str = ""
    enclosed: bool = True  # printed in parentheses

    @property
    def printed_credit(self) -> str:
        """The credit as pages show it."""
        return f"({self.credit})" if self.credit and self.enclosed else self.credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A later change: what is given replaces what was, `after_minutes` after the newsroom first opened."""

    after_minutes: int
    kind: str
    title: str | None = None
    body: str | None = None
    correction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """One article as written, or, out of `at`, as it stood at a time. Times are UTC."""

    publisher: Publisher
    slug: str
    title: str
    published: datetime
    body: str
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    dateline: str | None = None
    dateline_agency: str | None = None
    section: str = "News"
    tags: tuple[str, ...] = ()
    summary: str = ""
    contributors: str | None = None
    captions: tuple[Caption, ...] = ()
    gallery: int = 0  # pictures the gallery claims to hold; 0: a number that goes with the slug
    jsonld: str = "right"
    meta: str = "right"
    wire: str | None = None  # articles of one wire story share this name
    origin: bool = False
    copy: str | None = None  # how far a copy went from its origin, in a word
    revisions: tuple[Revision, ...] = ()
    correction: str | None = None
    changed_after: int | None = None  # minutes after opening of the change shown last

    def at(self, minutes: float) -> DemoArticle | None:
        """Return the article as it stands `minutes` after the newsroom first opened, None where it was taken down."""
        standing = self
        for revision in self.revisions:
            if revision.after_minutes > minutes:
                break
            if revision.kind == "taken_down":
                return None
            standing = replace(
                standing,
                title=revision.title or standing.title,
                body=revision.body or standing.body,
                correction=revision.correction or standing.correction,
                changed_after=revision.after_minutes,
            )
        return standing

    @property
    def blocks(self) -> tuple[BodyBlock, ...]:
        """The body, block by block."""
        return read_body(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a reader of the page should find: the measure for cleaning. Never served.

    `paragraphs` are the body's blocks in order without markers, each list point by itself, the dateline taken off.
    White space is collapsed in all texts, no-break spaces too, which the pages keep.
    """

    title: str
    authors: tuple[str, ...]
    published: datetime
    paragraphs: tuple[str, ...]
    dateline: str | None
    agency: str | None
    contributors: str | None
    correction: str | None
    captions: tuple[Caption, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All publishers, in the order of newsroom.toml, and all articles, by publisher and slug."""

    publishers: tuple[Publisher, ...]
    articles: tuple[DemoArticle, ...] = field(default=())


def truth(article: DemoArticle) -> Truth:
    """Return the truth of an article as it stands."""
    return Truth(
        title=_collapsed(article.title),
        authors=tuple(_collapsed(name) for name in article.authors),
        published=article.published,
        paragraphs=tuple(_collapsed(line) for block in article.blocks for line in block.lines),
        dateline=_collapsed(article.dateline) or None,
        agency=_collapsed(article.agency) or None,
        contributors=_collapsed(article.contributors) or None,
        correction=_collapsed(article.correction) or None,
        captions=tuple(replace(one, text=_collapsed(one.text), credit=_collapsed(one.credit)) for one in article.captions),
        language=article.publisher.language,
    )


def _collapsed(text: str | None) -> str:
    return " ".join((text or "").split())


def load_content(folder: Path = SEEDS) -> Content:
    """Read newsroom.toml and every article below `folder`. Raises `ConfigurationError` naming file and key."""
    publishers = load_publishers(folder / "newsroom.toml")
    known = {publisher.publisher_id for publisher in publishers}
    for home in sorted((folder / "articles").glob("*/")):
        if home.name not in known:
            raise ConfigurationError.of(f"{home}: publisher", home.name, ", ".join(sorted(known)))
    return Content(
        publishers=publishers,
        articles=tuple(
            load_article(file, publisher)
            for publisher in publishers
            for file in sorted((folder / "articles" / publisher.publisher_id).glob("*.toml"))
        ),
    )


def load_article(file: Path, publisher: Publisher) -> DemoArticle:
    """Read one article; its slug is the file's name. Raises `ConfigurationError` naming file and key."""
    fields = read_toml(file)
    quirks, story = fields.table("quirks"), fields.table("story")
    article = DemoArticle(
        publisher=publisher,
        slug=file.stem,
        title=fields.text("title"),
        published=fields.time("published"),
        modified=fields.optional_time("modified"),
        authors=fields.texts("authors", []),
        agency=fields.optional_text("agency"),
        dateline=fields.optional_text("dateline"),
        dateline_agency=fields.optional_text("dateline_agency"),
        section=fields.text("section"),
        tags=fields.texts("tags"),
        summary=fields.text("summary"),
        contributors=fields.optional_text("contributors"),
        body=_checked_body(fields, fields.text("body")),
        captions=tuple(_caption(caption) for caption in fields.tables("captions")),
        gallery=fields.number("gallery", 0),
        jsonld=quirks.choice("jsonld", JSONLD_QUIRKS, "right"),
        meta=quirks.choice("meta", META_QUIRKS, "right"),
        wire=story.optional_text("wire"),
        origin=story.flag("origin", False),
        copy=story.optional_text("copy"),
        revisions=tuple(sorted((_revision(revision) for revision in fields.tables("revisions")), key=lambda one: one.after_minutes)),
    )
    for table in (quirks, story, fields):
        table.close()
    _check_together(article, fields)
    return article


def _check_together(article: DemoArticle, fields: Fields) -> None:
    if "right" not in (article.jsonld, article.meta):
        raise fields.wrong("quirks.meta", article.meta, "right, where jsonld is not: one of the two has to tell the truth")
    if article.modified and article.modified < article.published:
        raise fields.wrong("modified", article.modified, f"a time not before {article.published}")
    if article.dateline_agency and not article.dateline:
        raise fields.wrong("dateline_agency", article.dateline_agency, "only beside a dateline")


def _checked_body(fields: Fields, body: str) -> str:
    fault = body_fault(body)
    if fault:
        raise fields.wrong("body", fault, "blocks between blank lines, each wholly a paragraph, heading, quote or list")
    return body


def _caption(fields: Fields) -> Caption:
    text, credit = fields.text("text"), fields.optional_text("credit") or ""
    fields.close()
    enclosed = credit.startswith("(") and credit.endswith(")")
    return Caption(text=text, credit=credit[1:-1].strip() if enclosed else credit, enclosed=enclosed)


def _revision(fields: Fields) -> Revision:
    kind = fields.choice("kind", REVISION_KINDS)
    body = fields.optional_text("body")
    revision = Revision(
        after_minutes=fields.number("after_minutes"),
        kind=kind,
        title=fields.optional_text("title"),
        body=_checked_body(fields, body) if body else None,
        correction=fields.optional_text("correction"),
    )
    fields.close()
    if kind == "correction" and not revision.correction:
        raise fields.wrong("correction", None, "the notice that readers see; a correction has one")
    if kind == "silent_edit" and not (revision.title or revision.body):
        raise fields.wrong("body", None, "a new body or title; a silent edit changes at least one")
    return revision
