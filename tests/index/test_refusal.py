from __future__ import annotations

import pytest

from pipeline.index import refusal as module
from pipeline.index.refusal import refusal
from tests.index.documents import document


def test_a_whole_document_is_taken() -> None:
    """Nothing is wrong with a valid document."""
    assert refusal(document()) is None


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document past the limit is refused with both figures."""
    monkeypatch.setattr(module, "LARGEST_DOCUMENT", 5_000)
    reason = refusal(document(body="x" * 5_000))
    assert reason is not None
    assert "at most 5,000" in reason


def test_the_reason_names_the_field() -> None:
    """Who reads the reason can find the fault."""
    reasons = [
        refusal(document(words="4")),
        refusal(document(published="2026-11-20")),
        refusal(document(captions=[{"text": 1, "credit": ""}])),
    ]
    for reason, field in zip(reasons, ("words", "published", "captions"), strict=True):
        assert reason is not None
        assert field in reason
