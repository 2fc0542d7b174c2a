"""Folds are of sites."""

from __future__ import annotations

from training.reading import FOLDS, fold_of


def test_a_site_is_in_one_fold() -> None:
    """All hosts of a registered domain share it; seeds deal anew."""
    assert fold_of("https://www.harbor.example/a", 7) == fold_of("https://sport.harbor.example/b", 7)
    sites = [f"https://site-{number}.example/" for number in range(60)]
    assert {fold_of(site, 7) for site in sites} == set(range(FOLDS))
    assert [fold_of(site, 7) for site in sites] != [fold_of(site, 8) for site in sites]
