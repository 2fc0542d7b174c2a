from __future__ import annotations

from pipeline.enrich.gist import GistEnricher, choose
from tests.enrich.articles import make_enriched

TEXT = (
    "The ferry company has stopped all sailings across Sable Sound since Monday morning. "
    "It was raining in the hills of the north that day. "
    "“We are tired of this and we will wait for as long as it takes,” one of the sailors said on the pier. "
    "The ferry strike leaves thousands of commuters of the company without sailings to Wren Island. Somebody had brought along a small dog."
)


def test_two_sentences_that_say_most() -> None:
    """As they stand and in their order, no quote among them."""
    gist = choose("Ferry strike stops sailings", TEXT, "en")
    assert gist == (
        "The ferry company has stopped all sailings across Sable Sound since Monday morning. "
        "The ferry strike leaves thousands of commuters of the company without sailings to Wren Island."
    )


def test_a_short_text_has_none() -> None:
    """Two sentences are their own gist."""
    assert choose("Ferry", TEXT.split("“", maxsplit=1)[0], "en") == ""
    assert GistEnricher().enrich(make_enriched("One. Two.")).gist == ""


def test_texts_without_spaces_have_one() -> None:
    """Chinese sentences are weighed by pairs of letters."""
    text = (
        "海峡轮渡公司周一早上停止了所有航班。"
        + "天空下着雨而山上的人们都在家里面休息。"
        + "罢工使数千名海峡轮渡公司的乘客无法前往岛上。"
        + "有人带来了一只小狗和一只很大的猫在码头上。"
    )
    assert len(choose("轮渡公司罢工", text, "zh")) > 20


def test_what_comes_first_counts_more() -> None:
    """Of two sentences that say about the same the one further up is taken, as news has it."""
    above = ("Ferry crews of the coast stopped work on Monday morning.", "The crews want shorter shifts and more pay from now on.")
    between = (
        "Bakers elsewhere sold plain bread near some quiet field.",
        "Seven tall trees fell over an old wooden garden gate.",
        "Nobody saw where his grey cat slept during that night.",
        "Clouds hung low above empty roads until late last evening.",
        "An uncle painted every window frame blue before lunch time.",
        "Children threw little stones into puddles behind brick walls.",
    )
    below = "Ferry crews of the coast want shorter shifts and more pay since Monday."
    assert choose("Ferry crews stop", " ".join((*above, *between, below)), "en") == " ".join(above)
