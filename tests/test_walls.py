"""The walls stand, and each is seen to notice a breach."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests import walls

ROOT = Path(__file__).resolve().parents[1]
SOURCES = walls.sources_of(ROOT, "pipeline")

#: Modules without a test file of their own, and why.
UNMIRRORED = {
    "state/*_tables": "tables: tests/state/test_schema.py and test_opening.py hold them against questions and migrations",
    "state/migrations/*": "tests/state/test_opening.py runs them and holds the result against the schema",
    "state/naming": "names of keys: tests/state/test_opening.py compares them",
    "state/push_schema": "tables, as above",
    "cli/rebuild": "what it calls: tests/test_recovering.py",
    "cli/coverage": "through tests/cli/test_backfill.py and tests/test_covering.py",
    "coverage": "values and a port: tests/contracts/test_coverage_contract.py",
    "state/coverage": "as every coverage ledger: tests/contracts/test_coverage_contract.py",
    "places": "values and a port: tests/contracts/test_place_contract.py",
    "state/places": "as every memory of places: tests/contracts/test_place_contract.py",
    "gap_ports": "part of `ports`: tests/test_ports.py",
    "state/sites": "as every memory of sites: tests/contracts/test_site_contract.py",
    "text_ports": "part of `ports`: tests/contracts/test_cleaner_contract.py and test_enricher_contract.py",
    "story_ports": "part of `ports`: tests/test_ports.py",
}
BREACHES = {
    "a room imports another": (walls.crossings, {"pipeline/clean/rules.py": "from pipeline.fetch.client import Client"}),
    "a room imports another by name": (walls.crossings, {"pipeline/clean/rules.py": "from pipeline import fetch"}),
    "a room imports a composer": (walls.crossings, {"pipeline/clean/rules.py": "from pipeline.wiring import open_rooms"}),
    "web reaches into the index": (walls.crossings, {"pipeline/web/app.py": "from pipeline.index.embedded import EmbeddedIndex"}),
    "the pipeline imports airflow": (walls.strays, {"pipeline/stages.py": "import airflow.sdk"}),
    "a library away from home": (walls.strays, {"pipeline/clean/rules.py": "def f():\n    from tantivy import Index"}),
    "a clock in a pure room": (walls.clocks, {"pipeline/clean/dates.py": "x = datetime.now(UTC)"}),
    "randomness in a pure room": (walls.clocks, {"pipeline/sources/schedule.py": "import random"}),
    "a long function": (walls.bulk, {"pipeline/clean/a.py": "def f():\n" + "    x = 1\n" * 41}),
    "a long module": (walls.bulk, {"pipeline/clean/a.py": "x = 1\n" * 251}),
    "a module without a name": (walls.bulk, {"pipeline/clean/utils.py": "x = 1"}),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_each_wall_notices_a_breach(breach: str) -> None:
    """A check that cannot fail is no wall."""
    check, sources = BREACHES[breach]
    assert check(sources)


def test_rooms_never_import_each_other() -> None:
    """Only stages, polling, wiring, cli and their like compose."""
    assert walls.crossings(SOURCES) == []


def test_each_library_has_one_home() -> None:
    """And Airflow has none in the pipeline."""
    assert walls.strays(SOURCES) == []


def test_what_is_pure_reads_no_clock() -> None:
    """Time and randomness are arguments."""
    assert walls.clocks(SOURCES) == []


def test_functions_and_modules_stay_small() -> None:
    """Functions of at most 40 lines, modules of at most 250 lines of code, real names."""
    assert walls.bulk(SOURCES) == []


def test_every_room_is_known() -> None:
    """A new folder must be given its walls."""
    folders = {path.parent.name for path in (ROOT / "pipeline").glob("*/__init__.py")}
    assert folders - set(walls.ROOMS) == {"cli"}


def test_dags_are_short_and_plugins_shadow_no_library() -> None:
    """One DAG a file of at most 80 lines, without logic; folders on sys.path name nothing after a library."""
    for path in (ROOT / "dags").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 80, path
    names = {path.stem for folder in ("dags", "plugins") for path in (ROOT / folder).glob("*.py")}
    assert not names & {"airflow", *walls.LIBRARY_HOMES}


def test_every_module_has_its_test_file() -> None:
    """pipeline/clean/dates.py is tested in tests/clean/test_dates.py: whoever changes the one finds the other."""
    modules = {path.removeprefix("pipeline/").removesuffix(".py") for path in SOURCES if not path.endswith("__.py")}
    missing = {module for module in modules if not (ROOT / "tests" / module).with_name(f"test_{module.rpartition('/')[2]}.py").exists()}
    assert {module for module in missing if not any(fnmatch(module, known) for known in UNMIRRORED)} == set()
    assert {known for known in UNMIRRORED if not any(fnmatch(module, known) for module in missing)} == set(), "no exception any more"
