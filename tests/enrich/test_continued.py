"""Organisations that go on in small letters."""

from __future__ import annotations

import pytest

from pipeline.enrich.continued import ContinuedNames
from pipeline.enrich.lexicon import load_lexicon


def found(text: str, language: str) -> list[str]:
    return [mention.name for mention in ContinuedNames(load_lexicon(language)).find(text)]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("fr", "selon l’Organisation mondiale de la santé et deux médecins", ["Organisation mondiale de la santé"]),
        ("fr", "le ministère de l’Intérieur a dit", ["ministère de l’Intérieur"]),
        ("fr", "le Conseil d’État et Paul Martin", ["Conseil d’État"]),
        ("fr", "le Parti socialiste et Paul Martin", ["Parti socialiste"]),
        ("fr", "La Banque centrale Paul Martin", ["Banque centrale"]),
        ("fr", "un conseil municipal", []),
        ("es", "el Partido Popular y el Tribunal Supremo", []),
        ("es", "la Comisión nacional de Energía y María", ["Comisión nacional de Energía"]),
        ("ru", "сообщили в Министерстве здравоохранения и в Министерство иностранных дел", ["Министерство иностранных дел"]),
        ("ru", "студенты Северного государственного университета", ["Северного государственного университета"]),
        ("ru", "Верховный суд отменил приговор", ["Верховный суд"]),
        ("ru", "Дорога закрыта. Местный суд решил так", []),
        ("ru", "отменил Северный суд", ["Северный суд"]),
        ("ru", "новый совет", []),
        ("en", "the Ministry of defence", []),
    ],
)
def test_names_that_go_on(language: str, text: str, names: list[str]) -> None:
    """As far as the tables know the words; what begins a sentence is capitalised anyway, and "and" joins small words only."""
    assert found(text, language) == names


@pytest.mark.parametrize(("language", "unit"), [("fr", "Conseil national de la "), ("ru", "Северный государственный ")])
def test_endless_names_end(language: str, unit: str) -> None:
    """Twenty thousand times what might go on: a name has few words, and nothing is tried again and again."""
    assert all(len(name.split()) < 20 for name in found(unit * 20_000, language))
