"""sending.py: what goes over the wire."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from pipeline.demo.answers import Answer
from pipeline.demo.sending import COMPRESSED_FROM, send
from tests.demo.samples import PUBLISHED

LONG = Answer(body=b"news " * COMPRESSED_FROM, content_type="text/html; charset=utf-8", changed_at=PUBLISHED)


def sent(answer, **headers):
    """The response to a request with these headers."""
    request = make_mocked_request("GET", "/", {name.replace("_", "-"): value for name, value in headers.items()})
    return asyncio.run(send(request, answer))


def wire(answer, **headers):
    """The body as bytes on the wire: prepared by aiohttp, which is what compresses."""

    async def prepared():
        request = make_mocked_request("GET", "/", {name.replace("_", "-"): value for name, value in headers.items()})
        response = await send(request, answer)
        await response.prepare(request)
        return response

    return asyncio.run(prepared())


def test_an_answer_goes_out_as_it_is():
    """Status, body and every header of it."""
    response = sent(Answer(status=404, body=b"nothing", headers={"Retry-After": "60"}))
    assert (response.status, response.body, response.headers["Retry-After"]) == (404, b"nothing", "60")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_who_has_it_gets_only_the_validators():
    """RFC 9110 asks for those a 200 would have had; a body would be the waste that 304 is there to spare."""
    response = sent(LONG, If_None_Match=LONG.etag)
    assert (response.status, response.body) == (304, None)
    assert {name: response.headers[name] for name in ("ETag", "Last-Modified")} == LONG.validators()
    changed = Answer(body=LONG.body + b"!", changed_at=PUBLISHED + timedelta(minutes=1))
    assert sent(changed, If_None_Match=LONG.etag).status == 200


@pytest.mark.parametrize(
    ("length", "accepts", "packed"),
    [
        (COMPRESSED_FROM, "gzip, deflate", True),
        (COMPRESSED_FROM - 1, "gzip, deflate", False),
        (COMPRESSED_FROM, "br", False),
        (COMPRESSED_FROM, "", False),
    ],
)
def test_gzip_where_it_is_asked_for_and_pays(length, accepts, packed):
    """Vary says that another client may be sent something else."""
    answer = Answer(body=b"x" * length)
    response = wire(answer, Accept_Encoding=accepts)
    assert response.headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert response.headers.get("Vary") == ("Accept-Encoding" if packed else None)
    assert response.body == answer.body


def test_the_same_answer_can_be_sent_again():
    """Nothing of one client's wishes sticks to it."""
    assert "Content-Encoding" in wire(LONG, Accept_Encoding="gzip").headers
    assert "Content-Encoding" not in wire(LONG).headers
    assert sent(LONG).headers["Content-Type"] == "text/html; charset=utf-8"
