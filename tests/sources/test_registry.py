"""The feed file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.sources.feed_fields import FIELDS, feed_of, table_of
from pipeline.sources.registry import add_feed, add_feeds, read_feed_file, remove_feed, write_feed_file
from pipeline.types import Feed, FeedId, FeedKind

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "feeds.toml"

FILE = """\
# Whom we follow.

# The harbour.
[[feed]]
id = "harbour"  # never rename
url = "https://harbour.example/feed"
title = "Harbour \\"Gazette\\""
# a remark of its own

# The valley: closings only.
[[feed]]
id = "valley"
url = "https://valley.example/feed"
kind = "rss"
tags = ["broadcaster", "local"]

# The coast.

[[feed]]
url = "https://coast.example/feed"
id = "coast"
"""


@pytest.fixture
def feed_file(tmp_path: Path) -> Path:
    """A feed file with comments in every place."""
    path = tmp_path / "feeds.toml"
    path.write_text(FILE)
    return path


def test_read(feed_file: Path) -> None:
    """Fields as written, defaults elsewhere, in the file's order."""
    harbour, valley, coast = read_feed_file(feed_file)
    assert harbour == Feed(feed_id=FeedId("harbour"), url="https://harbour.example/feed", title='Harbour "Gazette"')
    assert (valley.kind, valley.tags) == (FeedKind.RSS, ("broadcaster", "local"))
    assert (coast.feed_id, coast.kind, coast.timezone) == ("coast", FeedKind.AUTO, "UTC")


def test_an_empty_file_has_no_feeds(tmp_path: Path) -> None:
    """Nothing to follow is no mistake."""
    (tmp_path / "feeds.toml").write_text("# nobody yet\n")
    assert read_feed_file(tmp_path / "feeds.toml") == ()


WRONG = [
    ('id = "Harbour"', "feed 1: id: got 'Harbour'; allowed: a kebab-case name"),
    ('id = ""', "feed 1: id: got ''"),
    ("id = 7", "feed 1: id: got 7"),
    (f'id = "{"x" * 65}"', "at most 64 characters"),
    ("", "feed 1: id: got None"),
    ('id = "a"\nurl = "ftp://x.example"', r"feed 1 \(a\): url: got 'ftp://x.example'; allowed: an absolute http or https URL"),
    ('id = "a"\nurl = "/feed"', "url: got '/feed'"),
    ('id = "a"\nurl = " https://x.example/a b"', "url: got ' https"),
    ('id = "a"\nurl = 5', "url: got 5"),
    ('id = "a"', r"feed 1 \(a\): url: got None"),
    ('id = "a"\nurl = "https://x.example"\nsite = "x.example"', "site: got 'x.example'"),
    ('id = "a"\nurl = "https://x.example"\ntitle = ["x"]', r"title: got \['x'\]; allowed: a text of at most 1000"),
    ('id = "a"\nurl = "https://x.example"\ntitle = "a\\u0007b"', "title: got 'a.x07b'"),
    ('id = "a"\nurl = "https://x.example"\nlanguage = "english"', "language: got 'english'; allowed: a BCP 47 tag"),
    ('id = "a"\nurl = "https://x.example"\nlanguage = "en_US"', "language: got 'en_US'"),
    ('id = "a"\nurl = "https://x.example"\ncountry = "de"', "country: got 'de'; allowed: two capital letters"),
    ('id = "a"\nurl = "https://x.example"\nkind = "rs"', r"kind: got 'rs'; allowed: auto, rss, jsonfeed, sitemap; did you mean rss\?"),
    ('id = "a"\nurl = "https://x.example"\nkind = []', r"kind: got \[\]"),
    ('id = "a"\nurl = "https://x.example"\ntimezone = "Europe/Berln"', r"timezone: got 'Europe/Berln'; .* did you mean Europe/Berlin\?"),
    ('id = "a"\nurl = "https://x.example"\ntimezone = "+02:00"', "timezone: got"),
    ('id = "a"\nurl = "https://x.example"\ntags = "x"', "tags: got 'x'; allowed: a list"),
    ('id = "a"\nurl = "https://x.example"\ntags = [1]', r"tags: got \[1\]"),
    ('id = "a"\nurl = "https://x.example"\ntags = [""]', r"tags: got \[''\]"),
    ('id = "a"\nurl = "https://x.example"\nlangauge = "en"', r"langauge: got 'en'; allowed: no such key; did you mean language\?"),
    ('id = "a"\nurl = "https://x.example"\n[feed.more]\nx = 1', "more: got"),
]


@pytest.mark.parametrize(("lines", "message"), WRONG)
def test_wrong_fields_are_named(tmp_path: Path, lines: str, message: str) -> None:
    """File, feed, field, value and what is allowed."""
    path = tmp_path / "feeds.toml"
    path.write_text(f"[[feed]]\n{lines}\n")
    with pytest.raises(ConfigurationError, match=message) as caught:
        read_feed_file(path)
    assert str(caught.value).startswith(f"{path}: feed 1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[feed]", "no TOML: .*line 1"),
        ("[feed]\nid = 'a'", r"feed: got .* allowed: \[\[feed\]\] tables"),
        ("feed = 5", "feed: got 5"),
        ("[[feeds]]\nid = 'a'", "feeds: got"),
        (
            "[[feed]]\nid='a'\nurl='https://x.example/1'\n[[feed]]\nid='a'\nurl='https://x.example/2'",
            r"feed 2 \(a\): id: got 'a'; .*no other",
        ),
        ("[[feed]]\nid='a'\nurl='https://x.example/1'\n[[feed]]\nid='b'\nurl='http://x.example/1/'", r"feed 2 \(b\): url: .* that of a"),
    ],
)
def test_wrong_files(tmp_path: Path, text: str, message: str) -> None:
    """What is wrong with the file as a whole is named too."""
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        read_feed_file(path)


def test_unreadable_files(tmp_path: Path) -> None:
    """A missing file says what to do; a folder and another encoding say what they are."""
    with pytest.raises(ConfigurationError, match=r"nowhere.toml: there is no such feed file; `wireroom feeds add URL` begins one"):
        read_feed_file(tmp_path / "nowhere.toml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_feed_file(tmp_path)
    (tmp_path / "feeds.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        read_feed_file(tmp_path / "feeds.toml")


def test_add_keeps_everything(feed_file: Path) -> None:
    """The new feed stands at the end; not a byte before it has changed."""
    feed = Feed(feed_id=FeedId("new"), url="https://new.example/feed", title='He said: "no"\\', language="pt-BR", tags=("a", "b"))
    add_feed(feed_file, feed)
    assert feed_file.read_text().startswith(FILE)
    assert read_feed_file(feed_file)[-1] == feed


def test_add_makes_the_file(tmp_path: Path) -> None:
    """The first feed makes the file and its folder."""
    path = tmp_path / "new" / "feeds.toml"
    add_feed(path, Feed(feed_id=FeedId("a"), url="https://x.example/"))
    assert [feed.feed_id for feed in read_feed_file(path)] == ["a"]


def test_many_feeds_are_added_in_one_step_or_not_at_all(tmp_path: Path) -> None:
    """A list of thousands is written once; one that cannot be read back leaves the file as it was."""
    path = tmp_path / "feeds.toml"
    feeds = [Feed(feed_id=FeedId(name), url=f"https://{name}.example/") for name in "abc"]
    add_feeds(path, feeds[:1])
    add_feeds(path, feeds[1:])
    assert read_feed_file(path) == tuple(feeds)
    before = path.read_text()
    with pytest.raises(ConfigurationError, match="an id that no other feed has"):
        add_feeds(path, [Feed(feed_id=FeedId("d"), url="https://d.example/"), Feed(feed_id=FeedId("a"), url="https://e.example/")])
    assert path.read_text() == before


@pytest.mark.parametrize("feed_id", ["harbour", "other"])
def test_add_refuses_what_is_there(feed_file: Path, feed_id: str) -> None:
    """An id or an address that is there already leaves the file as it was."""
    url = "https://elsewhere.example/" if feed_id == "harbour" else "http://harbour.example/feed/"
    with pytest.raises(ConfigurationError, match="no other feed has"):
        add_feed(feed_file, Feed(feed_id=FeedId(feed_id), url=url))
    assert feed_file.read_text() == FILE


@pytest.mark.parametrize(
    ("feed_id", "gone", "kept"),
    [
        ("harbour", ['id = "harbour"', "a remark of its own"], ["# Whom we follow.", "# The valley: closings only.", "# The coast."]),
        ("valley", ['id = "valley"', "broadcaster"], ["# The harbour.", "never rename", "a remark of its own", "# The coast."]),
        ("coast", ['id = "coast"'], ["# The valley: closings only.", "# The coast.", "# Whom we follow."]),
    ],
)
def test_remove_keeps_the_others(feed_file: Path, feed_id: str, gone: list[str], kept: list[str]) -> None:
    """Only the feed's own table goes; comments of the others and their order stay."""
    before = read_feed_file(feed_file)
    remove_feed(feed_file, FeedId(feed_id))
    text = feed_file.read_text()
    assert read_feed_file(feed_file) == tuple(feed for feed in before if feed.feed_id != feed_id)
    assert [line for line in gone if line in text] == []
    assert [line for line in kept if line not in text] == []
    assert text.count("\n\n\n") == 0


def test_remove_what_is_not_there(feed_file: Path) -> None:
    """An unknown id is named, and the file stays."""
    with pytest.raises(ConfigurationError, match="feed id: got 'nobody'; allowed: one of the 3 ids"):
        remove_feed(feed_file, FeedId("nobody"))
    assert feed_file.read_text() == FILE


def test_remove_from_a_file_written_otherwise(tmp_path: Path) -> None:
    """Tables on one line are read, and not edited blindly."""
    path = tmp_path / "feeds.toml"
    path.write_text('feed = [{id = "a", url = "https://x.example/"}, {id = "b", url = "https://y.example/"}]\n')
    assert len(read_feed_file(path)) == 2
    with pytest.raises(ConfigurationError, match="take it out by hand"):
        remove_feed(path, FeedId("a"))
    assert len(read_feed_file(path)) == 2


def test_add_then_remove_is_nothing(feed_file: Path) -> None:
    """The file is byte for byte what it was."""
    add_feed(feed_file, Feed(feed_id=FeedId("new"), url="https://new.example/feed"))
    remove_feed(feed_file, FeedId("new"))
    assert feed_file.read_text() == FILE


def test_write_takes_feeds_and_tables(tmp_path: Path) -> None:
    """Both are checked before the old file is touched."""
    path = tmp_path / "deep" / "feeds.toml"
    feed = Feed(feed_id=FeedId("a"), url="https://x.example/", timezone="Asia/Tokyo", country="JP")
    write_feed_file(path, [feed, {"id": "b", "url": "https://y.example/", "tags": ["x"]}])
    assert [one.feed_id for one in read_feed_file(path)] == ["a", "b"]
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="feed 1: id"):
        write_feed_file(path, [{"id": "B", "url": "https://y.example/"}])
    with pytest.raises(ConfigurationError, match="no other feed has"):
        write_feed_file(path, [feed, feed])
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    write_feed_file(path, [])
    assert read_feed_file(path) == ()


def test_replaced_with_its_mode(feed_file: Path) -> None:
    """Whoever could read the file still can, and nobody else."""
    feed_file.chmod(0o640)
    add_feed(feed_file, Feed(feed_id=FeedId("new"), url="https://new.example/feed"))
    assert stat.S_IMODE(feed_file.stat().st_mode) == 0o640


def test_unwritable_place(tmp_path: Path) -> None:
    """A folder in the file's place is an error of configuration, with the path."""
    (tmp_path / "feeds.toml").mkdir()
    with pytest.raises(ConfigurationError, match=r"feeds.toml: cannot be written"):
        write_feed_file(tmp_path / "feeds.toml", [])
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.toml"]


def test_the_seeds_are_in_order() -> None:
    """The feeds that come with the project can be read, and are of many tongues."""
    feeds = read_feed_file(SEEDS)
    assert len(feeds) >= 30
    assert len({(feed.language or "").partition("-")[0] for feed in feeds} - {""}) >= 8
    assert [feed.feed_id for feed in feeds] == sorted(feed.feed_id for feed in feeds)
    assert all(feed.title and feed.publisher and feed.site and feed.tags for feed in feeds)


TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=30).filter(str.isprintable)
FEEDS = st.builds(
    Feed,
    feed_id=st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True).map(FeedId),
    url=st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z0-9?=&%~\"'\\]{0,12}", fullmatch=True),
    title=TEXT,
    publisher=TEXT,
    language=st.sampled_from([None, "en", "pt-BR"]),
    country=st.sampled_from([None, "DE"]),
    kind=st.sampled_from(FeedKind),
    timezone=st.sampled_from(["UTC", "Europe/Berlin"]),
    tags=st.lists(TEXT.filter(bool), max_size=3, unique=True).map(tuple),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(feed=FEEDS)
def test_any_feed_can_be_written_and_read(tmp_path: Path, feed: Feed) -> None:
    """What is written is read back the same, whatever quotes and backslashes are in it."""
    path = tmp_path / "feeds.toml"
    write_feed_file(path, [feed])
    assert read_feed_file(path) == (feed,)
    assert feed_of(table_of(feed), "here") == feed
    assert set(table_of(feed)) <= set(FIELDS)
