"""Which reading of a field is believed, and what is said about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.choices import candidates, choose_modified, choose_people, choose_published, first_of
from pipeline.clean.dates import DateReading, Moment
from pipeline.clean.people import Byline
from pipeline.clean.phrases import PhraseBook
from pipeline.types import DatePrecision

PHRASES = PhraseBook().of("en")
FETCHED = datetime(2026, 11, 18, 12, tzinfo=UTC)
SEEN = FETCHED - timedelta(minutes=30)
DAY, SECOND = DatePrecision.DAY, DatePrecision.SECOND


@pytest.mark.parametrize(
    ("readings", "people", "place"),
    [
        ([], [], ""),
        ([("json-ld", ("Newsroom",))], [], ""),
        ([("json-ld", ("Jane Doe",)), ("meta", ("John Roe",))], ["Jane Doe"], "json-ld"),
        ([("json-ld", ("Newsroom",)), ("meta", ("John Roe",))], ["John Roe"], "meta"),
        ([("json-ld", ("Jane Doe",)), ("byline", ("By Jane Doe and John Roe",))], ["Jane Doe", "John Roe"], "byline"),
        ([("json-ld", ("JANE DOE",)), ("byline", ("By Jane Doe and John Roe",))], ["Jane Doe", "John Roe"], "byline"),
        ([("json-ld", ("Jane Doe",)), ("byline", ("By Ana Li and John Roe",))], ["Jane Doe"], "json-ld"),
        ([("json-ld", ("Jane Doe", "John Roe")), ("byline", ("By Jane Doe",))], ["Jane Doe", "John Roe"], "json-ld"),
        ([("json-ld", ("Jane Doe",)), ("byline", ("By Jane Doe",))], ["Jane Doe"], "json-ld"),
        ([("json-ld", ("Jane Doe",)), ("feed", ("Jane Doe", "John Roe"))], ["Jane Doe"], "json-ld"),
        ([("feed", ("Jane Doe",))], ["Jane Doe"], "feed"),
    ],
)
def test_people(readings: list[tuple[str, tuple[str, ...]]], people: list[str], place: str) -> None:
    """The first place that names people, unless the line on the page names them and more."""
    byline, believed = choose_people(readings, PHRASES, [])
    assert (list(byline.people), believed) == (people, place)


def test_agencies_and_houses_add_up() -> None:
    """Whoever supplied the story is kept from every place, with or without people; houses not from meta tags."""
    readings = [("json-ld", ("Reuters", "Newsroom")), ("meta", ("Studio Team", "AFP")), ("byline", ("Reuters", "Newsroom"))]
    assert choose_people(readings, PHRASES, []) == (Byline(agencies=("Reuters", "AFP"), houses=("Newsroom",)), "")
    byline, place = choose_people([*readings, ("feed", ("Jane Doe",))], PHRASES, [])
    assert (byline, place) == (Byline(people=("Jane Doe",), agencies=("Reuters", "AFP"), houses=("Newsroom",)), "feed")


def test_the_site_signs_for_nobody() -> None:
    """Site names may come once only, and are known to every place."""
    readings = [("json-ld", ("Harbor News",)), ("meta", ("Harbor News",)), ("feed", ("Jane Doe",))]
    assert choose_people(readings, PHRASES, iter(["Harbor News"]))[1] == "feed"


def reading(source: str, at: datetime, precision: DatePrecision = SECOND, *, assumed: bool = False) -> DateReading:
    return DateReading(source=source, raw=at.isoformat(), moment=Moment(at=at, precision=precision, zone_assumed=assumed))


def hours(number: float) -> datetime:
    return FETCHED + timedelta(hours=number)


def published(
    *readings: DateReading, found: DateReading | None = None, late: DateReading | None = None
) -> tuple[datetime | None, str, str | None]:
    """The time, its flags, and the place it was taken from."""
    chosen, best = choose_published(readings, fetched_at=FETCHED, first_seen_at=SEEN, search=lambda: found, changed=[late] if late else [])
    assert chosen.precision is (best.moment.precision if best and not {"future-date", "moved-date"} & {*chosen.flags} else SECOND)
    return chosen.at, " ".join(chosen.flags), best.source if best else None


LD, FEED = "json-ld", "feed"


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([reading(LD, hours(-2))], (hours(-2), "", LD)),
        ([reading(LD, hours(-2)), reading(FEED, hours(-3))], (hours(-2), "", LD)),
        ([reading(FEED, hours(-2))], (hours(-2), "feed-date", FEED)),
        ([reading("meta", hours(-2), assumed=True)], (hours(-2), "tz-assumed", "meta")),
        ([reading(LD, hours(-2)), reading(FEED, hours(-60))], (hours(-2), "date-conflict", LD)),
        ([reading("url", hours(-2)), reading(FEED, hours(-60))], (hours(-2), "", "url")),
        ([reading(LD, hours(-50)), reading("visible", hours(-1)), reading(FEED, hours(-1.5))], (hours(-1), "date-conflict", "visible")),
        ([reading(LD, hours(-24 * 31))], (hours(-24 * 31), "old-entry", LD)),
        ([reading(LD, hours(-24 * 30))], (hours(-24 * 30), "", LD)),
        ([reading("url", hours(-12), DAY)], (hours(-12), "", "url")),
        ([reading(LD, hours(1 / 12))], (SEEN, "moved-date", LD)),
        ([reading(LD, SEEN + timedelta(minutes=5))], (SEEN + timedelta(minutes=5), "", LD)),
        ([reading(LD, SEEN + timedelta(minutes=6))], (SEEN, "moved-date", LD)),
        ([reading(LD, hours(0.1))], (SEEN, "future-date", LD)),
        ([reading(LD, hours(24))], (SEEN, "future-date", LD)),
        ([reading("url", hours(12), DAY)], (hours(12), "", "url")),
        ([reading(LD, hours(25))], (SEEN, "first-seen-date", None)),
        ([reading(LD, datetime(1970, 1, 1, tzinfo=UTC))], (SEEN, "first-seen-date", None)),
        ([reading(LD, datetime.max.replace(tzinfo=UTC))], (SEEN, "first-seen-date", None)),
        ([reading(LD, datetime.min.replace(tzinfo=UTC)), reading(FEED, hours(-1))], (hours(-1), "date-conflict feed-date", FEED)),
        ([], (SEEN, "first-seen-date", None)),
    ],
)
def test_published(readings: list[DateReading], expected: tuple[datetime, str, str | None]) -> None:
    """The time to believe, and every doubt about it; a time ahead of the fetch is not one, beyond what clocks differ."""
    assert published(*readings) == expected


def test_where_nobody_told() -> None:
    """The page's text is searched, then the feed's change is taken, then the time when the entry was first seen."""
    found, late = reading("htmldate", hours(-20), DAY), reading(FEED, hours(-3))
    ahead = reading("htmldate", hours(48))
    assert published(found=found, late=late) == (hours(-20), "searched-date", "htmldate")
    assert published(found=None, late=late) == (hours(-3), "feed-date modified-date", FEED)
    assert published(found=ahead, late=late) == (hours(-3), "feed-date modified-date", FEED)
    assert published(found=ahead, late=reading(FEED, hours(48))) == (SEEN, "first-seen-date", None)


def test_a_change_is_better_than_nothing() -> None:
    """Where nobody says when it was published, the feed's time of change counts, then the page's; never before them."""

    def choose(*changed: DateReading) -> tuple[datetime, str, str | None]:
        chosen, best = choose_published([], fetched_at=FETCHED, first_seen_at=SEEN, search=lambda: None, changed=changed)
        return chosen.at, " ".join(chosen.flags), best.source if best else None

    assert choose(reading(LD, hours(-5))) == (hours(-5), "modified-date", LD)
    assert choose(reading(LD, hours(-5)), reading(FEED, hours(-4))) == (hours(-4), "feed-date modified-date", FEED)
    assert choose(reading(LD, hours(48)), reading("meta", hours(-6))) == (hours(-6), "modified-date", "meta")
    assert choose(reading(LD, hours(-5)), reading(LD, hours(-5)))[1] == "modified-date"
    same = reading(LD, hours(-5))
    chosen, _ = choose_published([same], fetched_at=FETCHED, first_seen_at=SEEN, search=lambda: None, changed=[reading(LD, hours(-5))])
    assert chosen.flags == ()
    assert published(reading("url", hours(-50), DAY), late=reading(FEED, hours(-4))) == (hours(-50), "", "url")


def test_an_archived_page_without_a_date_is_as_old_as_its_fetch() -> None:
    """What is imported today and dated by nobody is no news of today."""
    imported = FETCHED + timedelta(days=900)
    chosen, _ = choose_published([], fetched_at=FETCHED, first_seen_at=imported, search=lambda: None)
    assert (chosen.at, chosen.flags) == (FETCHED, ("first-seen-date",))


def test_the_search_is_spared() -> None:
    """Searching costs more than all else: it is not asked where anybody told."""

    def search() -> DateReading | None:
        raise AssertionError("asked for nothing")

    chosen, _ = choose_published([reading(LD, hours(-1))], fetched_at=FETCHED, first_seen_at=SEEN, search=search)
    assert chosen.at == hours(-1)


def test_an_entry_seen_after_the_fetch() -> None:
    """What stands for a time ahead is never later than the fetch itself."""
    chosen, _ = choose_published([reading(LD, hours(3))], fetched_at=FETCHED, first_seen_at=hours(1), search=lambda: None)
    assert chosen.at == FETCHED


@pytest.mark.parametrize(
    ("readings", "after", "expected"),
    [
        ([], hours(-2), None),
        ([reading(LD, hours(-1))], hours(-2), 0),
        ([reading(LD, hours(-2))], hours(-2), None),
        ([reading(LD, hours(-3)), reading("meta", hours(-1))], hours(-2), 1),
        ([reading(LD, hours(-1)), reading("meta", hours(-0.5))], hours(-2), 0),
        ([reading(LD, hours(25)), reading("meta", hours(-1))], hours(-2), 1),
        ([reading(LD, datetime(1970, 1, 1, tzinfo=UTC))], None, None),
        ([reading(LD, hours(-30))], None, 0),
    ],
)
def test_modified(readings: list[DateReading], after: datetime | None, expected: int | None) -> None:
    """The first plausible change that comes after publication."""
    assert choose_modified(readings, after, FETCHED) is (None if expected is None else readings[expected])


def test_first_of() -> None:
    """The first that says anything."""
    assert first_of([("a", ""), ("b", "x"), ("c", "y")]) == ("b", "x")
    assert first_of([("a", "")]) == first_of([]) == ("", "")


@pytest.mark.parametrize(
    ("chosen", "marked"),
    [("Storm", [True, False, False]), ("Other", [False, False, True]), ("", [False, False, False]), ("Nobody said", [False, False, False])],
)
def test_candidates(chosen: str, marked: list[bool]) -> None:
    """Every reading is kept under the place it came from; the first that says what was chosen is marked, no other."""
    made = candidates("title", [("h1", "Storm"), ("og", "Storm"), ("feed", "Other")], chosen)
    assert [(one.field, one.source, one.value) for one in made] == [
        ("title", "visible", "Storm"),
        ("title", "meta", "Storm"),
        ("title", "feed", "Other"),
    ]
    assert [one.chosen for one in made] == marked


def test_candidates_that_say_nothing() -> None:
    """Silence is kept and never chosen; long readings are cut, and known by what they were."""
    made = candidates("title", [("og", ""), ("json-ld", "x" * 900)], "x" * 900)
    assert [(len(one.value), one.chosen) for one in made] == [(0, False), (500, True)]
    assert not candidates("title", [("og", "")], "")[0].chosen


READINGS = st.builds(
    reading,
    st.sampled_from(["json-ld", "meta", "feed", "visible", "url", "htmldate"]),
    st.datetimes(timezones=st.just(UTC)) | st.integers(-100, 100).map(hours),
    st.sampled_from(DatePrecision),
    assumed=st.booleans(),
)


@given(st.lists(READINGS, max_size=5), st.none() | READINGS, st.none() | READINGS)
def test_any_times(readings: list[DateReading], found: DateReading | None, late: DateReading | None) -> None:
    """There is always a time: since 1995, and not a day ahead of the fetch."""
    chosen, _ = choose_published(readings, fetched_at=FETCHED, first_seen_at=SEEN, search=lambda: found, changed=[late] if late else [])
    assert chosen.at is not None
    assert datetime(1995, 1, 1, tzinfo=UTC) <= chosen.at <= hours(24)
    assert choose_modified(readings, chosen.at, FETCHED) in (None, *readings)


@given(st.lists(st.tuples(st.sampled_from(["json-ld", "meta", "byline", "feed"]), st.tuples(st.text(max_size=30))), max_size=4))
def test_any_names(readings: list[tuple[str, tuple[str, ...]]]) -> None:
    """A place is believed if and only if somebody is named."""
    byline, place = choose_people(readings, PHRASES, ["Harbor News"])
    assert bool(byline.people) is bool(place)


def test_a_later_version_moves_no_publication() -> None:
    """A page that is looked at again a week later and says it was published yesterday: it was not, and what it says stays told."""
    told = reading(LD, hours(-20))
    week = timedelta(days=7)
    chosen, best = choose_published([told], fetched_at=FETCHED, first_seen_at=FETCHED - week, search=lambda: None)
    assert (chosen.at, chosen.precision, chosen.flags, best) == (FETCHED - week, SECOND, ("moved-date",), told)
    day = reading("url", hours(-20), DAY)
    assert choose_published([day], fetched_at=FETCHED, first_seen_at=FETCHED - week, search=lambda: None)[0].flags == ("moved-date",)


@pytest.mark.parametrize(
    ("readings", "people"),
    [
        ([("byline", ("By Ann Lee Gardener",)), ("markup", ("Ann Lee",))], ("Ann Lee",)),
        ([("markup", ("Ann LeeHead of Wine", "Ann Lee"))], ("Ann Lee",)),
        ([("byline", ("By Ann Leeds",)), ("markup", ("Ann Lee",))], ("Ann Leeds",)),
        ([("byline", ("By Ann Lee Gardener",)), ("markup", ("Ann",))], ("Ann Lee Gardener",)),
        ([("json-ld", ("Gabriel García Márquez",)), ("markup", ("Gabriel García",))], ("Gabriel García Márquez",)),
        ([("json-ld", ("Ann Lee",)), ("byline", ("By Dr. Ann Lee and Bo Ek",))], ("Dr. Ann Lee", "Bo Ek")),
    ],
)
def test_roles_that_run_into_names(readings: list[tuple[str, tuple[str, ...]]], people: tuple[str, ...]) -> None:
    """A printed name ends where another place ends it; fields of their own are believed whole, and titles make nobody another."""
    assert choose_people(readings, PHRASES, ())[0].people == people
