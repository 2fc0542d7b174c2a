"""The generated pages: complete, and known to be stale when they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.settings import PREFIX, Settings
from scripts import docs
from tests.cli.test_app import EVERY, WORDS

ROOT = Path(__file__).resolve().parents[1]


def test_settings_page_lists_every_setting_with_default_and_meaning() -> None:
    """In the order of the class, and where values come from."""
    page = docs.settings_page()
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", page, re.MULTILINE)
    assert [name for name, *_ in rows] == [PREFIX + name.upper() for name in Settings.model_fields]
    shown = {name: (default, meaning) for name, default, meaning in rows}
    assert shown["WIREROOM_BATCH_SIZE"] == ("`200`", "Entries in a batch, at most. A whole number from 1 to 5,000.")
    assert shown["WIREROOM_FEEDS"] == ("–", "Feed file (TOML): whom we follow. Default: HOME/feeds.toml.")
    assert shown["WIREROOM_OBEY_ROBOTS_FOR_FEEDS"][0] == "`false`"
    assert "standalone.env" in page


def test_cli_page_lists_every_command_with_every_option() -> None:
    """With defaults, variables and meaning."""
    page = docs.cli_page()
    headings = re.findall(r"^## `wireroom (.+)`$", page, re.MULTILINE)
    assert set(headings) == {" ".join(words) for words in WORDS}
    for words in WORDS:
        section = page.split(f"## `wireroom {' '.join(words)}`\n")[1].split("\n## ")[0]
        for parameter in EVERY[words].params:
            names = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar]
            if parameter.name != "help":
                assert all(f"`{name}`".replace("|", r"\|") in section for name in names), (words, names)
                assert parameter.help in section
    assert "| `--size` | `10` | Hits on a page. |" in page
    assert "`--sort` | `relevance` |" in page
    assert "`AIRFLOW_PORT`" in page


def test_dags_page_lists_every_dag_with_every_task() -> None:
    """Read without importing Airflow; nothing of a docstring is lost, and no heading is left open."""
    page = docs.dags_page()
    files = sorted((ROOT / "dags").glob("*.py"))
    assert re.findall(r"^## `(\w+)`$", page, re.MULTILINE) == [path.stem for path in files]
    assert "| `announce` | Make batches of what waits and announce each as a partition; return their number. |" in page
    assert "None" not in page
    for path in files:
        title = re.search(r"^### (.+)$", path.read_text(), re.MULTILINE)
        assert title is not None
        assert f"\n**{title[1]}**\n" in page
        for bullet in re.findall(r"^\* .+$", path.read_text(), re.MULTILINE):
            assert bullet in page


@pytest.mark.parametrize("name", docs.PAGES)
def test_pages_are_fit_for_markdown(name: str) -> None:
    """A bar within a cell would end it; each row has as many cells as the head."""
    page = docs.PAGES[name]()
    assert docs.GENERATED in page
    width = 0
    for line in page.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        width = width or cells
        assert cells == width, line
    assert page.endswith("\n")
    assert "\n\n\n" not in page


def test_the_pages_are_fresh() -> None:
    """`make docs` was run after the last change."""
    assert docs.main(["--check"]) == 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pages are written here, from our own sources."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "dags").symlink_to(ROOT / "dags")
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    return tmp_path / "docs"


def test_check_finds_what_is_missing_or_stale_and_mends_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 and the names; without --check they are written, and then all is well."""
    assert docs.main(["--check"]) == 1
    assert capsys.readouterr().out == "stale: docs/dags.md, docs/settings.md, docs/cli.md; run `make docs`\n"
    assert list(folder.iterdir()) == []
    assert docs.main([]) == 0
    assert capsys.readouterr().out == "written: docs/dags.md, docs/settings.md, docs/cli.md\n"
    assert docs.main(["--check"]) == docs.main([]) == 0
    assert capsys.readouterr().out == ""
    (folder / "cli.md").write_text((folder / "cli.md").read_text().replace("`10`", "`11`"))
    assert docs.main(["--check"]) == 1
    assert capsys.readouterr().out == "stale: docs/cli.md; run `make docs`\n"
