"""Languages of texts."""

from __future__ import annotations

import pytest

from pipeline.enrich.language import LanguageEnricher, detect, primary
from tests.enrich.articles import make_enriched

TEXTS = {
    "cs": "Starosta města oznámil, že most bude opraven do konce roku a že práce začnou na jaře.",
    "de": "Die Gemeinde will den alten Hafen ausbauen, sagte die Bürgermeisterin am Dienstag vor der Presse.",
    "el": "Η κυβέρνηση αποφάσισε",
    "en": "The harbour board will rebuild the north pier next year, the mayor told reporters on Tuesday.",
    "es": "La alcaldesa anunció que el puerto será reconstruido antes del verano con fondos europeos.",
    "fi": "Kaupunki aikoo rakentaa vanhan sataman uudelleen ensi vuonna, pormestari kertoi tiistaina.",
    "fr": "La mairie va reconstruire le vieux port avant l'été, a annoncé mardi le maire de la commune.",
    "it": "Il sindaco ha annunciato che il vecchio porto sarà ricostruito entro la prossima estate.",
    "ja": "東京で地震があった",
    "ko": "서울에서 회의가 열렸다",
    "nl": "De gemeente wil de oude haven volgend jaar opnieuw opbouwen, zei de burgemeester dinsdag.",
    "no": "Kommunen vil bygge den gamle havnen på nytt neste år, sa ordføreren på pressekonferansen tirsdag.",
    "pl": "Miasto odbuduje stary port przed latem, zapowiedział we wtorek burmistrz na konferencji.",
    "ru": "Город восстановит старый порт до лета, заявил мэр на пресс-конференции во вторник.",
    "sv": "Kommunen ska bygga om den gamla hamnen nästa år, sade borgmästaren vid en presskonferens.",
    "th": "นายกเทศมนตรี",
    "tr": "Belediye eski limanı gelecek yıl yeniden inşa edecek, dedi belediye başkanı salı günü.",
    "uk": "Місто відбудує старий порт до літа, заявив мер на пресконференції у вівторок.",
    "zh": "市长星期二宣布港口将重建",
}


@pytest.mark.parametrize("language", sorted(TEXTS))
@pytest.mark.parametrize("declared", [None, "en-GB", "de"])
def test_a_clear_text_decides(language: str, declared: str | None) -> None:
    """Whatever the page declares, a sentence shows its language."""
    assert detect(TEXTS[language], declared=declared) == language


def test_either_norwegian_is_no() -> None:
    """Bokmål and Nynorsk are one language of the index."""
    assert detect("Kommunen vil byggje den gamle hamna på nytt neste år, sa ordføraren på tysdag til avisa.") == "no"
    assert primary("nb-NO") == primary("nn") == primary("no") == "no"


@pytest.mark.parametrize("text", ["", "12:30 — 63º", "OK", "Nineteen letters on", "Ja"])
def test_too_short_a_text_is_undetermined(text: str) -> None:
    """Under twenty letters a guess is none, whatever is declared."""
    assert detect(text, declared="de") == "und"


def test_the_page_decides_where_the_text_does_not() -> None:
    """Names alone could be in any language."""
    names = "Lundby, Marsh, Okafor, Quell, Dumas"
    assert detect(names, declared="sv") == "sv"
    assert detect(names, declared="de-AT") == "de"
    headline = "Konsert i kveld med Quell"
    assert detect(headline) == "no"
    assert detect(headline, declared="sv") == "sv"
    assert detect(headline, declared="ru") == "no"


def test_the_page_does_not_decide_against_the_letters() -> None:
    """A template that declares English for everything is not believed of an unsure Polish line."""
    assert detect("Żółć, gęś, źdźbło, śledź", declared="en") != "en"


def test_neighbours_are_told_apart_by_the_page() -> None:
    """Indonesian and Malay are close enough to believe what the page says."""
    text = "Pemerintah akan membangun kembali pelabuhan lama pada tahun depan, kata wali kota."
    assert detect(text, declared="id") == "id"
    assert detect(text, declared="ms") == "ms"
    croatian = "Gradsko vijeće će obnoviti staru luku iduće godine, rekla je gradonačelnica. Radovi počinju u proljeće."
    assert detect(croatian, declared="hr") == "hr"
    assert detect(croatian, declared="sr-Latn") == "sr"


@pytest.mark.parametrize(
    ("tag", "language"),
    [(None, None), ("", None), ("EN_us", "en"), ("zh-Hant-TW", "zh"), ("iw", "he"), ("und", None), ("english", None), ("x-default", None)],
)
def test_tags_are_read_loosely(tag: str | None, language: str | None) -> None:
    """Case, underscores and old codes are known; nonsense is none."""
    assert primary(tag) == language


def test_title_and_body_are_looked_at() -> None:
    """The title alone may be in another language; what is far down the text is not read."""
    german = TEXTS["de"] * 8
    enriched = LanguageEnricher().enrich(make_enriched(german + TEXTS["fr"] * 50, title="The Harbour", language="und"))
    assert enriched.language == "de"
    assert enriched.enrichers == ("language/1",)
    assert detect(german + TEXTS["fr"] * 50) == "de"


def test_one_endless_word_does_no_harm() -> None:
    """A megabyte without a space is read to its limit."""
    assert detect("a" * 1_000_000)
