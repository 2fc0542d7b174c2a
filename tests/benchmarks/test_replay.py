"""The benchmark of WARC files in small: what it writes, how it counts, and ours from end to end."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from benchmarks.replay import __main__ as bench
from benchmarks.replay.__main__ import HEAD, OURS, main, measured
from benchmarks.replay.files import Page, labelled_pages, repeated, write_warc
from benchmarks.replay.stack import _files
from pipeline.backfill.warc_reading import Response, read_warc
from tests.test_importing import WORDS, story


def page(number: int, *, is_article: bool = True) -> Page:
    written = story(number)
    text = "\n".join(f"{WORDS} Stage {number}.{part} will cost {number * 7 + part} million crowns." for part in range(6))
    return Page(name=str(number), url=written.url, at=written.at, body=written.body, text=text if is_article else "")


def addresses(raw: bytes) -> list[str]:
    return [one.head.url for one in read_warc(BytesIO(raw), "a", refuse=lambda head: None) if isinstance(one, Response)]


PAGES = [page(0), page(1), page(2, is_article=False)]


def test_a_file_is_what_common_crawl_writes(tmp_path: Path) -> None:
    """A member a page, requests beside responses, digests that hold: for our reader, and for the library that news-please reads with."""
    assert write_warc(tmp_path / "a.warc.gz", PAGES) == 3
    raw = (tmp_path / "a.warc.gz").read_bytes()
    assert addresses(raw) == [one.url for one in PAGES]
    kinds = []
    for one in ArchiveIterator(BytesIO(raw), check_digests="raise"):
        kinds.append(one.rec_type)
        body = one.content_stream().read()
        assert one.rec_type != "response" or body in {each.body for each in PAGES}
    assert kinds == ["warcinfo", *["request", "response"] * 3]


def test_pages_are_repeated_as_if_of_other_hosts() -> None:
    """In their addresses and in what they say of themselves."""
    canonical = Page(name="a", url="https://a.example/1", at="", body=b'<link rel=canonical href="https://a.example/1">a.example', text="x")
    first, second = repeated([canonical], 2)
    assert first == canonical
    assert (second.url, second.body) == ("https://r1.a.example/1", b'<link rel=canonical href="https://r1.a.example/1">a.example')


def test_labelled_pages_are_read(tmp_path: Path) -> None:
    """News and others, articles and what is none, always in the same order."""
    news, web = tmp_path / "fundus-pages", tmp_path / "wcxb-dev"
    for folder in (news / "html", web / "html", web / "ground-truth"):
        folder.mkdir(parents=True)
    (news / "truth.json").write_text(json.dumps({"n": {"url": "https://n.example/1", "body": "N", "crawl": "2024-05-03 10:00:00"}}))
    (news / "html" / "n.html.gz").write_bytes(gzip.compress(b"<p>N"))
    for name, kind in (("1", "article"), ("2", "forum")):
        told = {"ground_truth": {"main_content": name}, "_internal": {"page_type": {"primary": kind}}}
        (web / "ground-truth" / f"{name}.json").write_text(json.dumps(told))
        (web / "html" / f"{name}.html.gz").write_bytes(gzip.compress(b"<p>W"))
    found = labelled_pages(tmp_path, most=9)
    assert {one.name: one.text for one in found} == {"n": "N", "1": "1", "2": ""}
    assert labelled_pages(tmp_path, most=2) == found[:2]
    assert [one.name for one in labelled_pages(tmp_path, most=9, news_only=True)] == ["n"]


def test_ours_from_end_to_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Two processes at once; every article found with its text, and what is labelled as none counted apart."""
    row = measured(OURS, PAGES)
    assert (row.articles, row.wanted, row.wrong, row.pages) == (2, 2, 1, 3)
    assert row.f1 == row.own_f1 > 0.9
    assert len(row.cells()) == len(HEAD)
    monkeypatch.setattr(bench, "data_folder", lambda: None)
    assert main([]) == 0
    assert "Skipped" in capsys.readouterr().err


def test_ours_without_what_the_others_do_not_do() -> None:
    """Reader and cleaner alone find the same texts, and leave no home."""
    row = measured("wireroom, text only", PAGES)
    assert (row.articles, row.wanted, row.wrong) == (2, 2, 1)
    assert row.f1 > 0.9


def test_each_run_of_the_stack_gets_other_addresses(tmp_path: Path) -> None:
    """So that none finds what the one before brought."""
    runs = _files(tmp_path, PAGES, 2)
    urls = [{url for path in run for url in addresses(Path(path).read_bytes())} for run in runs]
    assert [len(one) for one in urls] == [3, 3, 3]
    assert not urls[0] & urls[1]
    assert not urls[1] & urls[2]
