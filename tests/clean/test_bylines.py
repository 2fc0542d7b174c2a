"""Lines and elements that say who wrote the article: what tests/clean/test_metadata.py does not ask."""

from __future__ import annotations

import pytest

from tests.clean.test_metadata import LONG, signed

AUTHOR = "<a href='/authors/jane-doe/'><img src='j.jpg'><span>Jane Doe</span></a>"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (f"<h1>Storm</h1><div>{AUTHOR}</div><p>{LONG}</p>", ("Jane Doe",)),
        (f"<h1>Storm</h1><div>{AUTHOR}, <a href='/team/bo-ek?x=1'>Bo Ek</a></div><p>{LONG}</p>", ("Jane Doe", "Bo Ek")),
        (f"<h1>Storm</h1><p><b>{AUTHOR}</b> <b><a href='/author/bo.ek'>Bo Ek</a></b></p><p>{LONG}</p>", ("Jane Doe", "Bo Ek")),
        (f"<h1>Storm</h1><div>{AUTHOR}</div><section><h2>More</h2><p><a href='/author/bo-ek'>Bo Ek</a></p></section>", ("Jane Doe",)),
        (f"<div><span>{AUTHOR}</span></div><h1>Storm</h1><p>{LONG}</p>", ("Jane Doe",)),
    ],
)
def test_names_that_link_to_their_page(body: str, names: tuple[str, ...]) -> None:
    """By the title, all of one place, by the letters of the address."""
    assert dict(signed(body))["linked"] == names


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Storm</h1><p>{LONG}</p>{'<p>x</p>' * 20}<div>{AUTHOR}</div>",  # far below
        "<h1>Storm</h1><p><a href='/authors/jane-doe'>More by her</a></p>",
        "<h1>Storm</h1><p><a href='/storms/jane-doe'>Jane Doe</a></p>",
        "<h1>Storm</h1><p><a href='/authors/jane'>Jane</a></p>",
        f"<h1>Storm</h1><nav><p>{AUTHOR}</p></nav>",
        "<h1>Storm</h1><p><a href='https://authors/jane-doe'>Jane Doe</a></p>",
    ],
)
def test_links_that_name_nobody(body: str) -> None:
    """Other letters, other folders, one word, a menu, another place of the page, a host of such a name."""
    assert "linked" not in dict(signed(body))


@pytest.mark.parametrize(
    ("line", "signs"),
    [
        ("Jane Doe | Senior Writer | July 2, 2025", True),
        ("Jane Doe, Chief Editor", True),
        ("Jane Doe · Reporter", True),
        ("Jane Doe | July 2, 2025", False),
        ("Sea Levels, Winds and Waves", False),
        ("Jane Doe, who was once an editor of the paper by the sea", False),
        ("the sea | Senior Writer", False),
    ],
)
def test_a_name_with_a_role_under_the_title(line: str, signs: bool) -> None:
    """It signs by itself; a name with anything else must come again, as before."""
    found = dict(signed(f"<h1>Storm</h1><p>{line}</p><p>{LONG}</p>"))
    assert ("visible" in found) is signs
