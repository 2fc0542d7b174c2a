"""The headers every answer carries."""

from __future__ import annotations

import pytest

from pipeline.errors import RetryableError
from pipeline.web.app import create_app
from pipeline.web.headers import HEADERS, POLICY
from tests.web.front_desk import Browser, ShelfIndex, desk_of, document, refusing

PATHS = (
    "/",
    "/?q=sorce:x",
    "/article/" + "1".zfill(32),
    "/article/no",
    "/status",
    "/help",
    "/assets/wireroom.css",
    "/api/search",
    "/healthz",
    "/nowhere",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_strict(path: str) -> None:
    """Pages, faults, files and JSON alike."""
    answer = Browser(create_app(desk_of(ShelfIndex([document()])))).get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize("error", [RetryableError("down"), ZeroDivisionError("ours")])
def test_faults_are_strict(error: Exception) -> None:
    """Even the answer to a fault of ours, which is made outside of everything else."""
    answer = Browser(create_app(desk_of(open_index=refusing(error)))).get("/")
    assert answer.status_code >= 500
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_the_policy_lets_nothing_run() -> None:
    """No script from anywhere, nothing from other hosts, no form sent elsewhere."""
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules == {
        "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "form-action": "'self'", "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }  # fmt: skip
