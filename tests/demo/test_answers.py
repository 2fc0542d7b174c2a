"""answers.py: validators and conditions."""

from datetime import timedelta

import pytest

from pipeline.demo.answers import Answer, moved
from tests.demo.samples import PUBLISHED

ANSWER = Answer(body=b"text", changed_at=PUBLISHED + timedelta(milliseconds=300))
DATE = "Wed, 18 Nov 2026 07:42:00 GMT"
EARLIER = "Wed, 18 Nov 2026 07:41:59 GMT"


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ({}, False),
        ({"If-None-Match": ANSWER.etag}, True),
        ({"If-None-Match": f'"x", W/{ANSWER.etag}'}, True),
        ({"If-None-Match": "*"}, True),
        ({"If-None-Match": '"x"'}, False),
        ({"If-Modified-Since": DATE}, True),
        ({"If-Modified-Since": EARLIER}, False),
        ({"If-Modified-Since": "yesterday"}, False),
        ({"If-None-Match": '"x"', "If-Modified-Since": DATE}, False),
        ({"If-None-Match": ANSWER.etag, "If-Modified-Since": EARLIER}, True),
    ],
)
def test_conditions_are_met_as_the_standard_says(asked, same):
    """Tags go before dates; either alone is enough; what cannot be read is no condition."""
    assert ANSWER.matches(asked) is same


def test_validators_are_sent_where_the_time_is_known():
    """ETag and Last-Modified come together or not at all."""
    assert ANSWER.all_headers()["Last-Modified"] == DATE
    assert Answer(body=b"text").validators() == {}
    assert not Answer(body=b"text").matches({"If-None-Match": "*"})


def test_errors_are_never_unmodified():
    """A 404 is no body that a client has already."""
    assert not Answer(status=404, changed_at=PUBLISHED).matches({"If-None-Match": "*"})


def test_moved_names_the_place():
    """A redirect has its Location."""
    answer = moved("http://a.localhost/new")
    assert (answer.status, answer.all_headers()["Location"]) == (301, "http://a.localhost/new")
