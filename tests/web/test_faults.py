"""What is answered when something is wrong."""

from __future__ import annotations

import pytest
from fastapi import Depends, HTTPException

from pipeline.errors import ConfigurationError, QuarantineError, RetryableError
from pipeline.web.app import create_app
from pipeline.web.faults import unsecret
from tests.web.front_desk import Browser, ShelfIndex, desk_of, refusing

DOWN = RetryableError("index at https://elastic:hunter2@search.example:9200: connection refused")


@pytest.mark.parametrize("path", ["/", "/?q=ferry", "/article/" + "0" * 32])
def test_an_index_that_is_down(path: str) -> None:
    """503 with what is wrong, what to do, when to come back, and no password."""
    answer = Browser(create_app(desk_of(open_index=refusing(DOWN)))).get(path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert "connection refused" in answer.text
    assert "wireroom doctor" in answer.text
    assert "hunter2" not in answer.text


def test_an_index_that_falls_over_while_asked() -> None:
    """The same where it was opened before."""
    index = ShelfIndex()
    browser = Browser(create_app(desk_of(index)))
    assert browser.get("/").status_code == 200
    index.fault = DOWN
    assert browser.get("/").status_code == 503
    index.fault = None
    assert browser.get("/").status_code == 200


def test_a_ledger_that_is_down() -> None:
    """The status page says so."""
    answer = Browser(create_app(desk_of(open_state=refusing(RetryableError("database is locked"))))).get("/status")
    assert (answer.status_code, "database is locked" in answer.text) == (503, True)


def test_a_wrong_setting() -> None:
    """503 too: the reader cannot mend it, and coming back soon does not help."""
    answer = Browser(create_app(desk_of(open_index=refusing(ConfigurationError("index_url: got 'x'"))))).get("/")
    assert answer.status_code == 503
    assert "retry-after" not in answer.headers
    assert "has to be set right" in answer.text


def test_any_other_error_of_the_tree() -> None:
    """Whatever an adapter raises on purpose is told in its own words."""
    answer = Browser(create_app(desk_of(open_index=refusing(QuarantineError("document 7 cannot be read"))))).get("/")
    assert (answer.status_code, "document 7 cannot be read" in answer.text) == (503, True)


def test_a_fault_of_ours() -> None:
    """500 without a word of the error: what it says was not written for readers."""
    answer = Browser(create_app(desk_of(open_index=refusing(ZeroDivisionError("secret detail"))))).get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "A fault of ours" in answer.text


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/api/nowhere", 404), ("/api/search?size=0", 400), ("/api/article/x", 404)]
)
def test_faults_of_pages_and_programs(path: str, status: int) -> None:
    """People get a page, programs get JSON, both the same status."""
    answer = Browser(create_app(desk_of())).get(path)
    assert answer.status_code == status
    if path.startswith("/api/"):
        assert list(answer.json()) == ["error"]
    else:
        assert "<h1>Not found</h1>" in answer.text


def test_programs_learn_what_is_down() -> None:
    """JSON with the reason and the remedy."""
    answer = Browser(create_app(desk_of(open_index=refusing(DOWN)))).get("/api/search")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "connection refused" in answer.json()["error"]
    assert "hunter2" not in answer.text


def test_posting_is_not_allowed() -> None:
    """The app reads and never writes."""
    answer = Browser(create_app(desk_of())).get("/", method="POST")
    assert answer.status_code == 405
    assert answer.headers["allow"]


def test_those_who_must_sign_in() -> None:
    """What a dependency of every route refuses keeps its status and headers."""

    def nobody() -> None:
        raise HTTPException(401, "Who are you?", headers={"WWW-Authenticate": "Bearer"})

    browser = Browser(create_app(desk_of(), dependencies=[Depends(nobody)]))
    for path in ("/", "/status", "/api/search", "/assets/wireroom.css", "/healthz"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_secrets_in_addresses() -> None:
    """Names and passwords are taken out of any URL; other texts stay."""
    assert unsecret("postgresql://me:pw@db/x and https://k@h/ but a@b.example") == "postgresql://…@db/x and https://…@h/ but a@b.example"
