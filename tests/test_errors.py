"""The error tree: what to do about an error is told by its class."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline import errors
from pipeline.errors import ConfigurationError, HostBusyError, NameServerError, QuarantineError, RetryableError, WireroomError

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WHAT_TO_DO = (RetryableError, QuarantineError, ConfigurationError)


def test_everything_raised_on_purpose_has_one_root() -> None:
    """Whoever catches it catches nothing else."""
    found = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert {WireroomError, HostBusyError, NameServerError, *WHAT_TO_DO} == set(found)
    assert all(issubclass(one, WireroomError) for one in found)
    assert WireroomError.__bases__ == (Exception,)


@pytest.mark.parametrize("error", WHAT_TO_DO)
def test_an_error_asks_for_one_thing_only(error: type[WireroomError]) -> None:
    """Try again, set aside, or call a person: never two of these."""
    assert [issubclass(error, other) for other in WHAT_TO_DO].count(True) == 1


def test_a_busy_host_says_until_when() -> None:
    """It is a passing fault, and nothing goes there before."""
    error = HostBusyError("news.example asks for a pause", until=NOON)
    assert isinstance(error, RetryableError)
    assert (str(error), error.until) == ("news.example asks for a pause", NOON)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("x", "'x'"), (3, "3"), (None, "None"), ("a\x1b[2J\nb", r"'a\x1b[2J\nb'"), ("it's", '"it\'s"')],
)
def test_a_wrong_field_is_told_in_one_form(value: object, shown: str) -> None:
    """Field, value as written, what is allowed; what would act on a terminal is escaped."""
    error = ConfigurationError.of("--size", value, "a whole number")
    assert type(error) is ConfigurationError
    assert str(error) == f"--size: got {shown}; allowed: a whole number"
