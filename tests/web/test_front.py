"""What every page is made with."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request

from pipeline.web.app import create_app
from pipeline.web.front import ASSETS, HERE, Front, front_of
from tests.web.front_desk import NOW, desk_of


def request(root_path: str = "") -> Request:
    app = create_app(desk_of())
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "root_path": root_path, "app": app}
    return Request(scope)


def test_nothing_is_opened_before_it_is_needed() -> None:
    """Making an app opens neither index nor ledger: Airflow imports plugins in every process."""
    opened: list[str] = []
    front = Front(desk_of(open_index=lambda: opened.append("index"), open_state=lambda: opened.append("state")))
    assert opened == []
    front.index()
    assert opened == ["index"]


def test_the_front_belongs_to_the_app() -> None:
    """A request finds the front of the app that answers it, with the desk's clock."""
    assert front_of(request()).now() == NOW


def test_all_templates_escape() -> None:
    """Whatever is put into any template comes out as text."""
    asked = request()
    answer = front_of(asked).page(asked, "fault.html", code=404, heading="<b>", message="<script>", remedy="&")
    page = bytes(answer.body).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<h1>&lt;b&gt;</h1>" in page


def test_no_template_goes_round_the_escaping() -> None:
    """No template marks a text as safe or loads anything from another host."""
    for path in (HERE / "templates").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", "")
        assert "autoescape" not in text
        assert "style=" not in text, path
        assert "//" not in text.replace("https://the-meridian.example/*", ""), path


def test_characters_utf8_cannot_carry() -> None:
    """A lone surrogate, as broken JSON can hold, becomes a question mark and not a fault."""
    asked = request()
    answer = front_of(asked).page(asked, "fault.html", code=404, heading="h", message="\ud800", remedy="")
    assert b"<bdi>?</bdi>" in answer.body


def test_assets_are_small_and_whole() -> None:
    """One stylesheet and one icon, loading nothing from elsewhere."""
    for name in ASSETS:
        text = Path(HERE / "static" / name).read_text(encoding="utf-8")
        assert len(text) < 30_000
        assert "url(" not in text
        assert "@import" not in text
