from __future__ import annotations

from tests.cli.conftest import DemoHome, Wireroom


def test_a_story_shows_who_had_it_first(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """In order of time, from the agency that wrote it; by the id or the address of any of its articles."""
    (hit,) = wireroom("search", 'title:"ferry crews walk off"', "--json").json["hits"]
    ran = wireroom("story", hit["article_id"])
    assert (ran.code, ran.err) == (0, "")
    assert "4 articles on 4 sites" in ran.out
    assert "Northern Wire had it first" in ran.out
    assert "of Northern Wire" in ran.out
    rows = [line.split("  ") for line in ran.out.splitlines() if line.startswith("2026-")]
    assert [any(cell.strip().startswith("└ ") for cell in row) for row in rows] == [False, True, True, True]
    told = wireroom("story", hit["url"], "--json").json
    assert [one["copy_kind"] for one in told] == [None, "cut", "verbatim", "rewritten"]
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
    assert told[1]["left_out"]
    assert told[3]["changed"] or told[3]["added"]
    assert {one["story_id"] for one in told} == {hit["story_id"]}
    assert wireroom("story", told[2]["article_id"], "--no-changes", "--json").json == told


def test_what_is_no_story(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Exit code 3 for an unknown one, 2 for what is no address."""
    assert wireroom("story", "f" * 32).code == 3
    assert wireroom("story", "nonsense").code == 2


def test_sources_show_what_is_their_own(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """The agency writes everything itself and is copied; the stations copy."""
    found = {one["source"]: one for one in wireroom("sources", "--days", "3650", "--json").json}
    assert found["Northern Wire"]["own"] == 1.0
    assert found["Northern Wire"]["copied"] >= 5
    assert found["KBAY 6 News"]["copies"]["cut"] >= 1
    ran = wireroom("sources", "--days", "3650")
    assert "copied by others" in ran.out
    assert "Northern Wire" in ran.out


def test_revisions_of_an_article(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """The first text, when it was seen; nothing for what was never kept."""
    hit = wireroom("search", "ferry", "--json", "--size", "1").json["hits"][0]
    (first,) = wireroom("show", hit["article_id"], "--revisions", "--json").json
    assert (first["number"], first["text"], first["edits"]) == (1, hit["body"], [])
    assert "revision 1" in wireroom("show", hit["url"], "--revisions").out
    assert wireroom("show", "f" * 32, "--revisions").code == 3
