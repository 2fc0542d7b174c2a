"""The text that a page hands to its own scripts."""

from __future__ import annotations

import json

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.page_state import MAX_SCRIPT, MIN_PROSE, state_blocks
from pipeline.types import Article, Rejected
from tests.clean.pages import STORY, TITLE, clean, page_of

MARKUP = "".join(f"<p class='x'>{text}</p>" for text in STORY)
OTHER = "".join(f"<p>{text[::-1]}</p>" for text in STORY)
HEAD = f'<title>{TITLE}</title><meta property="og:title" content="{TITLE}">'


def blocks_of(*scripts: str, title: str = TITLE) -> list[str]:
    markup = "".join(f"<script>{script}</script>" for script in scripts)
    return [block.text for block in state_blocks(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>"), title)]


def state(markup: str) -> str:
    """What a page's script is handed, as such pages write it: no angle bracket as itself."""
    return json.dumps({"page": {"story": {"html": markup}}}).replace("<", "\\u003c")


@pytest.mark.parametrize(
    "script",
    [
        f"window.__STATE__ = {state(MARKUP)};",
        state(MARKUP),
        f"push([1, {json.dumps(state(MARKUP))}])",
        f"push([1, {json.dumps('$$ADVERT$$' + MARKUP)}])",
        f"a={json.dumps('<p>See also</p><p>more</p>' * 18)};b={json.dumps(MARKUP)}",
        f"a={json.dumps(MARKUP)};b={json.dumps(MARKUP)}",
        f"a={json.dumps(MARKUP)};b={json.dumps(''.join(f'<p>{text}</p>' for text in STORY[1:]))}",
    ],
)
def test_text_in_strings_of_scripts(script: str) -> None:
    """As JSON, in JavaScript, as JSON inside a string; with placeholders, beside shorter texts, twice, and a part once more."""
    assert blocks_of(script) == list(STORY)


@pytest.mark.parametrize(
    "scripts",
    [
        (),
        ("boot()",),
        (f"a={json.dumps('<p>Short.</p><p>Shorter.</p>')}",),
        (f"a={json.dumps(MARKUP)}", f"b={json.dumps(OTHER)}"),  # which is the page's?
        (f"a={json.dumps('<p>The storms of last May were the worst for years, say those who keep the dikes of the bay.</p>' * 8)}",),
        (f"a={json.dumps(OTHER)}",),  # not what the title is about
        (f"a={json.dumps(' '.join(STORY))}",),  # no markup: a description, a licence
        ("a='" + "x" * MAX_SCRIPT + f"';b={json.dumps(MARKUP)}",),
        (f"a={json.dumps(MARKUP)[:-1]}",),
    ],
)
def test_no_text(scripts: tuple[str, ...]) -> None:
    """Nothing, teasers, two texts as long as each other, other stories, plain strings, scripts beyond bounds, strings cut off."""
    assert blocks_of(*scripts) == []


def test_a_title_without_telling_words_is_none() -> None:
    """Any text would be about it."""
    assert blocks_of(f"a={json.dumps(MARKUP)}", title="So it is") == []


def test_an_app_page_is_an_article_by_what_it_draws() -> None:
    """The page shows nothing; the flag says where its text came from, and metered text is left where it is."""
    shell = f"<html><head>{HEAD}</head><body><div id='root'></div><script>x()</script><script>s={state(MARKUP)}</script></body></html>"
    cleaned = clean(page_of(shell))
    assert isinstance(cleaned, Article)
    assert cleaned.text.split("\n\n") == list(STORY)
    assert "text-from-script" in cleaned.flags
    paid = '<script type="application/ld+json">{"@type": "WebPage", "isAccessibleForFree": false}</script>'
    assert isinstance(clean(page_of(shell.replace("</head>", f"{paid}</head>"))), Rejected)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("script", ['"' * 500_000, '"' + "\\" * 1_000_000, ('"' + "x" * 450) * 3_000, '"' + "<p>" * 90_000 + '"'])
def test_endless_scripts(script: str) -> None:
    """Strings that never end, strings that are all signs, very many, and markup that only opens."""
    assert blocks_of(script) == []


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60), st.text(max_size=30))
def test_any_script(text: str, title: str) -> None:
    """Whatever a script holds, the answer is blocks or none."""
    told = blocks_of(json.dumps((text + "<p>") * 40).replace("<", "\\u003c"), title=title or "x")
    assert all(told)


def test_the_least_prose() -> None:
    """A teaser is no story: below the least there is none."""
    sentence = "The lamp will be lit again in May, and visitors to the lighthouse will be let in from June, storms or none. "
    short, long = sentence * (MIN_PROSE // len(sentence)), sentence * (MIN_PROSE // len(sentence) + 1)
    assert blocks_of(f"a={json.dumps(f'<p>{short}</p><p>Lighthouse moves inland before winter storms.</p>' + ' ' * 400)}") == []
    assert blocks_of(f"a={json.dumps(f'<p>{long}</p><p>Lighthouse moves inland before winter storms.</p>')}") != []
