"""Times as they are written, and which of several is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.dates import DateReading, Moment, choose_date, plausible, read_moment, told_by_feed, url_moment, zone_of
from pipeline.types import DatePrecision

BERLIN = ZoneInfo("Europe/Berlin")
FETCHED = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
NEAR = FETCHED.replace(tzinfo=None)
DAY, SECOND = DatePrecision.DAY, DatePrecision.SECOND


def shown(moment: Moment | None) -> str | None:
    """As in the tables: a day is a date, an assumed zone a question mark."""
    if moment is None:
        return None
    assert moment.at.tzinfo is UTC
    assert moment.at.microsecond == 0
    text = f"{moment.at:%Y-%m-%d}" if moment.precision is DAY else f"{moment.at:%Y-%m-%d %H:%M:%S}"
    return text + "?" * moment.zone_assumed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-18T10:20:30Z", "2026-11-18 10:20:30"),
        ("2026-11-18t10:20:30z", "2026-11-18 10:20:30"),
        ("2026-11-18T10:20:30+01:00", "2026-11-18 09:20:30"),
        ("2026-11-18T10:20:30+0100", "2026-11-18 09:20:30"),
        ("2026-11-18T10:20:30+01", "2026-11-18 09:20:30"),
        ("2026-11-18T10:20:30 -05:30", "2026-11-18 15:50:30"),
        ("2026-11-18T23:30:00-05:00", "2026-11-19 04:30:00"),
        ("2026-11-18T10:20:30.123456789Z", "2026-11-18 10:20:30"),
        ("2026-11-18T10:20:30,5Z", "2026-11-18 10:20:30"),
        ("2026-11-18 10:20:30 UTC", "2026-11-18 10:20:30"),
        ("2026-11-18 10:20 GMT", "2026-11-18 10:20:00"),
        ("2026-11-18T10:20:30+01:00[Europe/Paris]", "2026-11-18 09:20:30"),
        ("  2026-11-18T10:20:30Z\n", "2026-11-18 10:20:30"),
        ("20261118T102030Z", "2026-11-18 10:20:30"),
        ("20261118T102030+0100", "2026-11-18 09:20:30"),
        ("2026-11-18T10:20", "2026-11-18 09:20:00?"),
        ("2026-07-18T10:20", "2026-07-18 08:20:00?"),
        ("2026-11-18 10:20:30", "2026-11-18 09:20:30?"),
        ("20261118102030", "2026-11-18 09:20:30?"),
        ("2026-11-18", "2026-11-18"),
        ("2026-1-8", "2026-01-08"),
        ("20261118", "2026-11-18"),
        ("2024-02-29", "2024-02-29"),
        ("2026-11-18T00:00:00", "2026-11-18"),
        ("2026-11-18 00:00", "2026-11-18"),
        ("2026-11-18T00:00:00Z", "2026-11-18 00:00:00"),
        ("2026-11-18T00:00:00+02:00", "2026-11-17 22:00:00"),
        ("2026-11-18T00:00:01", "2026-11-17 23:00:01?"),
    ],
)
def test_iso(text: str, expected: str) -> None:
    """ISO 8601 as pages write it; without a clock, or at a midnight of no zone, it is a day, whatever the source's zone."""
    assert shown(read_moment(text, BERLIN)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-25T02:30:00", "2026-10-25 00:30:00?"),
        ("2026-03-29T02:30:00", "2026-03-29 01:30:00?"),
    ],
)
def test_hours_that_are_twice_or_never(text: str, expected: str) -> None:
    """When clocks are changed, the hour that is twice is its first, and the hour that is not is moved on."""
    assert shown(read_moment(text, BERLIN)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wed, 18 Nov 2026 10:20:30 GMT", "2026-11-18 10:20:30"),
        ("Wed, 18 Nov 2026 10:20:30 +0100", "2026-11-18 09:20:30"),
        ("Wed, 18 Nov 2026 10:20:30 -0000", "2026-11-18 10:20:30"),
        ("Wed, 18 Nov 2026 10:20:30 EST", "2026-11-18 15:20:30"),
        ("Sat, 18 Jul 2026 10:20:30 CEST", "2026-07-18 08:20:30"),
        ("Wed, 18 Nov 2026 10:20:30 JST", "2026-11-18 01:20:30"),
        ("Wed, 18 Nov 2026 10:20:30 XYZ", "2026-11-18 09:20:30?"),
        ("Wed, 18 Nov 2026 10:20:30", "2026-11-18 09:20:30?"),
        ("Wed, 18 Nov 2026", "2026-11-18"),
        ("Wed, 99 Nov 2026 10:20:30 GMT", None),
    ],
)
def test_mail(text: str, expected: str | None) -> None:
    """RFC 5322, with zones by name; a name nobody knows is no zone, and no warning."""
    assert shown(read_moment(text, BERLIN)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("May 19, 2021 4:05 PM EDT", "2021-05-19 20:05:00"),
        ("Nov. 18, 2026, 10:20 a.m. ET", "2026-11-18 15:20:00"),
        ("Nov 18 2026 10:20 IST", "2026-11-18 04:50:00"),
        ("Tue Nov 17 2026 10:20:30 GMT+0100 (CET)", "2026-11-17 09:20:30"),
        ("18 November 2026 at 10:20", "2026-11-18 09:20:00?"),
        ("May 19, 2021 4:05 PM XYZ", "2021-05-19 14:05:00?"),
        ("May 19, 2021 4:05:06.5 PM EDT", "2021-05-19 20:05:06"),
        ("May 19, 2021", "2021-05-19"),
        ("19 May 2021", "2021-05-19"),
        ("Wednesday, May 19, 2021", "2021-05-19"),
        ("May 2021", None),
        ("19 May", None),
        ("May 19 at 10:20", None),
        ("today 10:20", None),
        ("11/12/2026 10:20", None),
        ("18 novembre 2026", None),
    ],
)
def test_written_out(text: str, expected: str | None) -> None:
    """Read only where year, month and day are all told and cannot be mistaken for one another."""
    assert shown(read_moment(text, BERLIN)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1763461230", "2025-11-18 10:20:30"),
        ("1763461230000", "2025-11-18 10:20:30"),
        ("1763461230999", "2025-11-18 10:20:30"),
        ("0000000000", "1970-01-01 00:00:00"),
        ("9999999999", "2286-11-20 17:46:39"),
        ("9999999999999", "2286-11-20 17:46:39"),
        ("0", None),
        ("-1763461230", None),
        ("176346123", None),
        ("1763461230.5", None),
        ("17634612300", None),
    ],
)
def test_epoch(text: str, expected: str | None) -> None:
    """Seconds or milliseconds since 1970, of ten digits or thirteen."""
    assert shown(read_moment(text, BERLIN)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "2021",
        "10:20",
        "no digits at all",
        "0000-00-00",
        "0000-00-00T00:00:00Z",
        "0000-00-00 00:00:00",
        "2026-02-30",
        "2023-02-29",
        "2026-13-01",
        "20261399",
        "2026-11-18T10:60:00Z",
        "2026-11-18T10:20:61Z",
        "2026-11-18T10:20:30+25:00",
        "2026-11-18T10:20:30+99:99",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:01",
        "9999-12-31T23:59:59-14:00",
        "31 Dec 9999 23:59 EST",
        "2026-11-18T10:20:30Z and more",
        "May 1 99999999999 10:10",
        "{{ date }} 2026",
        "\ud8002026-11-18",
        "²026-11-18",
        "2026-W47-3",
        "1" * 64,
        "1" * 63 + " May",
        "2026-11-18" + " " * 54 + "x",
        "9" * 1_000_000,
        "(" * 64 + "2026",
    ],
)
def test_no_times(text: str) -> None:
    """What states no time is none, and nothing is raised."""
    assert read_moment(text, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("0001-01-01", "1-01-01"), ("9999-12-31", "9999-12-31"), ("9999-12-31T23:59:59Z", "9999-12-31 23:59:59")]
)
def test_ends_of_the_calendar(text: str, expected: str) -> None:
    """The first and the last day can be read; that they are no times of publication is another question."""
    moment = read_moment(text, BERLIN)
    assert moment is not None
    assert shown(moment).lstrip("0") == expected  # type: ignore[union-attr]
    assert not plausible(moment, FETCHED)


FRAGMENTS = ["2026", "-", "11", "18", "T", ":", "10", "30", "Z", "+01:00", "May", "Mon,", "Wed, ", "PM", "am", "EST", "XYZ", "99", "0"]
SIGNS = [".", ",", "/", "١", "th", "[", "GMT+", "e5", "\0", " "]


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=64) | st.lists(st.sampled_from(FRAGMENTS + SIGNS), max_size=12).map("".join))
def test_any_text(text: str) -> None:
    """Whatever is written, there is an aware time in UTC without a part of a second, or none."""
    moment = read_moment(text, BERLIN)
    assert moment is None or (moment.at.tzinfo is UTC and moment.at.microsecond == 0)


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_was_written_is_read(at: datetime) -> None:
    """An aware time survives writing, to the second."""
    moment = read_moment(at.isoformat(), BERLIN)
    assert moment is not None
    assert (moment.at, moment.zone_assumed) == (at.replace(microsecond=0), False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/2026/11/18/storm", "2026-11-18"),
        ("/2026/11/18", "2026-11-18"),
        ("/storm-2026-11-18.html", "2026-11-18"),
        ("/storm_20261118_x", "2026-11-18"),
        ("/news/20261118/storm", "2026-11-18"),
        ("/2026/02/30/2026/02/28/", "2026-02-28"),
        ("/2026/02/30/storm", None),
        ("/2026/11/storm", None),
        ("/2026/10/31/", "2026-10-31"),
        ("/storm?path=/2026/11/18/", None),
        ("/0000/00/00/", None),
        ("/9999/11/11/", None),
        ("/1820261118", None),
        ("/20261118185", None),
        ("", None),
        ("/2026" * 20_000, None),
    ],
)
def test_url_moment(path: str, expected: str | None) -> None:
    """A day in an address, between signs, and a day there is."""
    assert shown(url_moment(f"https://paper.example{path}")) == expected


@given(st.text(max_size=200))
def test_any_address(url: str) -> None:
    """An address has a day or none."""
    assert (moment := url_moment(url)) is None or moment.precision is DAY


@pytest.mark.parametrize(
    "name", ["", "Nope/Zone", "../../etc/passwd", "/etc/passwd", "\0", "Europe", ".", "\ud800", "x" * 10_000, "Europe/Berlin "]
)
def test_no_zones(name: str) -> None:
    """A name there is no zone of means UTC, also where it points elsewhere on the disk."""
    assert zone_of(name) == ZoneInfo("UTC")


def test_zones() -> None:
    """An IANA name means its zone."""
    assert zone_of("Asia/Kolkata") == ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(1994, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(1995, 1, 1, tzinfo=UTC), True),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (FETCHED, True),
        (FETCHED + timedelta(hours=24), True),
        (FETCHED + timedelta(hours=24, seconds=1), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_plausible(at: datetime, expected: bool) -> None:
    """Since 1995, and no more than a day ahead of the fetch."""
    assert plausible(Moment(at=at), FETCHED) is expected


def reading(source: str, text: str, *, assumed: bool = False) -> DateReading:
    moment = read_moment(text, ZoneInfo("UTC"))
    assert moment is not None
    return DateReading(source=source, raw=text, moment=Moment(at=moment.at, precision=moment.precision, zone_assumed=assumed))


LD, META, FEED, SEEN, ADDRESS = "json-ld", "meta", "feed", "visible", "url"


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        ([], None),
        ([(LD, "1970-01-01T00:00:00Z")], None),
        ([(LD, "2026-11-18T10:00:00Z"), (META, "2026-11-18T11:00:00Z")], 0),
        ([(LD, "1970-01-01T00:00:00Z"), (META, "2026-11-18T11:00:00Z")], 1),
        ([(LD, "2099-01-01T00:00:00Z"), (FEED, "2026-11-18T11:00:00Z")], 1),
        ([(LD, "2026-11-01T10:00:00Z"), (META, "2026-11-18T10:00:00Z")], 0),
        ([(LD, "2026-11-01T10:00:00Z"), (META, "2026-11-18T10:00:00Z"), (FEED, "2026-11-18T11:00:00Z")], 1),
        ([(LD, "2026-11-01T10:00:00Z"), (META, "2026-11-18T10:00:00Z"), (META, "2026-11-18T10:00:00Z")], 0),
        ([(LD, "2026-11-01T10:00:00Z"), (META, "2026-11-18T10:00:00Z"), (FEED, "2026-11-10T10:00:00Z")], 0),
        ([(LD, "2026-11-01T10:00:00Z"), (LD, "2026-11-18T10:00:00Z"), (FEED, "2026-11-18T10:00:00Z")], 0),
        ([(LD, "2026-11-17T10:00:00Z"), (META, "2026-11-18T10:00:00Z"), (FEED, "2026-11-18T11:00:00Z")], 0),
        ([(LD, "2026-11-18"), (FEED, "2026-11-18T11:00:00Z")], 1),
        ([(LD, "2026-11-18"), (FEED, "2026-11-19T11:59:00Z")], 1),
        ([(LD, "2026-11-18"), (FEED, "2026-11-17T10:00:00Z")], 1),
        ([(LD, "2026-11-18"), (FEED, "2026-11-17T09:00:00Z")], 0),
        ([(LD, "2026-11-18"), (FEED, "2026-11-15T11:00:00Z")], 0),
        ([(ADDRESS, "2026-11-18")], 0),
    ],
)
def test_choose_date(told: list[tuple[str, str]], believed: int | None) -> None:
    """The first plausible one, unless two other places agree against it; a day yields to the clock of that day."""
    readings = [reading(source, text) for source, text in told]
    assert choose_date(readings, FETCHED) is (None if believed is None else readings[believed])


@pytest.mark.parametrize(
    ("other", "yields"),
    [
        ("2026-11-18T09:00:00Z", True),
        ("2026-11-18T04:30:00Z", True),
        ("2026-11-18T09:07:00Z", False),
        ("2026-11-17T09:00:00Z", False),
        ("2026-11-18", False),
    ],
)
def test_a_zone_that_was_assumed(other: str, yields: bool) -> None:
    """A clock in a zone we only assumed yields to the same clock with its zone: quarters of an hour away, 14 hours at most."""
    first, second = reading(META, "2026-11-18T10:00:00Z", assumed=True), reading(FEED, other)
    assert choose_date([first, second], FETCHED) is (second if yields else first)
    sure = reading(META, "2026-11-18T10:00:00Z")
    assert choose_date([sure, second], FETCHED) is sure


MOMENTS = st.builds(
    lambda source, at, precision, assumed: DateReading(
        source=source, raw="", moment=Moment(at=at, precision=precision, zone_assumed=assumed)
    ),
    st.sampled_from([LD, META, FEED, SEEN, ADDRESS]),
    st.datetimes(timezones=st.just(UTC)) | st.datetimes(NEAR - timedelta(days=4), NEAR + timedelta(days=2), timezones=st.just(UTC)),
    st.sampled_from(DatePrecision),
    st.booleans(),
)


@given(st.lists(MOMENTS, max_size=6))
def test_any_readings(readings: list[DateReading]) -> None:
    """What is believed was read and is plausible; nothing is believed only where nothing is."""
    best = choose_date(readings, FETCHED)
    if best is None:
        assert not any(plausible(one.moment, FETCHED) for one in readings)
    else:
        assert best in readings
        assert plausible(best.moment, FETCHED)


@pytest.mark.parametrize(
    ("text", "told", "zone"),
    [
        ("2026-11-18T23:30:00-05:00", "2026-11-18T23:30:00-05:00", "-05:00"),
        ("2026-11-18T10:20:30Z", "2026-11-18T10:20:30+00:00", "+00:00"),
        ("2026-11-18T10:20", "2026-11-18T10:20:00+01:00", "+01:00"),
        ("Nov 18, 2026 4:05 PM EST", "2026-11-18T16:05:00-05:00", "-05:00"),
        ("2026-11-18", "2026-11-18", None),
    ],
)
def test_a_time_is_shown_by_the_clock_that_told_it(text: str, told: str, zone: str | None) -> None:
    """In its own zone, the assumed one where it names none; a day in none."""
    moment = read_moment(text, BERLIN)
    assert moment is not None
    assert (str(moment)[: len(told)], moment.zone) == (told, zone)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00-05:00", "0001-01-01T10:20", "9999-12-31T23:59:59-11:00"])
def test_the_ends_of_the_calendar(text: str) -> None:
    """What no clock can show is no time, or can be shown all the same."""
    for zone in (BERLIN, ZoneInfo("America/New_York")):
        assert str(read_moment(text, zone))


@pytest.mark.parametrize(
    ("raw", "precision", "assumed"),
    [
        ("Wed, 18 Nov 2026 09:00:00 +0100", DatePrecision.SECOND, False),
        ("2026-11-18T09:00:00", DatePrecision.SECOND, True),
        ("2026-11-18", DatePrecision.DAY, False),
        ("2026-11-12", DatePrecision.SECOND, False),  # another day than was read: not believed
        ("", DatePrecision.SECOND, False),
    ],
)
def test_what_a_feed_told_is_as_exact_as_it_was_sent(raw: str, precision: DatePrecision, assumed: bool) -> None:
    """A day has no clock, and a clock without a zone was read in the feed's."""
    published = datetime(2026, 11, 18, 8, tzinfo=UTC) if precision is DatePrecision.SECOND else datetime(2026, 11, 17, 23, tzinfo=UTC)
    told = told_by_feed(published, raw, BERLIN)
    assert (told.source, told.moment.precision, told.moment.zone_assumed) == ("feed", precision, assumed)
    assert told.moment.at == (published if precision is DatePrecision.SECOND else datetime(2026, 11, 18, tzinfo=UTC))
