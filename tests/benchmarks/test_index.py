"""The documents and questions of the indices' benchmark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.index import filling as filling_room
from benchmarks.index.__main__ import main
from benchmarks.index.documents import made_documents
from benchmarks.index.filling import Corpus, Filling, fill
from benchmarks.index.peers import Run, embedded, fts5
from benchmarks.index.questions import KINDS, VARIANTS, fts5_of
from pipeline.index.document import ArticleDocument
from pipeline.index.refusal import refusal


def test_documents_are_sound_and_always_the_same() -> None:
    """No index would refuse one; they come in order of time, and no id twice."""
    made = list(made_documents(300, words=0.2))
    assert made == list(made_documents(300, words=0.2))
    assert [refusal(each) for each in made] == [None] * 300
    assert [each["@timestamp"] for each in made] == sorted(each["@timestamp"] for each in made)
    assert len({each["article_id"] for each in made}) == 300


def test_documents_are_like_news() -> None:
    """Few words make much of the text; some sources write far more than others; stories are told by several, some of them copies."""
    made = list(made_documents(1_500, words=0.2))
    words = Counter(word for each in made for word in each["body"].lower().replace(".", "").split())
    assert 0.1 < sum(count for _, count in words.most_common(20)) / words.total() < 0.5
    sources = Counter(each["source"] for each in made).most_common()
    assert sources[0][1] > 20 * sources[-1][1]
    stories = Counter(each["story_id"] for each in made)
    assert stories.most_common(1)[0][1] >= 5
    copies = {each["article_id"]: each["copy_of"] for each in made if each["copy_of"]}
    bodies = {each["article_id"]: each["body"] for each in made}
    assert copies
    assert all(bodies[copy] == bodies[origin] for copy, origin in copies.items())
    assert len({each["language"] for each in made}) == 7


@pytest.mark.parametrize("kind", KINDS)
def test_every_variant_is_a_question(kind: str) -> None:
    """And where FTS5 has the same, it is asked the same words."""
    requests = [KINDS[kind](at) for at in range(VARIANTS + 1)]
    assert len(set(requests)) > 20 or kind == "everything, newest first"
    asked = fts5_of(kind, 3)
    assert asked is None or asked[0]


def test_who_is_filled_is_asked(tmp_path: Path) -> None:
    """Each kind is timed, but for those that FTS5 has not; a folder with an index in it is asked as it is."""
    run = Run(Corpus(60, 40), tmp_path)
    filling, times = embedded(run)
    assert filling.documents == 60
    assert filling.cpu > 0
    assert len(times) == len(KINDS) + 1
    assert all(0 < p50 <= p95 for p50, p95 in (wall for wall, _ in times.values()))
    assert embedded(run)[0] == filling
    assert 0 < len(fts5(run)[1]) < len(KINDS)
    assert fts5(Run(run.corpus, tmp_path, ask=False))[1] == {}


def test_what_was_cut_short_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each document is put in once, and what it took is the sum."""
    monkeypatch.setattr(filling_room, "PART", 20)
    taken: list[str] = []

    def put(documents: Iterator[ArticleDocument]) -> None:
        if len(taken) == 40:
            raise KeyboardInterrupt
        taken.extend(each["article_id"] for each in documents)

    corpus, file = Corpus(70, 40), tmp_path / "kept.json"
    with pytest.raises(KeyboardInterrupt):
        fill(corpus, file, put, there=0)
    before = Filling.kept(file)
    assert before.documents == 40
    put_on = fill(corpus, file, lambda documents: taken.extend(each["article_id"] for each in documents), there=40)
    assert put_on.documents == 70
    assert put_on.clock > before.clock > 0
    assert taken == [each["article_id"] for each in corpus.made()]


def test_the_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each number of documents, a row for each kind."""
    monkeypatch.setattr("sys.argv", ["benchmarks.index", "--documents", "20", "30", "--words", "40", "--only", "fts5"])
    main()
    out = capsys.readouterr().out
    assert "| p50/p95 ms at 20 | fts5 | fts5, CPU |" in out
    assert "| p50/p95 ms at 30 | fts5 | fts5, CPU |" in out
    assert out.count("| phrase | ") == 2
    assert "| front page | – | – |" in out
