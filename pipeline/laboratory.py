"""What `trying` needs of the rooms, put together: for the command line and the search page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from pipeline.errors import ConfigurationError
from pipeline.lab.notebook import Notebook
from pipeline.lab.summing import report_of

if TYPE_CHECKING:
    from pipeline.bench import Tools
    from pipeline.rebuilding import RebuildableIndex
    from pipeline.settings import Settings
    from pipeline.trials import TrialReport
    from pipeline.trying import Lab
    from pipeline.wiring import Rooms

FOLDER: Final = "lab"  # below the home


def open_lab(rooms: Rooms) -> Lab:
    """Return the lab of these rooms, with the code and the settings there are now."""
    from pipeline.backfilling import replay_day
    from pipeline.state.batch_files import FileBatchStore
    from pipeline.trying import Lab
    from pipeline.wiring import check_home

    check_home(rooms.settings)
    notebook = open_notebook(rooms.settings)
    return Lab(
        state=rooms.state,
        index=cast("RebuildableIndex", rooms.index),
        tools=_tools(rooms),
        batches=rooms.batches,
        kept=FileBatchStore(notebook.kept),
        notebook=notebook,
        run_stage=lambda stage, batch_id: rooms.run(stage, batch_id).counts,
        replay_day=lambda day, wanted: replay_day(rooms, day, wanted),
        made_by=_made_by(rooms),
        clock=rooms.clock,
        size=rooms.settings.batch_size,
        template_pages=rooms.settings.template_pages,
    )


def _tools(rooms: Rooms) -> Tools:
    from pipeline.backfilling import open_replayer
    from pipeline.bench import Tools
    from pipeline.stories.sentences import compare

    return Tools(
        state=rooms.state,
        archive=rooms.archive,
        index=rooms.index,
        cleaner=rooms.cleaner,
        enrichers=rooms.enrichers,
        replayer=open_replayer(rooms),
        compare=compare,
        clock=rooms.clock,
    )


def open_notebook(settings: Settings) -> Notebook:
    """Return what the trial of this home keeps."""
    return Notebook(settings.home / FOLDER)


def report_of_home(settings: Settings) -> TrialReport | None:
    """Return what the trial of this home found so far, None where there is none."""
    notebook = open_notebook(settings)
    trial = notebook.trial()
    return report_of(trial, notebook.portions()) if trial else None


def _made_by(rooms: Rooms) -> Mapping[str, str]:
    """The versions and settings by which a trial made with other code is known."""
    enrichers = {enricher.name: enricher.version for enricher in rooms.enrichers}
    return {"clean": rooms.cleaner.name, **enrichers, "WIREROOM_TEMPLATE_PAGES": str(rooms.settings.template_pages)}


def refuse_beside_a_trial(settings: Settings) -> None:
    """Raise `ConfigurationError` where a trial that is neither promoted nor dropped has the place beside the index."""
    from pipeline.trials import TrialState

    trial = open_notebook(settings).trial()
    if trial is not None and trial.state is not TrialState.PROMOTED:
        raise ConfigurationError("index: a trial of the lab stands beside it; `wireroom lab promote` or `wireroom lab drop` it first")
