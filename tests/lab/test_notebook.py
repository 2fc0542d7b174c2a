"""What a trial keeps: whole or not at all, and only one at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.lab.notebook import Notebook, Portion
from pipeline.ledger import Replayable
from pipeline.trials import Difference, Example, FieldChange, Looked, PageFate, Question, Side, Trial, TrialState
from pipeline.types import ArchivePointer, ArticleId, Digest, EntryId, FeedId

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
TRIAL = Trial(question=Question(first=date(2026, 1, 1), sample=3), made_by={"clean": "c/1"}, begun_at=NOON, pages=0, portions=0)
CHANGE = FieldChange(field="title", difference=Difference.CHANGED)
PORTION = Portion(
    looked=(Looked(entry_id=EntryId("e0"), publisher="P", fate=PageFate.CHANGED, article_id=ArticleId("a0"), changes=(CHANGE,)),),
    examples=(
        Example(
            publisher="P",
            field="title",
            difference=Difference.CHANGED,
            url="https://a.example/",
            title="T",
            sides=(Side(before="a", after="b"),),
        ),
    ),
)


def page(number: int) -> Replayable:
    pointer = ArchivePointer(file="2026/01/01/a.warc.gz", offset=number, length=9, digest=Digest("0" * 64))
    return Replayable(
        entry_id=EntryId(f"e{number}"), feed_id=FeedId("f"), domain="a.example", pointer=pointer, article_id=None, first_seen_at=NOON
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Trial, pages, results; and where it stands."""
    notebook = Notebook(tmp_path / "lab")
    assert notebook.trial() is None
    begun = notebook.begin(TRIAL, [[page(0), page(1)], [page(2)]])
    assert (begun.pages, begun.portions) == (3, 2)
    assert notebook.trial() == begun
    assert notebook.pages(2) == [page(2)]
    assert list(notebook.portions()) == []
    notebook.save(2, PORTION)
    assert (notebook.portion(1), notebook.portion(2)) == (None, PORTION)
    assert list(notebook.portions()) == [PORTION]
    notebook.note(TrialState.DONE)
    again = Notebook(tmp_path / "lab").trial()
    assert again is not None
    assert again.state is TrialState.DONE
    assert not notebook.is_marked("000001")
    notebook.mark("000001")
    assert notebook.is_marked("000001")


def test_a_new_trial_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    """One that is cut short while it is begun leaves the old one as it was."""
    notebook = Notebook(tmp_path / "lab")
    notebook.begin(TRIAL, [[page(0)]])
    notebook.save(1, PORTION)

    def dies() -> object:
        yield [page(1)]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        notebook.begin(TRIAL, dies())  # type: ignore[arg-type]
    assert notebook.portion(1) == PORTION
    assert {path.name for path in tmp_path.iterdir()} == {"lab"}
    notebook.begin(TRIAL, [])
    assert notebook.portion(1) is None
    notebook.drop()
    assert notebook.trial() is None


def test_two_processes_are_told_apart(tmp_path: Path) -> None:
    """The second is refused until the first is done."""
    with Notebook(tmp_path / "lab").alone(), pytest.raises(RetryableError, match="another process"), Notebook(tmp_path / "lab").alone():
        pass
    with Notebook(tmp_path / "lab").alone():
        pass


def test_a_damaged_file_names_itself_and_the_remedy(tmp_path: Path) -> None:
    """Whatever was in it."""
    notebook = Notebook(tmp_path / "lab")
    notebook.begin(TRIAL, [])
    (tmp_path / "lab" / "trial.json").write_bytes(b'{"question"')
    with pytest.raises(ConfigurationError, match=r"trial\.json: damaged.+lab drop"):
        notebook.trial()


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    """Is a passing fault with the path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RetryableError, match="file"):
        Notebook(tmp_path / "file" / "lab").begin(TRIAL, [])
