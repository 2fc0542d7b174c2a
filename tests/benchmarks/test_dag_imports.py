"""What the benchmark of DAG files measures, without looking at the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.dag_imports import ALLOWED_SECONDS, ROOT, Parsed, main, measure, medians, names_of_airflow


def test_what_airflow_takes_is_what_is_imported_from_it_at_once(tmp_path: Path) -> None:
    """By the file and by our plugins that it imports; not what tasks import, nor what others bring."""
    file = tmp_path / "made_up.py"
    file.write_text(
        "import json\nfrom airflow.sdk import dag, task as t\nfrom wireroom_assets import BATCHES\nfrom pipeline import errors\n"
        "def f():\n    from airflow import late\n"
    )
    found = names_of_airflow(file)
    assert found[:2] == [("airflow.sdk", "dag"), ("airflow.sdk", "task")]
    assert found[2:] == names_of_airflow(ROOT / "plugins" / "wireroom_assets.py") != []


def test_medians() -> None:
    """One slow reading is nobody's fault."""
    readings = [Parsed(dag="a", airflow_seconds=own, seconds=more, ours=("pipeline",)) for own, more in ((1, 0.1), (9, 9), (2, 0.2))]
    assert medians(readings) == Parsed(dag="a", airflow_seconds=2, seconds=0.2, ours=("pipeline",))


@pytest.mark.airflow
def test_a_file_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    """With nothing of the pipeline but the errors, which our retry policy sorts."""
    parsed = measure(ROOT / "dags" / "poll_feeds.py", tmp_path)
    assert (parsed.dag, parsed.ours) == ("poll_feeds", ("pipeline", "pipeline.errors"))
    assert parsed.airflow_seconds > 0
    assert parsed.seconds > 0


@pytest.mark.airflow
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With what Python said."""
    (tmp_path / "broken.py").write_text("from nowhere import nothing\n")
    with pytest.raises(RuntimeError, match=r"broken\.py: exit code 1\n(.|\n)*No module named 'nowhere'"):
        measure(tmp_path / "broken.py", tmp_path)


@pytest.mark.parametrize(("slowest", "code"), [(ALLOWED_SECONDS, 0), (ALLOWED_SECONDS + 0.001, 1)])
def test_a_file_that_takes_too_long_fails_the_run(
    slowest: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table names each, with the limit."""

    def made_up(file: Path, _home: Path) -> Parsed:
        return Parsed(dag=file.stem, airflow_seconds=1.0, seconds=slowest if file.stem == "sweep" else 0.01, ours=())

    monkeypatch.setattr("benchmarks.dag_imports.measure", made_up)
    assert main(["--rounds", "1"]) == code
    shown = capsys.readouterr().out
    assert "allowed beyond Airflow: 0.5 s" in shown
    assert all(path.stem in shown for path in (ROOT / "dags").glob("*.py"))
