"""Encodings that are not what they say."""

from __future__ import annotations

import pytest

from pipeline.sources.charset import declared_charset, decoded

TEXTS = [
    ("ru", "windows-1251", "Парламент принял бюджет на будущий год"),
    ("ru", "koi8-r", "Парламент принял бюджет на будущий год"),
    ("uk", "windows-1251", "Уряд ухвалив бюджет, засідання триває"),
    ("bg", "windows-1251", "Правителството прие бюджета за годината"),
    ("pl", "iso-8859-2", "Sejm przyjął ustawę, posłowie długo się kłócili"),
    ("cs", "windows-1250", "Vláda schválila rozpočet, šéf opozice žádá změny"),
    ("hu", "iso-8859-2", "A kormány elfogadta a költségvetést, az ellenzék tiltakozik"),
    ("el", "windows-1253", "Η κυβέρνηση ενέκρινε τον προϋπολογισμό"),
    ("tr", "windows-1254", "Meclis bütçeyi onayladı, görüşmeler sürüyor"),
    ("he", "windows-1255", "הממשלה אישרה את התקציב לשנה הבאה"),
    ("ar", "windows-1256", "وافقت الحكومة على ميزانية العام المقبل"),
    ("ja", "shift_jis", "政府は来年度の予算案を承認した"),
    ("ja", "euc-jp", "政府は来年度の予算案を承認した"),
    ("ko", "cp949", "정부가 내년도 예산안을 승인했다"),
    ("zh", "gb18030", "政府批准了明年的预算"),
    ("zh", "big5", "政府批准了明年的預算"),
    ("es", "windows-1252", "El Parlamento aprobó el presupuesto del próximo año"),
    ("de", "windows-1252", "Die Regierung beschließt den Haushalt für nächstes Jahr"),
]


@pytest.mark.parametrize(("language", "encoding", "text"), TEXTS, ids=[f"{language}-{encoding}" for language, encoding, _ in TEXTS])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="utf-8"?>'])
def test_undeclared_encodings(language: str, encoding: str, text: str, declaration: str) -> None:
    """With the language for a hint, the text is found whatever was declared."""
    assert decoded((declaration + text).encode(encoding), language) == declaration + text


@pytest.mark.parametrize(("language", "encoding", "text"), [TEXTS[0], TEXTS[1], TEXTS[3], TEXTS[16], TEXTS[17]])
def test_without_a_hint(language: str, encoding: str, text: str) -> None:
    """The commonest encodings are found without one."""
    assert decoded(text.encode(encoding), None) == text


def test_what_is_declared_and_fits_is_taken() -> None:
    """A declaration is believed where the bytes allow it."""
    body = '<?xml version="1.0" encoding="ISO-8859-2"?><a>żółw</a>'.encode("iso-8859-2")
    assert declared_charset(body) == "iso-8859-2"
    assert "żółw" in decoded(body, "ru")


def test_a_torn_character_does_not_change_the_encoding() -> None:
    """One broken sequence among many sound ones is one replacement character, not another encoding."""
    body = "Grüße aus München".encode()[:-3] + b"\xc3" + " und Köln".encode()
    assert decoded(body, "de").startswith("Grüße aus Mün")


@pytest.mark.parametrize("body", [b"", b"\xff", bytes(range(256)) * 4, b'<?xml encoding="\xff"?>', b'<?xml encoding="idna"?>\xff'])
def test_any_bytes(body: bytes) -> None:
    """Decoding never fails."""
    assert isinstance(decoded(body, None), str)
