"""A small HTTP server on 127.0.0.1, on a free port unless told otherwise, that answers as a test says, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, Any]  # status, and bytes as they are or anything else as JSON
Answering = Callable[[Asked], Answer]


@dataclass(slots=True)
class LocalHttp:
    """The server. `answer` may be replaced at any time."""

    answer: Answering
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> LocalHttp:
        local = self

        class Handler(BaseHTTPRequestHandler):
            def _meet(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, self.path, dict(self.headers), body)
                local.asked.append(asked)
                status, content = local.answer(asked)
                sent = content if isinstance(content, bytes) else json.dumps(content).encode()
                if status == 0:  # no HTTP at all
                    self.wfile.write(sent)
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_GET = do_POST = do_PUT = _meet

            def log_message(self, *_words: object) -> None:
                """Tests look at `asked`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
