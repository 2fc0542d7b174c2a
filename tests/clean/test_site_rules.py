"""Rules for single sites: read with care, applied within bounds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from pipeline.clean.site_rules import SiteRule, apply_site_rule, load_site_rules
from pipeline.errors import ConfigurationError, WireroomError

PAGE = """<html><head><title>T</title></head><body><nav>N</nav><div id="s"><p>A</p><div class="quiz">Q</div> tail<p>B</p></div>
<div id="s2"><p>C</p></div></body></html>"""


def rule_of(*, drop: tuple[str, ...] = (), body: str | None = None) -> SiteRule:
    return SiteRule(drop=tuple(etree.XPath(path) for path in drop), body=etree.XPath(body) if body else None)


def after(rule: SiteRule) -> str:
    root: HtmlElement = document_fromstring(PAGE)
    apply_site_rule(root, rule)
    assert root.find("head") is not None
    return " ".join(root.find("body").text_content().split())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (rule_of(), "NAQ tailB C"),
        (rule_of(drop=("//div[@class='quiz']",)), "NA tailB C"),
        (rule_of(drop=("//nav", "//p")), "Q tail"),
        (rule_of(drop=("//div", "//div/div")), "N"),
        (rule_of(drop=("//nothing", "/html")), "NAQ tailB C"),
        (rule_of(drop=("//p/text()", "//@class", "count(//p)", "'text'", "true()")), "NAQ tailB C"),
        (rule_of(body="//div[@id='s']"), "AQ tailB"),
        (rule_of(body="//div[starts-with(@id, 's')]"), "AQ tailB"),
        (rule_of(body="//nothing"), "NAQ tailB C"),
        (rule_of(body="//body"), "NAQ tailB C"),
        (rule_of(body="count(//p)"), "NAQ tailB C"),
        (rule_of(drop=("//div[@class='quiz']",), body="//div[@id='s']"), "A tailB"),
        (rule_of(drop=("//div[@id='s']",), body="//div[@id='s']"), "N C"),
    ],
)
def test_apply(rule: SiteRule, expected: str) -> None:
    """What is dropped goes without the text after it; where the body is found, it alone stays; what finds nothing does nothing."""
    assert after(rule) == expected


def test_a_page_without_a_body() -> None:
    """A fragment is left as it is."""
    root = document_fromstring("<html><head><title>T</title></head></html>")
    apply_site_rule(root, rule_of(body="//title"))
    assert root.findtext(".//title") == "T"


def write(folder: Path, text: str | bytes) -> Path:
    file = folder / "rules.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_load(tmp_path: Path) -> None:
    """One rule a domain, its expressions ready for use."""
    rules = load_site_rules(write(tmp_path, '["a.example"]\ndrop = ["//nav", "//aside"]\n["b.example"]\nbody = "//div"\n["c.example"]\n'))
    assert list(rules) == ["a.example", "b.example", "c.example"]
    assert [(len(rule.drop), rule.body is not None) for rule in rules.values()] == [(2, False), (0, True), (0, False)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[broken", "rules.toml"),
        (b"\xff\xfe", "rules.toml"),
        ("[b]\n[a]\n", "sorted by domain"),
        ("[a]\ndorp = []\n", "dorp"),
        ("[a]\ndrop = '//nav'\n", "site rules of a"),
        ("[a]\nbody = ['//nav']\n", "site rules of a"),
        ("[a]\ndrop = ['//nav[']\n", "//nav["),
        ("[a]\nbody = ')('\n", ")("),
        ("[a]\ndrop = [5, '']\n", "site rules of a"),
        ('[a]\nbody = "\\u0000"\n', "site rules of a"),
        ("drop = []\n", "site rules of drop"),
        ("a = 5\n", "site rules of a"),
    ],
)
def test_faults(tmp_path: Path, text: str | bytes, named: str) -> None:
    """A rule that is wrong is refused by its domain or file, and by what is wrong."""
    with pytest.raises(ConfigurationError) as caught:
        load_site_rules(write(tmp_path, text))
    assert named in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(ConfigurationError, match="nowhere"):
        load_site_rules(tmp_path / "nowhere.toml")


def test_the_project_s_own() -> None:
    """The rules that come with the project can be read."""
    assert all(isinstance(rule, SiteRule) for rule in load_site_rules().values())


@given(
    st.lists(st.sampled_from(["[a]\n", "[b]\n", "drop = ", "body = ", "[]", "'//p'", "'//['", "\n", "5", "= "]), max_size=8).map("".join)
)
def test_any_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Any file is read or refused."""
    try:
        load_site_rules(write(tmp_path_factory.getbasetemp(), text))
    except WireroomError as error:
        assert isinstance(error, ConfigurationError)
