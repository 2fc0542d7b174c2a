"""Servers that answer as an Elasticsearch would that we cannot have here: another version, closed doors, slow, or behind TLS."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError

Reply = tuple[int, dict[str, str], bytes]
Answering = Callable[[str, str, bytes, dict[str, str]], Reply]  # method, path, body, headers → reply
PRODUCT = {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/json"}


def error_reply(status: int, kind: str, reason: str) -> Reply:
    """An error as Elasticsearch writes it."""
    cause = {"type": kind, "reason": reason}
    return status, PRODUCT, json.dumps({"error": {"root_cause": [cause], **cause}, "status": status}).encode()


def greeting_of(version: str) -> Reply:
    """What a server of that version says of itself."""
    return 200, PRODUCT, json.dumps({"version": {"number": version}, "tagline": "You Know, for Search"}).encode()


@contextmanager
def serving(answering: Answering, *, certificate: Path | None = None) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, answer = answering(self.command, self.path, body, dict(self.headers))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _reply

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever hung up, hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def passing_on(url: str) -> Answering:
    """Answer as the server at the address does."""

    def answer(method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        kept = {name: value for name, value in headers.items() if name.lower() in {"accept", "content-type"}}
        asked = urllib.request.Request(url + path, data=body or None, method=method, headers=kept)
        try:
            with urllib.request.urlopen(asked) as reply:
                return reply.status, _kept(reply.headers), reply.read()
        except HTTPError as error:
            with error:
                return error.code, _kept(error.headers), error.read()

    return answer


def _kept(headers: object) -> dict[str, str]:
    pairs = dict(headers.items())  # type: ignore[attr-defined]
    return {name: value for name, value in pairs.items() if name.lower() in {"content-type", "x-elastic-product"}}


def self_signed(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1 that nobody signed, with its key; returns the PEM file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
