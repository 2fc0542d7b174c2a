"""Where hubs call: `/push/{id}`, with GET to verify what we asked for, with POST to deliver (WebSub).

Nobody logs in here. The id cannot be guessed, the ledger knows what was asked for, and deliveries are signed; what fails any
of these has no effect.
"""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from pipeline.web.desk import Callback
from pipeline.web.front import front_of

SLOWEST_SECONDS = 30.0  # for a whole body
MOST_PARAMETERS = 30


async def verify(request: Request, callback_id: str) -> Response:
    """Echo the challenge where the hub names what we asked for; 404 where not."""
    callback = await _callback(request, callback_id)
    try:
        asked_with = dict(parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS))
    except ValueError as error:
        raise HTTPException(400, f"More than {MOST_PARAMETERS} parameters.") from error
    status, text = await run_in_threadpool(callback.verify, callback_id, asked_with)
    return PlainTextResponse(text.encode("utf-8", "replace"), status_code=status)


async def deliver(request: Request, callback_id: str) -> Response:
    """Take what a hub delivers: 2xx once it is safe, or was not worth keeping."""
    callback = await _callback(request, callback_id)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Deliveries are taken as they are, not packed.")
    body = await _body(request, front_of(request).most_delivered)
    signature, content_type = request.headers.get("x-hub-signature"), request.headers.get("content-type", "")

    def keep() -> int:
        return callback.deliver(callback_id, body, signature=signature, content_type=content_type)

    return Response(status_code=await run_in_threadpool(keep))


async def _callback(request: Request, callback_id: str) -> Callback:
    """Return who answers hubs, before anything of the request is read. Raises 404 where nobody waits for this one."""
    opening = front_of(request).callback
    callback = await run_in_threadpool(opening) if opening else None
    if callback is None or not await run_in_threadpool(callback.knows, callback_id):
        raise HTTPException(404, "There is no such callback.")
    return callback


async def _body(request: Request, most: int) -> bytes:
    """Return the body. Raises 413 for one that is too large, told or not, and 408 for one that does not end."""
    told = request.headers.get("content-length", "0")
    body = bytearray()
    if told.isascii() and told.isdigit() and int(told) > most:
        raise HTTPException(413, f"At most {most} bytes are taken.")
    try:
        async with asyncio.timeout(SLOWEST_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise HTTPException(413, f"At most {most} bytes are taken.")
    except TimeoutError as error:
        raise HTTPException(408, "The body did not end in time.") from error
    except ClientDisconnect as error:
        raise HTTPException(400, "The body ended early.") from error
    return bytes(body)
