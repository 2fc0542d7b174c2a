"""An article as the template shows it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from pipeline.index.document import ArticleDocument, BlockField, CandidateField
from pipeline.ledger import Decision
from pipeline.types import BlockKind
from pipeline.web.languages import language_name
from pipeline.web.links import host_of, outside
from pipeline.web.moments import ago, exact
from pipeline.web.query_text import quoted, with_filter
from pipeline.web.when import When, when

MAX_NAMES = 40  # chips of one sort
MAX_DECISIONS = 500
MAX_CELLS = 40  # of a table's row


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Neighbouring blocks of one kind, shown as one thing: the points of a list, the rows of a table, or a single block."""

    kind: str
    text: str
    level: int = 0
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()  # all of one length


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A name or keyword, and the query that finds the others with it."""

    text: str
    query: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipRow:
    """Chips of one sort."""

    title: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one metadata field came from: every reading of it, the chosen one first."""

    field: str
    candidates: tuple[CandidateField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One decision on the way here."""

    machine: str
    exact: str
    ago: str
    stage: str
    verdict: str
    reason: str
    batch_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """All of an article's page; `document` where the template shows a field as it is."""

    document: ArticleDocument
    original: str | None  # the link to it, None where it may not be linked to
    host: str
    language_name: str
    when: When | None
    modified: When | None
    first_seen: When | None
    fetched: When | None
    indexed: When | None
    parts: tuple[Part, ...]
    source: Chip
    authors: tuple[Chip, ...]
    chips: tuple[ChipRow, ...]
    origins: tuple[Origin, ...]
    decisions: tuple[Verdict, ...] | None  # None: the ledger could not be asked


def article_view(document: ArticleDocument, decisions: Sequence[Decision] | None, now: datetime) -> ArticleView:
    """Return the view of one article with the decisions about it, oldest first."""
    return ArticleView(
        document=document,
        original=outside(document["url"]),
        host=host_of(document["url"]),
        language_name=language_name(document["language"]),
        when=when(document["published"], now, precision=document["published_precision"]),
        modified=when(document["modified"], now),
        first_seen=when(document["first_seen_at"], now),
        fetched=when(document["fetched_at"], now),
        indexed=when(document["indexed_at"], now),
        parts=parts_of(document["blocks"] or _paragraphs(document["body"])),
        source=Chip(text=document["source"] or host_of(document["url"]), query=with_filter("", "source", document["source"])),
        authors=_chips("author:", document["authors"]),
        chips=chip_rows(document),
        origins=origins_of(document["candidates"]),
        decisions=None if decisions is None else tuple(_verdict(one, now) for one in decisions[:MAX_DECISIONS]),
    )


def _paragraphs(body: str) -> list[BlockField]:
    return [{"kind": BlockKind.PARAGRAPH, "text": text, "level": 0} for text in body.split("\n\n") if text.strip()]


def parts_of(blocks: Iterable[BlockField]) -> tuple[Part, ...]:
    """Put points of one list and rows of one table together; headings stay below the page's own (levels 2 to 6)."""
    parts: list[Part] = []
    for kind, run in groupby(blocks, key=lambda block: block["kind"]):
        if kind == BlockKind.ENUMERATION:
            parts.append(Part(kind=kind, text="", lines=tuple(block["text"] for block in run)))
        elif kind == BlockKind.TABLE:
            parts.append(Part(kind=kind, text="", rows=_rows(line for block in run for line in block["text"].splitlines())))
        else:
            parts.extend(_part(block) for block in run)
    return tuple(parts)


def _part(block: BlockField) -> Part:
    return Part(kind=block["kind"], text=block["text"], level=min(6, max(2, block["level"])))


def _rows(lines: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """A table block is one row, its cells parted by bars; short rows are filled up with empty cells."""
    cut = [tuple(line.split(" | ")) for line in lines]
    width = min(MAX_CELLS, max(map(len, cut), default=0))
    return tuple(row[:width] + ("",) * (width - len(row)) for row in cut)


def chip_rows(document: ArticleDocument) -> tuple[ChipRow, ...]:
    """Return people, organisations, places, other names and keywords, those that there are."""
    counts = {entity["name"]: entity["count"] for entity in document["entities"]}
    faceted = {*document["people"], *document["organisations"], *document["places"]}
    rows = (
        ("People", _chips("person:", document["people"], counts)),
        ("Organisations", _chips("org:", document["organisations"], counts)),
        ("Places", _chips("place:", document["places"], counts)),
        ("Other names", _chips("", [name for name in counts if name not in faceted], counts)),
        ("Keywords", _chips("keyword:", document["keywords"])),
        ("Tags of the publisher", _chips("tag:", document["tags"])),
    )
    return tuple(ChipRow(title=title, chips=chips) for title, chips in rows if chips)


def _chips(field: str, texts: Sequence[str], counts: Mapping[str, int] = MappingProxyType({})) -> tuple[Chip, ...]:
    return tuple(Chip(text=text, query=field + quoted(text), count=counts.get(text, 0)) for text in texts[:MAX_NAMES])


def origins_of(candidates: Iterable[CandidateField]) -> tuple[Origin, ...]:
    """Group readings by field, in the order the fields first come."""
    by_field: dict[str, list[CandidateField]] = defaultdict(list)
    for candidate in candidates:
        by_field[candidate["field"]].append(candidate)
    return tuple(
        Origin(field=name, candidates=tuple(sorted(readings, key=lambda one: not one["chosen"]))) for name, readings in by_field.items()
    )


def _verdict(decision: Decision, now: datetime) -> Verdict:
    return Verdict(
        machine=decision.at.isoformat(timespec="seconds"),
        exact=exact(decision.at),
        ago=ago(decision.at, now),
        stage=decision.stage,
        verdict=decision.verdict,
        reason=decision.reason,
        batch_id=decision.batch_id,
    )
