"""Who is measured: Wireroom's cleaner, and trafilatura as everybody can call it, on the same pages in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import process_time

import trafilatura

from pipeline.clean.cleaner import ArticleCleaner
from pipeline.clean.hygiene import bare, tidy
from pipeline.clean.judge import Judge
from pipeline.clean.people import person_key, read_byline, split_names
from pipeline.clean.phrases import PhraseBook
from pipeline.types import Article, BlockKind, FetchedPage
from tests.quality.corpus import POINTER, Labelled, entry_of
from tests.quality.metric import PageScore, Score, precision_recall

SAME_DAY = timedelta(hours=14)  # a day is the same day in every zone
PHRASES = PhraseBook()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a system found on a page. `text` counts standfirst and dateline in, as the news pages' truth does."""

    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()  # people, and agencies and houses with them
    date: datetime | None = None
    article: bool = False


System = Callable[[FetchedPage], Answer]


def wireroom(judge: Judge | None = None) -> System:
    """Return the project's cleaner as a system, with another judge of blocks than its own where one is given."""
    cleaner = ArticleCleaner(judge=judge)

    def answer(page: FetchedPage) -> Answer:
        article = cleaner.clean(page, entry_of(page), POINTER, first_seen_at=page.fetched_at)
        if not isinstance(article, Article):
            return Answer()
        return Answer(
            text=as_printed(article),
            title=article.title,
            authors=article.authors,
            signed=signatures(article),
            date=_local(article),
            article=True,
        )

    return answer


def _local(article: Article) -> datetime | None:
    """Return the time of publication by the clock that told it, None where nobody did."""
    if article.published is None or "first-seen-date" in article.flags:
        return None
    zone = datetime.strptime(article.published_zone, "%z").tzinfo if article.published_zone else None
    return article.published.astimezone(zone) if zone else article.published


def signatures(article: Article) -> tuple[str, ...]:
    """Return who signs by the place that was believed, or by the first one: people, agencies and houses, as labels have them."""
    told = [one for one in article.candidates if one.field == "authors"]
    best = next((one for one in told if one.chosen), told[0] if told else None)
    known = PHRASES.of(article.language)
    parts = best.value.split("; ") if best else []
    return tuple(name for part in parts if "://" not in part for name in split_names(part, known) if name)


def as_printed(article: Article) -> str:
    """Return the body with what cleaning keeps as fields of it: the summary that the page prints above it, and the dateline."""
    printed = any(one.field == "summary" and one.source == "visible" and one.chosen for one in article.candidates)
    dateline = next((one.text for one in article.removed if one.rule == "dateline"), "")
    lines = [block.text for block in article.blocks]
    first = next((place for place, block in enumerate(article.blocks) if block.kind is BlockKind.PARAGRAPH), None)
    if dateline and first is not None:
        lines[first] = f"{dateline} {lines[first]}"
    return "\n\n".join([article.summary, *lines] if printed else lines)


def trafilatura_system(**options: bool) -> System:
    """Return trafilatura with these options, metadata included."""

    def answer(page: FetchedPage) -> Answer:
        found = trafilatura.bare_extraction(page.body, url=page.url, include_comments=False, with_metadata=True, **options)
        if found is None or isinstance(found, dict):
            return Answer()
        authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
        date = datetime.fromisoformat(found.date).replace(tzinfo=UTC) if found.date else None
        return Answer(text=found.text or "", title=found.title or "", authors=authors, signed=authors, date=date, article=True)

    return answer


SYSTEMS: Mapping[str, Callable[[], System]] = {
    "wireroom": wireroom,
    "trafilatura": trafilatura_system,
    "trafilatura-precision": lambda: trafilatura_system(favor_precision=True),
}


def score(system: System, pages: Iterable[Labelled]) -> Score:
    """Return a system's score on pages. Time is this process's own, reading of files left out."""
    scored = []
    for labelled in pages:
        begun = process_time()
        answer = system(labelled.page)
        scored.append(page_score(labelled, answer, process_time() - begun))
    return Score(tuple(scored))


def page_score(labelled: Labelled, answer: Answer, seconds: float) -> PageScore:
    """Return how one page went."""
    precision, recall = precision_recall(labelled.text, answer.text)
    known = PHRASES.of(labelled.language)
    wanted, got = (read_byline(names, known, labelled.houses).people for names in (labelled.authors, answer.authors))
    return PageScore(
        name=labelled.name,
        publisher=labelled.publisher,
        language=labelled.language,
        seen=labelled.seen,
        precision=precision,
        recall=recall,
        article=answer.article,
        title=tidy(answer.title) == labelled.title,
        authors=_same(answer.authors, labelled.authors),
        signed=_same(answer.signed, labelled.authors),
        people={person_key(name) for name in wanted} == {person_key(name) for name in got},
        date=None if labelled.date is None else _same_day(answer.date, labelled.date),
        seconds=seconds,
    )


def _same(told: Sequence[str], labels: Sequence[str]) -> bool | None:
    """Whether the same names are told, in any order and case; None where nobody wrote down any."""
    return {bare(name) for name in told} == {bare(name) for name in labels} if labels else None


def _same_day(told: datetime | None, truth: datetime) -> bool:
    """Whether it is the same day by the clock that told it or by UTC; of a label with a clock, in any zone.

    Labels that are days are those of the publisher's calendar.
    """
    if told is None:
        return False
    days = {told.date(), told.astimezone(UTC).date()}
    return truth.date() in days or (truth.time() != time(0) and abs(told - truth) < SAME_DAY)
