"""What is answered when something is wrong: what it is, whose it is to mend, and how. Never a traceback."""

from __future__ import annotations

import json
import re

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException as PlainHTTPException

from pipeline.errors import ConfigurationError, RetryableError, WireroomError
from pipeline.web.asking import MAX_QUERY
from pipeline.web.front import front_of
from pipeline.web.headers import put_on
from pipeline.web.lookup import Misasked

_USER_AND_PASSWORD = re.compile(r"://[^/@\s]+@")
_HEADINGS = {404: "Not found", 405: "Not allowed", 401: "Please sign in", 403: "Not for you"}
_RETRY_AFTER = "10"


def install(app: FastAPI) -> None:
    """Answer every kind of fault of this app."""
    app.add_exception_handler(Misasked, _misasked)
    app.add_exception_handler(PlainHTTPException, _refused)
    app.add_exception_handler(WireroomError, _down)
    app.add_exception_handler(Exception, _unexpected)


def unsecret(text: str) -> str:
    """Return the text with a user name and password in any URL taken out."""
    return _USER_AND_PASSWORD.sub("://…@", text)


def _misasked(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _of_a_program(request):
        return _as_json(str(error.detail), 400)
    text = request.query_params.get("q", "")[:MAX_QUERY]
    return front_of(request).page(request, "misasked.html", status=400, text=text, error=unsecret(str(error.detail)))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, PlainHTTPException)
    heading = _HEADINGS.get(error.status_code, "That did not work")
    message = "There is no such page here." if error.detail == "Not Found" else str(error.detail)
    return _answer(request, error.status_code, heading, message, headers=dict(error.headers or {}))


def _down(request: Request, error: Exception) -> Response:
    message = unsecret(str(error))
    if isinstance(error, RetryableError):
        remedy = "Nothing is lost: articles go on being collected. Try again in a moment; if it stays, `wireroom doctor` says what to do."
        return _answer(request, 503, "Out of reach for the moment", message, remedy, {"Retry-After": _RETRY_AFTER})
    if isinstance(error, ConfigurationError):
        remedy = "Whoever runs this Wireroom has to change a setting; `wireroom doctor` checks each part and says how."
        return _answer(request, 503, "Something has to be set right first", message, remedy)
    return _answer(request, 503, "This cannot be shown", message, "`wireroom doctor` checks each part and says what to do.")


def _unexpected(request: Request, _error: Exception) -> Response:
    """The server logs the error itself; here it stands outside of what sets the headers, so they are set by hand."""
    response = _answer(
        request, 500, "A fault of ours", "Something went wrong that should not have.", "The log of this server has the reason."
    )
    put_on(response.headers)
    return response


def _answer(request: Request, status: int, heading: str, message: str, remedy: str = "", headers: dict[str, str] | None = None) -> Response:
    if _of_a_program(request):
        return _as_json(f"{message} {remedy}".strip(), status, headers)
    return front_of(request).page(
        request, "fault.html", status=status, headers=headers, code=status, heading=heading, message=message, remedy=remedy
    )


def _as_json(message: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps({"error": unsecret(message)}), status_code=status, media_type="application/json", headers=headers)


def _of_a_program(request: Request) -> bool:
    path = str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))
    return path.startswith(("/api/", "/push/"))
