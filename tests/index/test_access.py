from __future__ import annotations

from pipeline.index.access import Access


def test_secrets_are_not_shown() -> None:
    """Whoever logs an access logs no password."""
    shown = repr(Access(user="wire", password="hush", api_key="quiet"))
    assert "wire" in shown
    assert "hush" not in shown
    assert "quiet" not in shown
