"""The lists of query names. What becomes of an address by them is in test_urls.py."""

from __future__ import annotations

import pytest

from pipeline.tracker_names import IDENTITY_NAMES, NAMES, PREFIXES, REFERRER_NAMES, REFERRERS, SESSION_NAMES, SITE_DROPS, SITE_KEEPS
from pipeline.urls import registered_domain

LISTS = {
    "prefixes": PREFIXES,
    "names": NAMES,
    "sessions": SESSION_NAMES,
    "referrer names": REFERRER_NAMES,
    "referrers": REFERRERS,
    "identity": IDENTITY_NAMES,
    **{f"drops of {domain}": names for domain, names in SITE_DROPS.items()},
    **{f"keeps of {domain}": names for domain, names in SITE_KEEPS.items()},
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_sorted_unique_and_lower_case(name: str) -> None:
    """They are looked up by lower-cased names: a capital would never match. Sorted, so that two people add without conflict."""
    names = LISTS[name]
    assert list(names) == sorted({one.lower() for one in names})


@pytest.mark.parametrize("table", [SITE_DROPS, SITE_KEEPS], ids=["drops", "keeps"])
def test_tables_of_sites_are_sorted_by_registered_domain(table: dict[str, tuple[str, ...]]) -> None:
    """They are looked up by it: a host below one would never match."""
    assert list(table) == sorted(table)
    assert [domain for domain in table if registered_domain(f"https://{domain}/") != domain] == []


def test_no_tracker_is_what_names_an_article_elsewhere() -> None:
    """A name that is dropped whatever its value may carry identity nowhere."""
    assert set(NAMES) & set(IDENTITY_NAMES) == set()
    assert [name for name in IDENTITY_NAMES if name.startswith(PREFIXES)] == []
    assert set(NAMES) & {*SESSION_NAMES, *REFERRER_NAMES} == set()


def test_no_name_is_listed_that_a_prefix_covers() -> None:
    """Twice said is a place to forget; and a prefix ends where its family's names begin."""
    assert [name for name in NAMES if name.startswith(PREFIXES)] == []
    assert [prefix for prefix in PREFIXES if not prefix.endswith("_")] == []


def test_a_site_changes_only_what_holds_elsewhere() -> None:
    """A drop that holds everywhere needs no site, and a keep is of something that would be dropped."""
    assert [(site, name) for site, names in SITE_DROPS.items() for name in names if name in NAMES] == []
    dropped = {*NAMES, *SESSION_NAMES, *REFERRER_NAMES}
    assert [(site, name) for site, names in SITE_KEEPS.items() for name in names if name not in dropped] == []
