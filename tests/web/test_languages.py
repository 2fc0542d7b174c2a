"""Names of languages."""

from __future__ import annotations

import pytest

from pipeline.web.languages import NAMES, language_name


@pytest.mark.parametrize(
    ("code", "name"), [("es", "Spanish"), ("pt-BR", "Portuguese (BR)"), ("EN", "English"), ("tlh", "tlh"), ("und", "Unknown")]
)
def test_language_name(code: str, name: str) -> None:
    """Known codes have names; others stay themselves."""
    assert language_name(code) == name


def test_names_are_sorted() -> None:
    """The table is data, in order, so that a new line has one place."""
    assert list(NAMES) == sorted(NAMES)
