"""`wireroom feeds …`: the list is edited, checked and exchanged; every mistake is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.demo.faults import reset, status
from pipeline.sources.registry import read_feed_file, read_opml
from tests.cli.conftest import Ran, Wireroom
from tests.newsroom import RunningNewsroom

FEED = '[[feed]]\nid = "mine"\nurl = "https://example.org/feed"\ntitle = "[red]Mine[/]"\n'


def write(home: Path, text: str = FEED) -> Path:
    """Put a feed file into a home."""
    home.mkdir(exist_ok=True)
    (home / "feeds.toml").write_text(text)
    return home / "feeds.toml"


# ── list ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_shows_what_is_known_of_each(wireroom: Wireroom, home: Path, terminal: Callable[[int], None]) -> None:
    """In a pipe with the address; on a narrow terminal the address gives way to the rest."""
    write(home)
    ran = wireroom("feeds", "list")
    assert ran.out.splitlines() == [
        f"1 feed of {home}/feeds.toml",
        "feed  publisher     lang  health  last success  url",
        "mine  [red]Mine[/]        new     –             https://example.org/feed",
    ]
    terminal(80)
    assert [line.split() for line in wireroom("feeds", "list").out.splitlines()[2:]] == [["mine", "[red]Mine[/]", "new", "–"]]


def test_list_as_json_has_every_field(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """For scripts: the operator's fields and what was learned."""
    wireroom("poll")
    found = {one["feed_id"]: one for one in wireroom("feeds", "list", "--json").json}
    assert found["demo-kbay6-rss"]["language"] == "en"
    assert found["demo-kbay6-rss"]["last_success_at"].endswith("Z")
    assert found["demo-kbay6-rss"]["tags"][0] == "demo"
    assert (found["demo-kvly9-school-closings"]["health"], found["demo-kvly9-school-closings"]["last_success_at"]) == ("gone", None)
    assert "410" in found["demo-kvly9-school-closings"]["last_error"]


def test_removed_feeds_are_not_listed(wireroom: Wireroom, home: Path) -> None:
    """Though the ledger remembers them."""
    path = write(home)
    wireroom("feeds", "list")
    path.write_text(FEED.replace("mine", "other").replace("/feed", "/other"))
    assert [one["feed_id"] for one in wireroom("feeds", "list", "--json").json] == ["other"]


@pytest.mark.parametrize("words", [("list",), ("check",), ("export",), ("remove", "x")])
def test_a_missing_feed_file_is_named_with_the_remedy(wireroom: Wireroom, home: Path, words: tuple[str, ...]) -> None:
    """What to copy, and where to."""
    ran = wireroom("feeds", *words)
    assert (ran.code, ran.out) == (2, "")
    remedy = "`wireroom feeds add URL` begins one, seeds/feeds.toml can be copied there, and WIREROOM_FEEDS names another"
    assert ran.err == f"error: {home}/feeds.toml: there is no such feed file; {remedy}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[feed]", "feeds.toml: no TOML: "),
        (FEED.replace("https://", ""), "feed 1 (mine): url: got 'example.org/feed'; allowed: an absolute http or https URL"),
        (FEED + 'langauge = "en"\n', "feed 1 (mine): langauge: got 'en'; allowed: no such key; did you mean language?"),
        (FEED + FEED, "feed 2 (mine): id: got 'mine'; allowed: an id that no other feed has"),
    ],
)
@pytest.mark.parametrize("words", [("feeds", "list"), ("feeds", "add", "https://new.example/", "--no-check"), ("poll",), ("run", "--once")])
def test_a_broken_feed_file_is_named_with_place_and_value(
    wireroom: Wireroom, home: Path, words: tuple[str, ...], text: str, complaint: str
) -> None:
    """Whichever command reads it, and it stays as it is."""
    path = write(home, text)
    ran = wireroom(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {path}: ".rstrip(" ").rstrip(":"))
    assert complaint in ran.err
    assert path.read_text() == text


# ── add and remove ────────────────────────────────────────────────────────────────────────────────────────────────


def test_add_looks_once_and_takes_title_and_name_from_the_feed(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """The new id is all there is on standard output; comments stay."""
    path = write(home, f"# mine\n{FEED}")
    ran = wireroom("feeds", "add", demo.url("la-costa", "/rss/portada.xml"), "--language", "es")
    assert ran == Ran(0, "la-costa-ultima-hora\n", "8 entries; La Costa: última hora\n")
    assert path.read_text().startswith(f"# mine\n{FEED}")
    added = read_feed_file(path)[1]
    assert (added.title, added.publisher, added.language) == ("La Costa: última hora",) * 2 + ("es",)
    assert [one["feed_id"] for one in wireroom("feeds", "list", "--json").json] == ["mine", "la-costa-ultima-hora"]


def test_what_is_typed_goes_before_what_the_feed_says(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """Name, title, publisher."""
    write(home)
    ran = wireroom(
        "feeds", "add", demo.url("la-costa", "/rss/portada.xml"), "--id", "costa", "--title", "Costa", "--publisher", "La Costa S.A."
    )
    assert ran.out == "costa\n"
    added = next(feed for feed in read_feed_file(home / "feeds.toml") if feed.feed_id == "costa")
    assert (added.title, added.publisher, added.language) == ("Costa", "La Costa S.A.", None)


def test_add_unseen_makes_the_file(wireroom: Wireroom, home: Path) -> None:
    """With --no-check nothing is fetched."""
    ran = wireroom("feeds", "add", "https://example.org/feeds/news.xml", "--no-check")
    assert ran == Ran(0, "example-org-news\n", "")
    assert [feed.url for feed in read_feed_file(home / "feeds.toml")] == ["https://example.org/feeds/news.xml"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["example.org/feed"], "URL: got 'example.org/feed'; allowed: an absolute http or https address of at most 2,048 characters"),
        (["ftp://example.org/feed"], "URL: got 'ftp://example.org/feed'; allowed: an absolute http"),
        (["https://example.org/" + "x" * 2048], "allowed: an absolute http"),
        (["http://EXAMPLE.org/feed/"], "'http://EXAMPLE.org/feed/'; allowed: an address that is not followed yet; it is that of mine"),
        (["https://new.example/", "--id", "mine"], "--id: got 'mine'; allowed: an id that no other feed has"),
        (["https://new.example/", "--id", "Not Kebab"], "the feed to add: id: got 'Not Kebab'; allowed: a kebab-case name"),
        (["https://new.example/", "--language", "english language"], "the feed to add (new-example): language: got 'english language'"),
        (["https://new.example/", "--title", "x" * 5000], "the feed to add (", ),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_before_anything_is_fetched(wireroom: Wireroom, home: Path, words: list[str], complaint: str) -> None:
    """There is no newsroom here: a request would fail otherwise than this."""
    path = write(home)
    ran = wireroom("feeds", "add", *words)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
    assert path.read_text() == FEED


def test_what_is_no_feed_is_not_added(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """A page, a 404, a gone feed: told with the way around."""
    before = (home / "feeds.toml").read_text()
    demo.misbehave("la-costa", "/", status(200, {"Content-Type": "text/html"}, b"<!doctype html><html><body><p>Hola.</p></body></html>"))
    for address, told in (
        (demo.url("la-costa", "/"), "no feed was found on that site"),
        (demo.url("la-costa", "/none.xml"), "answered 404"),
    ):
        ran = wireroom("feeds", "add", address)
        assert ran.code == 2
        assert told in ran.err
        assert "give the address of a feed that can be read, or add it unseen: --no-check" in ran.err
    assert (home / "feeds.toml").read_text() == before


def test_the_feed_of_a_site_is_found(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """By its page's link; where it was found is told, and the site is kept."""
    write(home)
    ran = wireroom("feeds", "add", demo.url("la-costa", "/"), "--language", "es")
    found = demo.url("la-costa", "/rss/portada.xml")
    told = f"found {found} (link of {demo.url('la-costa', '/')}): 8 entries; La Costa: última hora\n"
    assert ran == Ran(0, "la-costa-ultima-hora\n", told)
    added = read_feed_file(home / "feeds.toml")[1]
    assert (added.url, added.site, added.language) == (found, demo.url("la-costa", "/"), "es")


def test_several_feeds_of_a_site_are_a_choice(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """Listed with what each holds, exit code 3, none added; picked by number, and the next time the others are left."""
    path, site = write(home), demo.url("northern-wire", "/")
    ran = wireroom("feeds", "add", site)
    assert (ran.code, path.read_text()) == (3, FEED)
    assert ran.column("url") == [demo.url("northern-wire", "/feeds/all.atom"), demo.url("northern-wire", "/feeds/latest.xml")]
    assert ran.column("found in") == ["link", "link"]
    assert ran.err == "none was added: add one by its url, or by its number with --pick N\n"
    choices = wireroom("feeds", "add", site, "--json").json
    assert (choices["added"], [one["kind"] for one in choices["choices"]]) == (None, ["rss", "rss"])
    added = wireroom("feeds", "add", site, "--pick", "2", "--json").json
    assert (added["added"]["url"], added["choices"]) == (demo.url("northern-wire", "/feeds/latest.xml"), [])
    assert wireroom("feeds", "add", site).code == 0
    ran = wireroom("feeds", "add", site)
    assert (ran.code, ran.out) == (2, "")
    assert "allowed: a site with a feed that is not followed yet; those found there are " in ran.err


def test_a_pick_beyond_the_choice_is_named(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """With how many there are."""
    write(home)
    ran = wireroom("feeds", "add", demo.url("northern-wire", "/"), "--pick", "3")
    assert (ran.code, ran.out) == (2, "")
    assert "--pick: got 3; allowed: a number up to 2" in ran.err


def test_a_server_that_is_down_is_no_misuse(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """Exit code 1: it may succeed later."""
    demo.misbehave("la-costa", "/down.xml", status(503))
    demo.misbehave("nordlicht", "/down.xml", reset())
    for publisher in ("la-costa", "nordlicht"):
        ran = wireroom("feeds", "add", demo.url(publisher, "/down.xml"))
        assert ran.code == 1, ran
        assert "try again later, or add it unseen: --no-check" in ran.err


def test_remove(wireroom: Wireroom, home: Path) -> None:
    """The feed goes, its articles stay; a name nobody has is an error."""
    path = write(home)
    assert wireroom("feeds", "remove", "mine") == Ran(0, "", "mine is no longer followed; its articles stay searchable\n")
    assert read_feed_file(path) == ()
    ran = wireroom("feeds", "remove", "mine")
    assert ran.code == 2
    assert "got 'mine'; allowed: one of the 0 ids in " in ran.err


# ── check ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_check_says_what_each_gives(wireroom: Wireroom, home: Path, demo: RunningNewsroom) -> None:
    """Side by side, in the order of the file; a flaw that was worked around is told; one that fails makes it exit code 1."""
    ran = wireroom("feeds", "check")
    assert ran.code == 1
    rows = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines()[1:]}
    assert list(rows) == [feed.feed_id for feed in read_feed_file(home / "feeds.toml")]
    assert rows["demo-kbay6-rss"][:2] == ["flawed", "12"]
    assert rows["demo-la-costa-rss"] == ["ok", "8", "La", "Costa:", "última", "hora"]
    assert rows["demo-kvly9-school-closings"][:2] == ["failed", "0"]
    assert rows["demo-kvly9-school-closings"][-2:] == ["answered", "410"]


def test_check_of_some(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Only these are asked, and nothing is kept: they are still due."""
    ran = wireroom("feeds", "check", "demo-la-costa-rss", "demo-nordlicht-atom")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == ["demo-la-costa-rss", "demo-nordlicht-atom"]
    assert wireroom("feeds", "list", "--json").json[0]["health"] == "new"


def test_check_of_an_unknown_feed(wireroom: Wireroom, home: Path) -> None:
    """Named, with the command that lists them."""
    path = write(home)
    ran = wireroom("feeds", "check", "mine", "yours")
    assert (ran.code, ran.err) == (2, f"error: ID: got 'yours'; allowed: a feed of {path}; `wireroom feeds list` shows them\n")


# ── import and export ─────────────────────────────────────────────────────────────────────────────────────────────


def test_export_and_import_bring_all_feeds_over(wireroom: Wireroom, demo: RunningNewsroom, home: Path, tmp_path: Path) -> None:
    """By way of OPML, into a home that has none; the second time nothing is added."""
    assert wireroom("feeds", "export", tmp_path / "all.opml") == Ran(0, "", "")
    urls = {feed.url for feed in read_feed_file(home / "feeds.toml")}
    assert {feed.url for feed in read_opml((tmp_path / "all.opml").read_bytes())} == urls
    (home / "feeds.toml").unlink()
    added = wireroom("feeds", "import", tmp_path / "all.opml")
    assert added == Ran(0, "", f"{len(urls)} feeds added to {home}/feeds.toml; 0 were there already\n")
    assert {feed.url for feed in read_feed_file(home / "feeds.toml")} == urls
    again = wireroom("feeds", "import", tmp_path / "all.opml")
    assert again.err == f"0 feeds added to {home}/feeds.toml; {len(urls)} were there already\n"


def test_import_of_a_feed_file_keeps_names_apart(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """A name that is taken by another address gets a number; an address in another spelling is known."""
    write(home)
    (tmp_path / "more.toml").write_text(FEED.replace("/feed", "/other") + '[[feed]]\nid = "spelt"\nurl = "http://EXAMPLE.org/feed/"\n')
    assert wireroom("feeds", "import", tmp_path / "more.toml").err.startswith("1 feed added to ")
    assert [(feed.feed_id, feed.url) for feed in read_feed_file(home / "feeds.toml")] == [
        ("mine", "https://example.org/feed"),
        ("mine-2", "https://example.org/other"),
    ]


def test_names_out_of_opml_are_kept_apart_too(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """They are made of the titles."""
    write(home)
    (tmp_path / "more.opml").write_text(
        '<opml version="2.0"><body><outline text="Mine" xmlUrl="https://other.example/feed"/></body></opml>'
    )
    wireroom("feeds", "import", tmp_path / "more.opml")
    assert [feed.feed_id for feed in read_feed_file(home / "feeds.toml")] == ["mine", "mine-2"]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("absent.opml", None, "FILE: got '{path}'; allowed: a readable file (No such file or directory)"),
        ("absent.toml", None, "FILE: got '{path}'; allowed: a readable file (No such file or directory)"),
        ("page.opml", "<html></html>", "no OPML: the root is <html>"),
        ("broken.toml", "[[feed]", "{path}: no TOML"),
        ("wrong.toml", FEED.replace("mine", "Not Kebab"), "{path}: feed 1: id: got 'Not Kebab'"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named(
    wireroom: Wireroom, home: Path, tmp_path: Path, name: str, text: str | None, complaint: str
) -> None:
    """And nothing is added."""
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    ran = wireroom("feeds", "import", path)
    assert ran.code == 2
    assert complaint.format(path=path) in ran.err
    assert not (home / "feeds.toml").exists()


def test_an_export_that_cannot_be_written_is_named(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """Field, value, reason."""
    write(home)
    ran = wireroom("feeds", "export", tmp_path / "no" / "folder.opml")
    assert ran.code == 2
    assert ran.err.startswith(f"error: FILE: got '{tmp_path}/no/folder.opml'; allowed: a file that can be written (No such file")


def test_export_to_standard_output_is_the_document_alone(wireroom: Wireroom, home: Path) -> None:
    """So that it can be piped into another program."""
    write(home)
    ran = wireroom("feeds", "export")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("<?xml")
    assert [feed.url for feed in read_opml(ran.out.encode())] == ["https://example.org/feed"]


def test_a_home_that_cannot_be_written_is_named(wireroom: Wireroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the setting, for the commands that must write there."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "file"))
    told = f"error: WIREROOM_HOME: got '{tmp_path}/file'; allowed: a folder that can be written to (File exists)\n"
    for words in (("status",), ("search", "x"), ("show", "https://example.org/"), ("explain", "https://example.org/")):
        assert wireroom(*words) == Ran(2, "", told), words
    for words in (("feeds", "list"), ("feeds", "add", "https://example.org/feed", "--no-check"), ("poll",)):
        ran = wireroom(*words)
        assert ran.code == 2, words
        assert str(tmp_path / "file") in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("command", [("add", "http://news.example.org/rss", "--no-check"), ("remove", "mine"), ("import", "more.opml")])
def test_the_demos_own_file_is_not_edited(
    wireroom: Wireroom, home: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """It is written anew at each start, so an edit would be lost without a word."""
    path = write(home)
    before = path.read_text()
    monkeypatch.delenv("WIREROOM_FEEDS", raising=False)
    (home / "standalone.env").write_text(f"WIREROOM_FEEDS={path}\n")
    ran = wireroom("feeds", *command)
    assert ran.code == 2
    assert "stop `wireroom up`" in ran.err
    assert path.read_text() == before
