"""Which of the readings is believed, field by field, one written rule each; every reading is kept as a candidate.

title      the reading that most places agree on, without the site's name (title.py)
authors    the first place that names people, unless the visible byline names these and more
agency     who the dateline, JSON-LD or the byline names besides, under the name it is known by (particulars.py)
published  the first plausible one, unless two others agree against it (dates.py)
modified   the first plausible one that is later than publication
the rest   the first place that says anything
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.clean.dates import AGREEMENT, CONFLICT, OLD, DateReading, Moment, choose_date, plausible
from pipeline.clean.metadata import Reading
from pipeline.clean.people import Byline, person_key, read_byline
from pipeline.clean.phrases import Phrases
from pipeline.types import Candidate, DatePrecision

TOLD: Final = frozenset({"json-ld", "meta", "feed"})  # fields of their own: nothing else runs into what they say
FEW_MINUTES: Final = 300  # seconds a publisher's clock may be ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenDate:
    """The time of publication, and what is to be said about it."""

    at: datetime
    precision: DatePrecision
    flags: tuple[str, ...]
    zone: str | None = None  # of the clock that told it, as `+05:30`; None for a day, and for the time it was first seen


def choose_people(readings: Sequence[tuple[str, tuple[str, ...]]], phrases: Phrases, site_names: Iterable[str]) -> tuple[Byline, str]:
    """Return who signed, and the place that was believed ('' where nobody signed)."""
    names = tuple(site_names)
    bylines = [(place, read_byline(texts, phrases, names)) for place, texts in readings]
    agencies = tuple(dict.fromkeys(agency for _, byline in bylines for agency in byline.agencies))
    houses = tuple(dict.fromkeys(house for place, byline in bylines if place != "meta" for house in byline.houses))
    signed = [(place, byline) for place, byline in bylines if byline.people]
    if not signed:
        return Byline(agencies=agencies, houses=houses), ""
    place, best = signed[0]
    for other, byline in signed[1:]:
        keys = {person_key(name) for name in byline.people}
        if other == "byline" and len(keys) > len(best.people) and {person_key(name) for name in best.people} <= keys:
            place, best = other, byline
    people = best.people if place in TOLD else _shortest(best.people, [name for _, byline in signed for name in byline.people])
    return Byline(people=people, agencies=agencies, houses=houses), place


def _shortest(people: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return names as printed without what follows them where another place, or the same one, prints the name alone.

    Layout runs a role into a name: `Ann Lee Gardener`, `Ann LeeHead of Wine`.
    """
    short = dict.fromkeys(min((one for one in names if _begins(name, one)), key=len, default=name) for name in people)
    return tuple(short)


def _begins(name: str, other: str) -> bool:
    """Whether a name begins with another one of two words or more, and goes on with a capital."""
    rest = name[len(other) :]
    return " " in other and name.startswith(other) and rest.lstrip()[:1].isupper()


def choose_published(
    readings: Sequence[DateReading],
    *,
    fetched_at: datetime,
    first_seen_at: datetime,
    search: Callable[[], DateReading | None],
    changed: Sequence[DateReading] = (),
) -> tuple[ChosenDate, DateReading | None]:
    """Return the time of publication and the reading it was taken from (None: the time the entry was first seen).

    `search` looks through the page's text, and is called where nobody told. Where it finds nothing, a time of change is
    better than none: of `changed` the feed's before the page's. Nothing is published after it was first seen, whatever a
    later version says. What nobody dates is no younger than its fetch: a page of an archive that is imported today is no
    news of today.
    """
    best = choose_date(readings, fetched_at)
    if best is None and (found := search()) is not None and plausible(found.moment, fetched_at):
        best = found
    if best is None:
        late = sorted(changed, key=lambda one: one.source != "feed")
        best = next((one for one in late if plausible(one.moment, fetched_at)), None)
    if best is None:
        return ChosenDate(at=min(first_seen_at, fetched_at), precision=DatePrecision.SECOND, flags=("first-seen-date",)), None
    at, flags = best.moment.at, _date_flags(best, readings, first_seen_at, any(one is best for one in changed))
    if (at - fetched_at).total_seconds() > FEW_MINUTES and best.moment.precision is DatePrecision.SECOND:
        return ChosenDate(at=min(first_seen_at, fetched_at), precision=DatePrecision.SECOND, flags=(*flags, "future-date")), best
    if _after(best.moment, first_seen_at):
        return ChosenDate(at=min(first_seen_at, fetched_at), precision=DatePrecision.SECOND, flags=(*flags, "moved-date")), best
    return ChosenDate(at=at, precision=best.moment.precision, zone=best.moment.zone, flags=flags), best


def _after(told: Moment, first_seen_at: datetime) -> bool:
    """Whether a time of publication lies after the article was first seen: it was moved since. A day may be another zone's."""
    slack = AGREEMENT.total_seconds() if told.precision is DatePrecision.DAY else FEW_MINUTES
    return (told.at - first_seen_at).total_seconds() > slack


def _date_flags(best: DateReading, readings: Sequence[DateReading], first_seen_at: datetime, of_change: bool) -> tuple[str, ...]:
    page = [reading.moment.at for reading in readings if reading.source in {"json-ld", "meta", "visible"}]
    feed = [reading.moment.at for reading in readings if reading.source == "feed"]
    conflict = bool(feed and page) and abs(page[0] - feed[0]) > CONFLICT
    told = {
        "tz-assumed": best.moment.zone_assumed,
        "date-conflict": conflict,
        "feed-date": best.source == "feed",
        "modified-date": of_change,
        "searched-date": best.source == "htmldate",
        "old-entry": first_seen_at - best.moment.at > OLD,
    }
    return tuple(flag for flag, raised in told.items() if raised)


def choose_modified(readings: Sequence[DateReading], published: datetime | None, fetched_at: datetime) -> DateReading | None:
    """Return the reading of a change after publication, None where there is none."""
    later = (one for one in readings if plausible(one.moment, fetched_at) and (published is None or one.moment.at > published))
    return next(later, None)


def first_of(readings: Sequence[Reading]) -> Reading:
    """Return the first reading that says anything, ('', '') where none does."""
    return next((reading for reading in readings if reading[1]), ("", ""))


def candidates(field: str, readings: Iterable[Reading], chosen: str) -> list[Candidate]:
    """Return the readings of a field as candidates; the first that says what was chosen is marked."""
    made: list[Candidate] = []
    marked = False
    for place, text in readings:
        hit = bool(text) and text == chosen and not marked
        marked = marked or hit
        made.append(Candidate(field=field, value=text[:500], source=SOURCES.get(place, place), chosen=hit))
    return made


_VISIBLE: Final = dict.fromkeys(("byline", "markup", "linked", "h1"), "visible")
SOURCES: Final = {**_VISIBLE, "og": "meta", "twitter": "meta", "title": "meta"}
