"""Lists of addresses as people have them."""

from __future__ import annotations

import pytest

from pipeline.backfill.found import Missed
from pipeline.backfill.url_lists import LONGEST_LINE, Listed, read_urls

A, B = "https://a.example/1", "https://b.example/2"


def _read(text: str) -> list[tuple[str, str | None] | str]:
    """Address and day of each line, or the reason why not."""
    return [
        (one.url, f"{one.published:%Y-%m-%d}" if one.published else None) if isinstance(one, Listed) else one.reason
        for one in read_urls(text.splitlines(keepends=True), "x")
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"url,date\n{A},2024-05-03\n{B},\n",
        f"\ufeffPublished;URL\n2024-05-03T10:00:00+02:00;{A}\n;{B}\n",
        f"link\ttitle\tpublish_date\n{A}\tOne\tMay 3, 2024\n{B}\tTwo\t\n",
        f'{{"url": "{A}", "date": "2024-05-03T23:59:00-00:01"}}\n\n{{"link": "{B}"}}\n'.replace("23:59:00-00:01", "10:00:00Z"),
        f"\n{A},2024-05-03\n{B}\n",
    ],
)
def test_every_shape(text: str) -> None:
    """CSV by comma, semicolon or tab, whatever its columns are called; JSON lines; plain addresses."""
    assert _read(text) == [(A, "2024-05-03"), (B, None)]


def test_bad_lines_are_counted_and_passed_over() -> None:
    """Each by itself; what follows is read."""
    assert _read(f"url\nftp://x.example/\n{A}\nhttps://a b.example\n") == ["bad-url", (A, None), "bad-url"]
    assert _read(f'{{"url": "{A}"}}\n{{torn\n[1]\n{{"url": 3}}\n' + "{" * (LONGEST_LINE + 1)) == [
        (A, None), "unreadable-line", "unreadable-line", "bad-url", "unreadable-line",
    ]  # fmt: skip
    assert _read("name,age\nx,3\n") == ["unreadable-line"]
    assert _read("") == []


def test_a_wrong_date_is_no_date() -> None:
    """Nor is a year without the rest taken for more than it is."""
    assert _read(f"url,date\n{A},soon\n{A},1970-01-01\n") == [(A, None), (A, None)]


def test_addresses_with_commas_stay_whole() -> None:
    """Only what reads as a date is taken off."""
    assert _read(f"{A},b,c\n{A},b,2024-05-03\n") == [(f"{A},b,c", None), (f"{A},b", "2024-05-03")]


def test_a_line_knows_its_place() -> None:
    """For the message."""
    missed = [one for one in read_urls(["url\n", f"{A}\n", "nonsense\n"], "list.csv") if isinstance(one, Missed)]
    assert [one.where for one in missed] == ["list.csv:3"]
