"""The lab put together: what a home's trial is told by, and what it keeps others from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.clean.cleaner import CLEANER
from pipeline.errors import ConfigurationError
from pipeline.laboratory import open_lab, open_notebook, refuse_beside_a_trial, report_of_home
from pipeline.settings import Settings
from pipeline.trials import TrialState
from pipeline.wiring import Rooms
from tests.lab.test_notebook import PORTION, TRIAL


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, home=tmp_path / "home", template_pages=5)  # type: ignore[call-arg]


@pytest.fixture
def rooms(settings: Settings) -> Iterator[Rooms]:
    with Rooms(settings) as opened:
        yield opened


def test_a_lab_knows_what_it_tries(rooms: Rooms) -> None:
    """Each stage's version and the setting that decides what comes out; it keeps its own things below the home."""
    lab = open_lab(rooms)
    assert lab.made_by["clean"] == CLEANER
    assert lab.made_by["WIREROOM_TEMPLATE_PAGES"] == "5"
    assert {enricher.name: enricher.version for enricher in rooms.enrichers}.items() <= lab.made_by.items()
    assert len(lab.made_by) == len(rooms.enrichers) + 2
    assert (lab.size, lab.template_pages) == (rooms.settings.batch_size, 5)
    assert lab.tools.replayer.cleaner is lab.tools.cleaner is rooms.cleaner
    assert lab.notebook.kept.is_relative_to(rooms.settings.home / "lab")
    assert lab.days(TRIAL.question) == []
    assert not (rooms.settings.home / "lab").exists(), "nothing is made before a trial is begun"


def test_the_report_of_a_home(settings: Settings) -> None:
    """None without a trial, and read from what it keeps."""
    assert report_of_home(settings) is None
    notebook = open_notebook(settings)
    trial = notebook.begin(TRIAL, [[], []])
    notebook.save(2, PORTION)
    report = report_of_home(settings)
    assert report is not None
    assert report.trial == trial
    assert report.looked == len(PORTION.looked) > 0
    assert report.examples == PORTION.examples


@pytest.mark.parametrize("state", TrialState)
def test_nobody_builds_beside_a_trial(settings: Settings, state: TrialState) -> None:
    """Unless it is over."""
    refuse_beside_a_trial(settings)
    open_notebook(settings).begin(replace(TRIAL, state=state), [])
    if state is TrialState.PROMOTED:
        refuse_beside_a_trial(settings)
        return
    with pytest.raises(ConfigurationError, match="wireroom lab drop"):
        refuse_beside_a_trial(settings)


def test_a_home_that_cannot_be_is_told_of(tmp_path: Path) -> None:
    """Before anything is asked of it."""
    (tmp_path / "file").write_text("")
    with Rooms(Settings(_env_file=None, home=tmp_path / "file")) as rooms, pytest.raises(ConfigurationError, match="file"):  # type: ignore[call-arg]
        open_lab(rooms)
