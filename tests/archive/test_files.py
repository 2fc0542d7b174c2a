"""Which file a page goes to."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from pipeline.archive.files import WarcFile, files_of_days, is_being_written, open_file
from pipeline.archive.members import Member, read_members
from tests.archive.pages import DAY, NOON

TODAY = NOON.date()


class Desk:
    """Opens files at a time that the test sets, with tokens in a row."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = NOON
        self._tokens = (f"{number:016x}" for number in count())

    @contextmanager
    def open(self, day: date = TODAY) -> Iterator[WarcFile]:
        file = open_file(
            self.root,
            day,
            clock=lambda: self.now,
            token=lambda: next(self._tokens),
            max_bytes=5000,
            max_age=timedelta(hours=6),
        )
        yield file
        file.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _raws(file: WarcFile) -> list[bytes]:
    return [found.raw for found in read_members(file.fd, token=file.token) if isinstance(found, Member)][1:]


def test_a_file_is_named_by_day_time_and_token(desk: Desk) -> None:
    """The folder is the pages' day, the name the time it was begun, and it begins with its warcinfo."""
    with desk.open(date(2021, 5, 19)) as file:
        assert file.name == "2021/05/19/wireroom-20261118T120000-0000000000000000.warc.gz"
        assert file.opened_at == NOON.replace(microsecond=0)
        first = next(read_members(file.fd, token=file.token))
    assert isinstance(first, Member)
    assert b"WARC-Type: warcinfo" in first.raw


def test_a_file_nobody_holds_is_gone_on_with(desk: Desk) -> None:
    """One file a day is enough where one process comes after the other."""
    for body in (b"1", b"2", b"3"):
        with desk.open() as file:
            file.append([body])
    assert _count(desk) == 1
    with desk.open() as file:
        assert _raws(file) == [b"1", b"2", b"3"]


def test_a_file_that_is_held_is_left_alone(desk: Desk) -> None:
    """Two at once write to two files, also within one process; a reader can tell that one is being written."""
    with desk.open() as first, desk.open() as second:
        assert first.path != second.path
        fd = os.open(first.path, os.O_RDONLY)
        assert is_being_written(fd)
    assert not is_being_written(fd)
    os.close(fd)


def test_a_full_file_is_left(desk: Desk) -> None:
    """From its size on, no page is added."""
    with desk.open() as file:
        file.append([os.urandom(5000)])
    with desk.open() as other:
        assert other.path != file.path


def test_an_old_file_is_left(desk: Desk) -> None:
    """Nor from its age on."""
    with desk.open() as file:
        pass
    desk.now += timedelta(hours=5)
    with desk.open() as same:
        assert same.path == file.path
    desk.now += timedelta(hours=1)
    with desk.open() as other:
        assert other.path != file.path


def test_a_torn_tail_is_set_aside(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Half a page at the end is moved beside the file, byte for byte, and the next page follows the last whole one."""
    with desk.open() as file:
        file.append([b"whole"])
        end = file.size
        file.append([b"never finished"])
        os.ftruncate(file.fd, file.size - 5)
        torn = file.path.read_bytes()[end:]
    with caplog.at_level(logging.WARNING), desk.open() as again:
        again.append([b"next"])
        assert again.path == file.path
        assert _raws(again) == [b"whole", b"next"]
    assert file.path.with_name(f"{file.path.name}.{end}.torn").read_bytes() == torn
    assert f"{len(torn)} bytes moved to" in caplog.text


def test_a_file_that_was_never_begun_is_begun(desk: Desk) -> None:
    """A process may die before the first byte."""
    with desk.open() as file:
        os.ftruncate(file.fd, 0)
    with desk.open() as again:
        assert again.path == file.path
        assert again.size > 0


def test_a_file_of_strange_content_is_not_touched(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Where no page of ours ends, nothing is cut and nothing added."""
    with desk.open() as file:
        os.ftruncate(file.fd, 0)
        os.write(file.fd, b"somebody's letters")
    with caplog.at_level(logging.WARNING), desk.open() as other:
        assert other.path != file.path
    assert file.path.read_bytes() == b"somebody's letters"
    assert "left as it is" in caplog.text


def test_files_of_days_are_those_and_in_order(desk: Desk) -> None:
    """Both ends are in; other files and folders are none of ours."""
    days = [TODAY + number * DAY for number in (3, 0, 2, 1)]
    for day in days:
        with desk.open(day):
            desk.now += timedelta(minutes=1)
    (desk.root / "2026/11/19/notes.txt").touch()
    (desk.root / "lost+found").mkdir()
    found = list(files_of_days(desk.root, TODAY + DAY, TODAY + 2 * DAY))
    assert [path.parent.name for path in found] == ["19", "20"]
    assert list(files_of_days(desk.root / "missing", TODAY, TODAY)) == []


def test_a_name_that_is_taken_is_never_written_over(desk: Desk) -> None:
    """Should a token come twice, making the file fails."""
    with desk.open() as file:
        again = Desk(desk.root)
        with pytest.raises(FileExistsError), again.open():
            pass
        assert file.size > 0


def _count(desk: Desk) -> int:
    return len(list(files_of_days(desk.root, date.min, date.max)))


def test_times_before_now_are_no_trouble(desk: Desk) -> None:
    """A clock that goes backwards finds the file begun in its future."""
    with desk.open() as file:
        pass
    desk.now = datetime.fromisoformat("2026-11-18T11:00:00+00:00")
    with desk.open() as again:
        assert again.path == file.path
