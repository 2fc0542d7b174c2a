"""Knowledge of single sites, as sorted data: `site_rules.toml` says what its keys mean."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from pipeline.errors import ConfigurationError

FILE: Final = Path(__file__).with_name("site_rules.toml")


@dataclass(frozen=True, slots=True)
class SiteRule:
    """What to take out of a site's pages, and where their body is."""

    drop: tuple[etree.XPath, ...] = ()
    body: etree.XPath | None = None


def load_site_rules(file: Path = FILE) -> Mapping[str, SiteRule]:
    """Read the rules by registered domain. Raises `ConfigurationError` naming the domain and what is wrong with it."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file}: {error}") from error
    if list(tables) != sorted(tables):
        raise ConfigurationError.of(f"{file.name}: order of the tables", ", ".join(tables), "sorted by domain")
    return {domain: _rule(domain, table) for domain, table in tables.items()}


def apply_site_rule(root: HtmlElement, rule: SiteRule) -> None:
    """Take out of the tree what the rule drops, and, where it finds the body, everything beside it."""
    for path in rule.drop:
        for element in _found(path, root):
            if element.getparent() is not None:
                element.drop_tree()
    bodies = _found(rule.body, root) if rule.body is not None else []
    page = root.find("body")
    if bodies and page is not None and bodies[0] is not page:
        for child in list(page):
            page.remove(child)
        page.append(bodies[0])


def _found(path: etree.XPath, root: HtmlElement) -> list[HtmlElement]:
    found = path(root)
    return [one for one in found if isinstance(one, HtmlElement)] if isinstance(found, list) else []


def _rule(domain: str, table: Mapping[str, object]) -> SiteRule:
    if unknown := (set(table) if isinstance(table, dict) else {"what is no table"}) - {"drop", "body"}:
        raise ConfigurationError.of(f"site rules of {domain}", ", ".join(sorted(unknown)), "drop, body")
    drop, body = table.get("drop", []), table.get("body")
    if not isinstance(drop, list) or not (body is None or isinstance(body, str)):
        raise ConfigurationError.of(f"site rules of {domain}", table, "drop: a list of XPath expressions; body: one")
    return SiteRule(drop=tuple(_path(domain, one) for one in drop), body=_path(domain, body) if body else None)


def _path(domain: str, expression: object) -> etree.XPath:
    try:
        return etree.XPath(str(expression))
    except (etree.XPathError, ValueError) as error:
        raise ConfigurationError.of(f"site rules of {domain}", expression, f"an XPath expression ({error})") from error
