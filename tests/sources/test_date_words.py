"""The words of dates, held against what each language and the time zone database say."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.sources.date_words import MONTHS, ZONES

#: The months as dates in running text have them (in the genitive where a language has one), January first.
IN_DATES = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta "
    "heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "he": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
}

#: A place whose clocks are called so, and a month in which they are.
PLACES = {
    "acdt": ("Australia/Adelaide", 1),
    "acst": ("Australia/Adelaide", 7),
    "adt": ("America/Halifax", 7),
    "aedt": ("Australia/Sydney", 1),
    "aest": ("Australia/Sydney", 7),
    "akdt": ("America/Anchorage", 7),
    "akst": ("America/Anchorage", 1),
    "ast": ("America/Halifax", 1),
    "awst": ("Australia/Perth", 1),
    "bst": ("Europe/London", 7),
    "cat": ("Africa/Maputo", 1),
    "cdt": ("America/Chicago", 7),
    "cest": ("Europe/Berlin", 7),
    "cet": ("Europe/Berlin", 1),
    "cst": ("America/Chicago", 1),
    "eat": ("Africa/Nairobi", 1),
    "edt": ("America/New_York", 7),
    "eest": ("Europe/Athens", 7),
    "eet": ("Europe/Athens", 1),
    "est": ("America/New_York", 1),
    "gmt": ("Europe/London", 1),
    "hkt": ("Asia/Hong_Kong", 1),
    "hst": ("Pacific/Honolulu", 1),
    "idt": ("Asia/Jerusalem", 7),
    "ist": ("Asia/Kolkata", 1),
    "jst": ("Asia/Tokyo", 1),
    "kst": ("Asia/Seoul", 1),
    "mdt": ("America/Denver", 7),
    "msk": ("Europe/Moscow", 1),
    "mst": ("America/Denver", 1),
    "ndt": ("America/St_Johns", 7),
    "nst": ("America/St_Johns", 1),
    "nzdt": ("Pacific/Auckland", 1),
    "nzst": ("Pacific/Auckland", 7),
    "pdt": ("America/Los_Angeles", 7),
    "pkt": ("Asia/Karachi", 1),
    "pst": ("America/Los_Angeles", 1),
    "sast": ("Africa/Johannesburg", 1),
    "utc": ("UTC", 1),
    "wat": ("Africa/Lagos", 1),
    "west": ("Europe/Lisbon", 7),
    "wet": ("Europe/Lisbon", 1),
    "wib": ("Asia/Jakarta", 1),
}


@pytest.mark.parametrize("language", IN_DATES)
def test_each_language_has_its_twelve_months(language: str) -> None:
    """In the form in which they stand in a date; the one that another language took is Croatian's, which is not here."""
    words = IN_DATES[language].split()
    assert len(words) == 12
    assert [word for number, word in enumerate(words) if word not in MONTHS[number]] == []


def test_months_are_told_apart() -> None:
    """No word is two months, and each is as `dates` looks it up: lower case, letters only, three to twelve of them."""
    words = [word for month in MONTHS for word in month]
    assert len(MONTHS) == 12
    assert {word for word in words if words.count(word) > 1} == set()
    assert [word for word in words if word != word.lower() or not word.isalpha() or len(word) > 12] == []


@pytest.mark.parametrize("name", PLACES)
def test_a_zone_is_as_far_east_as_its_clocks_say(name: str) -> None:
    """Zone names are looked up where nothing else tells the offset: a wrong hour would move every article of a feed."""
    place, month = PLACES[name]
    there = datetime(2026, month, 15, 12, tzinfo=ZoneInfo(place))
    assert there.tzname() == name.upper()
    assert there.utcoffset() == timedelta(hours=ZONES[name])


def test_zones_are_sorted_and_within_the_world() -> None:
    """Those without a name in the database too: quarter hours between the date line's two sides, in lower case."""
    assert list(ZONES) == sorted(ZONES)
    assert [name for name in ZONES if not name.isalpha() or name != name.lower()] == []
    assert [name for name, hours in ZONES.items() if not (-12 <= hours <= 14 and hours * 4 % 1 == 0)] == []
