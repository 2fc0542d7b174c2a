"""The readings of a page put together to an `Article`, each field with its candidates, each doubt with a flag. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml.html import HtmlElement

from pipeline.clean.body import Body
from pipeline.clean.captions import read_captions
from pipeline.clean.choices import ChosenDate, candidates, choose_modified, choose_published, first_of
from pipeline.clean.dates import DateReading
from pipeline.clean.hygiene import text_digest
from pipeline.clean.metadata import PageFacts, date_readings, modified_readings, searched_date, visible_times
from pipeline.clean.outline import PageBlock
from pipeline.clean.particulars import agency_readings, image_readings, language_readings, section_readings, summary_readings, tag_readings
from pipeline.clean.people import Byline
from pipeline.clean.phrases import Phrases
from pipeline.clean.printed_dates import printed_date
from pipeline.clean.rights import read_rights
from pipeline.types import ArchivePointer, Article, Block, Candidate, Caption, DatePrecision, FeedEntry, FetchedPage, Rights, UrlKey
from pipeline.urls import accept_canonical, article_id, fetchable, url_key

TAG_BREAK: Final = ", "  # tags hold no commas


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read out of a page, before it becomes an article."""

    facts: PageFacts
    outline: tuple[PageBlock, ...]
    body: Body
    blocks: tuple[Block, ...]
    told_by: str  # '' for text that the page shows; else where it tells machines what it does not show: `json-ld`, `script`
    phrases: Phrases
    walled: bool = False  # a short text, and the page says to its readers that the rest is for subscribers
    titles: tuple[tuple[str, str], ...]
    title: str
    signed: tuple[tuple[str, tuple[str, ...]], ...]
    byline: Byline
    byline_place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Under which address an article is kept, the others it was met under, and what was doubtful about it."""

    url: str
    key: UrlKey
    aliases: tuple[UrlKey, ...]
    candidates: tuple[Candidate, ...]
    flags: tuple[str, ...]
    syndicated_from: str | None


def article_of(
    reading: Reading,
    root: HtmlElement,
    page: FetchedPage,
    entry: FeedEntry,
    pointer: ArchivePointer,
    first_seen_at: datetime,
    *,
    page_type: str,
    cleaner: str,
) -> Article:
    """Return the article that a reading makes up."""
    facts = reading.facts
    address = _address(facts, page, entry)
    times, modified, told_times = _times(reading, root, page, entry, first_seen_at)
    rights = _rights(reading, page)
    title = reading.title or entry.title or _first_words(reading)
    captions = read_captions(reading.outline, reading.body.page.captions, reading.phrases)
    told = _particulars(reading, page, entry, captions)
    chosen = {field: first_of(readings)[1] or None for field, readings in told.items()}
    noted = [*_title_candidates(reading, title), *_author_candidates(reading), *told_times, *address.candidates]
    noted += [one for field, readings in told.items() for one in candidates(field, readings, chosen[field] or "")]
    return replace(
        _dated(_plain_article(reading, address, title, page, entry, pointer, first_seen_at, cleaner), times, modified),
        agency=chosen["agency"],
        captions=captions,
        section=chosen["section"],
        tags=tuple(chosen["tags"].split(TAG_BREAK)) if chosen["tags"] else (),
        image=chosen["image"],
        language=chosen["language"],
        syndicated_from=address.syndicated_from,
        summary=chosen["summary"] or "",
        page_type=page_type,
        flags=(*times.flags, *address.flags, *_doubts(reading, rights.free_to_read)),
        rights=rights,
        candidates=_by_source(noted, entry),
    )


def _dated(article: Article, times: ChosenDate, modified: DateReading | None) -> Article:
    """Return the article with its times, each with how exactly and in which zone it is known."""
    return replace(
        article,
        published=times.at,
        published_precision=times.precision,
        published_zone=times.zone,
        modified=modified.moment.at if modified else None,
        modified_precision=modified.moment.precision if modified else DatePrecision.SECOND,
        modified_zone=modified.moment.zone if modified else None,
    )


def _rights(reading: Reading, page: FetchedPage) -> Rights:
    """Return what is told to machines; where they are told nothing of a price, what readers are."""
    told = read_rights(page, reading.facts.head, reading.facts.nodes, reading.facts.node)
    return replace(told, free_to_read=False) if reading.walled and told.free_to_read is None else told


def _first_words(reading: Reading) -> str:
    return reading.blocks[0].text[:100] if reading.blocks else ""


def _by_source(noted: Sequence[Candidate], entry: FeedEntry) -> tuple[Candidate, ...]:
    """Return the candidates, each once; what the entry said is a sitemap's where it came in one."""
    feed = "sitemap" if entry.in_sitemap else "feed"
    told: dict[tuple[str, str, str], Candidate] = {}
    for one in noted:
        source = feed if one.source == "feed" else one.source
        key = (one.field, source, one.value)
        told[key] = replace(one, source=source, chosen=one.chosen or (key in told and told[key].chosen))
    return tuple(told.values())


def _particulars(reading: Reading, page: FetchedPage, entry: FeedEntry, captions: Sequence[Caption]) -> dict[str, list[tuple[str, str]]]:
    """Return the readings of the fields of which the first is believed."""
    facts, body = reading.facts, reading.body
    code = body.dateline.code if body.dateline else ""
    credits = [caption.credit for caption in captions]
    return {
        "summary": summary_readings(facts, entry, body.summary),
        "agency": agency_readings(facts, reading.signed, reading.byline.houses, code, credits, reading.phrases),
        "section": section_readings(facts),
        "tags": [(place, TAG_BREAK.join(tags)) for place, tags in tag_readings(facts, entry)],
        "image": image_readings(facts, page.final_url),
        "language": language_readings(facts, entry),
    }


def _plain_article(
    reading: Reading,
    address: Address,
    title: str,
    page: FetchedPage,
    entry: FeedEntry,
    pointer: ArchivePointer,
    first_seen_at: datetime,
    cleaner: str,
) -> Article:
    """Return the article with its identity and its text, before anything is weighed."""
    body = reading.body
    return Article(
        article_id=article_id(address.key),
        entry_id=entry.entry_id,
        feed_id=entry.feed_id,
        url=address.url,
        url_key=address.key,
        aliases=address.aliases,
        publisher=entry.publisher or next(iter(reading.facts.site_names), ""),
        country=entry.country,
        title=title,
        blocks=reading.blocks,
        authors=reading.byline.people,
        dateline=body.dateline.place if body.dateline else None,
        contributors=body.contributors,
        corrections=body.corrections,
        removed=body.removed,
        fetched_at=page.fetched_at,
        first_seen_at=first_seen_at,
        pointer=pointer,
        text_digest=text_digest(title, [block.text for block in reading.blocks]),
        cleaner=cleaner,
    )


# ── address ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _address(facts: PageFacts, page: FetchedPage, entry: FeedEntry) -> Address:
    claims = [("canonical", facts.head.canonical), ("og:url", facts.head.first("og:url"))]
    url = page.final_url
    flags: list[str] = []
    syndicated_from: str | None = None
    noted: list[Candidate] = []
    for source, claim in claims:
        if not claim:
            continue
        accepted, why = accept_canonical(page.final_url, (fetchable(claim, page.final_url) or claim) if source == "canonical" else claim)
        chosen = accepted is not None and not any(one.chosen for one in noted)
        noted.append(Candidate(field="url", value=claim[:500], source="meta", chosen=chosen))
        url = accepted if chosen and accepted else url
        if why == "cross-domain" and source == "canonical":
            flags.append("syndicated-from-other-site")
            syndicated_from = fetchable(claim)
    key = url_key(url)
    met = [entry.url, page.url, page.final_url, *(hop.url for hop in page.hops), fetchable(facts.head.amp, page.final_url) or ""]
    aliases = dict.fromkeys(url_key(one) for one in met if one)
    aliases.pop(key, None)
    return Address(url=url, key=key, aliases=tuple(aliases), candidates=tuple(noted), flags=tuple(flags), syndicated_from=syndicated_from)


# ── times ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _times(
    reading: Reading, root: HtmlElement, page: FetchedPage, entry: FeedEntry, first_seen_at: datetime
) -> tuple[ChosenDate, DateReading | None, tuple[Candidate, ...]]:
    facts = reading.facts
    shown, shown_later = visible_times(root, reading.phrases)
    published = date_readings(facts, shown, page, entry)
    changed = modified_readings(facts, shown_later, entry)
    times, best = choose_published(
        published,
        fetched_at=page.fetched_at,
        first_seen_at=first_seen_at,
        search=lambda: (
            printed_date(reading.outline, reading.phrases, facts.language, page.fetched_at) or searched_date(root, page, facts.zone)
        ),
        changed=changed,
    )
    if best is not None and best not in published:
        published.append(best)
    modified = choose_modified(changed, times.at, page.fetched_at)
    taken = best if times.at == (best.moment.at if best else None) else None
    told = [Candidate(field="published", value=str(one.moment), source=one.source, chosen=one is taken) for one in published]
    if taken is None:
        told.append(Candidate(field="published", value=times.at.isoformat(), source="first-seen", chosen=True))
    told += [Candidate(field="modified", value=str(one.moment), source=one.source, chosen=one is modified) for one in changed]
    return times, modified, tuple(told)


# ── doubts and candidates ────────────────────────────────────────────────────────────────────────────────────────────


def _doubts(reading: Reading, free: bool | None) -> Iterator[str]:
    if free is False:
        yield "paywalled"
    if reading.told_by:
        yield f"text-from-{reading.told_by}"
    if not reading.title:
        yield "title-assumed"


def _title_candidates(reading: Reading, title: str) -> list[Candidate]:
    return candidates("title", reading.titles, title if any(text == title for _, text in reading.titles) else _source_of(reading, title))


def _source_of(reading: Reading, title: str) -> str:
    """Return the reading that a chosen title was cut out of."""
    return next((text for _, text in reading.titles if title and title in text), "")


def _author_candidates(reading: Reading) -> list[Candidate]:
    organised = reading.facts.organisations
    signed = [(place, (*names, *(organised if place == "json-ld" else ()))) for place, names in reading.signed]
    if organised and not any(place == "json-ld" for place, _ in signed):
        signed.insert(0, ("json-ld", organised))
    made = candidates("authors", ((place, "; ".join(names)) for place, names in signed), "")
    places = [place for place, _ in signed]
    return [
        Candidate(field=one.field, value=one.value, source=one.source, chosen=place == reading.byline_place)
        for one, place in zip(made, places, strict=True)
    ]
