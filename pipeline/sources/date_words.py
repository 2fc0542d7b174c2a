"""Words of dates as feeds write them: months in the languages of news, and names of time zones. Sorted data."""

from __future__ import annotations

from typing import Final

# Full names and usual abbreviations, in lower case and without dots. Where two languages use one word for two months
# (Croatian and Polish `listopad`), the language with more feeds has it.
MONTHS: Final = (
    (  # January
        *("jan", "january", "januar", "janvier", "janv", "enero", "ene", "gennaio", "gen", "janeiro", "januari", "styczeń", "stycznia"),
        *("sty", "leden", "ledna", "led", "január", "ianuarie", "ian", "ocak", "oca", "tammikuu", "tammikuuta", "янв", "января", "январь"),
        *("січ", "січня", "јануар", "януари", "ιαν", "ιανουαρίου", "يناير", "ינואר"),
    ),
    (  # February
        *("feb", "february", "februar", "février", "fevrier", "févr", "fév", "febrero", "febbraio", "fevereiro", "fev", "februari"),
        *("luty", "lutego", "lut", "únor", "února", "úno", "február", "febr", "februarie", "şubat", "şub", "helmikuu", "helmikuuta"),
        *("фев", "февр", "февраля", "февраль", "лют", "лютого", "φεβ", "φεβρουαρίου", "فبراير", "פברואר"),
    ),
    (  # March
        *("mar", "march", "märz", "maerz", "mrz", "mär", "mars", "marzo", "março", "marco", "maart", "mrt", "marzec", "marca", "březen"),
        *("března", "bře", "március", "márc", "martie", "mart", "maaliskuu", "maaliskuuta", "мар", "марта", "март", "бер", "березня"),
        *("μαρ", "μαρτίου", "مارس", "מרץ"),
    ),
    (  # April
        *("apr", "april", "avril", "avr", "abril", "abr", "aprile", "kwiecień", "kwietnia", "kwi", "duben", "dubna", "dub", "április"),
        *("ápr", "aprilie", "nisan", "nis", "huhtikuu", "huhtikuuta", "апр", "апреля", "апрель", "кві", "квітня", "απρ", "απριλίου"),
        *("أبريل", "ابريل", "אפריל"),
    ),
    (  # May
        *("may", "mai", "mayo", "maggio", "mag", "maio", "mei", "maj", "maja", "květen", "května", "kvě", "május", "máj", "mayıs"),
        *("toukokuu", "toukokuuta", "май", "мая", "тра", "травня", "μαΐ", "μαΐου", "μαϊ", "مايو", "מאי"),
    ),
    (  # June
        *("jun", "june", "juni", "juin", "junio", "giugno", "giu", "junho", "czerwiec", "czerwca", "cze", "červen", "června", "čvn"),
        *("június", "jún", "iunie", "iun", "haziran", "haz", "kesäkuu", "kesäkuuta", "июн", "июня", "июнь", "чер", "червня", "ιουν"),
        *("ιουνίου", "يونيو", "יוני"),
    ),
    (  # July
        *("jul", "july", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho", "lipiec", "lipca", "lip", "červenec"),
        *("července", "čvc", "július", "júl", "iulie", "iul", "temmuz", "tem", "heinäkuu", "heinäkuuta", "июл", "июля", "июль", "лип"),
        *("липня", "ιουλ", "ιουλίου", "يوليو", "יולי"),
    ),
    (  # August
        *("aug", "august", "août", "aout", "agosto", "ago", "augustus", "augusti", "sierpień", "sierpnia", "sie", "srpen", "srpna"),
        *("srp", "augusztus", "ağustos", "ağu", "elokuu", "elokuuta", "авг", "августа", "август", "сер", "серпня", "αυγ", "αυγούστου"),
        *("أغسطس", "اغسطس", "אוגוסט"),
    ),
    (  # September
        *("sep", "sept", "september", "septembre", "septiembre", "setiembre", "settembre", "set", "setembro", "wrzesień", "września"),
        *("wrz", "září", "zář", "szeptember", "szept", "septembrie", "eylül", "eyl", "syyskuu", "syyskuuta", "сен", "сент", "сентября"),
        *("сентябрь", "вер", "вересня", "σεπ", "σεπτεμβρίου", "سبتمبر", "ספטמבר"),
    ),
    (  # October
        *("oct", "october", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro", "out", "październik", "października"),
        *("paź", "říjen", "října", "říj", "október", "octombrie", "ekim", "eki", "lokakuu", "lokakuuta", "окт", "октября", "октябрь"),
        *("жов", "жовтня", "οκτ", "οκτωβρίου", "أكتوبر", "اكتوبر", "אוקטובר"),
    ),
    (  # November
        *("nov", "november", "novembre", "noviembre", "novembro", "listopad", "listopada", "lis", "listopadu", "noiembrie", "kasım"),
        *("kas", "marraskuu", "marraskuuta", "ноя", "нояб", "ноября", "ноябрь", "лис", "листопада", "νοε", "νοεμβρίου", "نوفمبر", "נובמבר"),
    ),
    (  # December
        *("dec", "december", "dezember", "dez", "décembre", "decembre", "déc", "diciembre", "dic", "dicembre", "dezembro", "grudzień"),
        *("grudnia", "gru", "prosinec", "prosince", "pro", "decembrie", "aralık", "ara", "joulukuu", "joulukuuta", "дек", "декабря"),
        *("декабрь", "гру", "грудня", "δεκ", "δεκεμβρίου", "ديسمبر", "דצמבר"),
    ),
)

# Hours east of UTC. A name that the feed's own zone uses is taken in that zone's sense first: IST, CST and BST have several.
ZONES: Final = {
    "acdt": 10.5,
    "acst": 9.5,
    "adt": -3,
    "aedt": 11,
    "aest": 10,
    "akdt": -8,
    "akst": -9,
    "art": -3,
    "ast": -4,
    "awst": 8,
    "brst": -2,
    "brt": -3,
    "bst": 1,
    "cat": 2,
    "cdt": -5,
    "cest": 2,
    "cet": 1,
    "clst": -3,
    "clt": -4,
    "cot": -5,
    "cst": -6,
    "eat": 3,
    "edt": -4,
    "eest": 3,
    "eet": 2,
    "est": -5,
    "gmt": 0,
    "gst": 4,
    "hkt": 8,
    "hst": -10,
    "idt": 3,
    "irst": 3.5,
    "ist": 5.5,
    "jst": 9,
    "kst": 9,
    "mdt": -6,
    "mesz": 2,
    "mez": 1,
    "msk": 3,
    "mst": -7,
    "myt": 8,
    "ndt": -2.5,
    "npt": 5.75,
    "nst": -3.5,
    "nzdt": 13,
    "nzst": 12,
    "pdt": -7,
    "pet": -5,
    "pht": 8,
    "pkt": 5,
    "pst": -8,
    "sast": 2,
    "sgt": 8,
    "trt": 3,
    "ut": 0,
    "utc": 0,
    "wast": 2,
    "wat": 1,
    "west": 1,
    "wet": 0,
    "wib": 7,
    "z": 0,
}
