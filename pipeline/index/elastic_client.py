"""The one connection to Elasticsearch: how it is made, and what its faults mean in the error tree."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import elasticsearch
from elasticsearch import ApiError, Elasticsearch, TransportError, UnsupportedProductError

from pipeline.errors import ConfigurationError, RetryableError, WireroomError
from pipeline.index.access import Access

MAJOR = elasticsearch.__version__[0]
_PASSING = frozenset({408, 413, 429, 500, 502, 503, 504})
_URL = "WIREROOM_INDEX_URL"


def connect(url: str, access: Access) -> Elasticsearch:
    """Return a client; nothing is sent yet.

    Raises:
        ConfigurationError: the address or the access cannot be right.
    """
    parts = urlsplit(url)
    shown = shown_url(url)
    user, password = access.user or unquote(parts.username or ""), access.password or unquote(parts.password or "")
    if access.api_key and user:
        raise ConfigurationError(f"WIREROOM_INDEX_API_KEY: {shown}: set either the key or a user with a password, not both")
    if access.ca is not None and not access.ca.is_file():
        raise ConfigurationError.of("WIREROOM_INDEX_CA", str(access.ca), "a PEM file of certificates that can be read")
    try:
        return Elasticsearch(
            [shown],
            basic_auth=(user, password) if user else None,
            api_key=access.api_key or None,
            ssl_context=ssl.create_default_context(cafile=str(access.ca)) if access.ca and parts.scheme == "https" else None,
            request_timeout=access.timeout_seconds,
            max_retries=0,  # what is tried again, and how often, is decided where it is known what was asked
            http_compress=False,
        )
    except (ValueError, OSError) as error:
        raise ConfigurationError.of(_URL, shown, f"https://HOST:PORT of an Elasticsearch {MAJOR} ({error})") from error


def shown_url(url: str) -> str:
    """Return the address with its port and without the user, as the client wants it and people may see it."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise ConfigurationError.of(_URL, parts.scheme + "://…", "a port from 1 to 65535") from error
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"


@contextmanager
def client_errors(url: str) -> Iterator[None]:
    """Turn whatever the client raises into the error tree, naming the address and the setting to change."""
    try:
        yield
    except TransportError as error:
        raise _transport_error(shown_url(url), error) from error
    except ApiError as error:
        raise _api_error(shown_url(url), error) from error


def _transport_error(url: str, error: TransportError) -> WireroomError:
    if isinstance(error, elasticsearch.SSLError) or "CERTIFICATE_VERIFY_FAILED" in repr(error):
        return ConfigurationError(
            f"WIREROOM_INDEX_CA: {url}: its certificate is not trusted ({_first_line(error)}); "
            "name the PEM file of the authority that signed it"
        )
    if "EOF occurred in violation of protocol" in repr(error) or "wrong version number" in repr(error).lower():
        return ConfigurationError(f"{_URL}: {url} does not speak TLS; write http://, or the right port")
    return RetryableError(f"index: {url}: {_first_line(error)}")


def _api_error(url: str, error: ApiError) -> WireroomError:
    status, reason = error.meta.status, reason_of(error)
    if isinstance(error, UnsupportedProductError):
        return ConfigurationError(f"{_URL}: {url} is not Elasticsearch; name an Elasticsearch {MAJOR}")
    if status == 400 and "media_type_header_exception" in repr(error.body):
        return ConfigurationError(f"{_URL}: {url} is an Elasticsearch of another major version; this client needs {MAJOR}.x: upgrade it")
    if status == 401:
        return ConfigurationError(f"WIREROOM_INDEX_USER: {url} does not accept the user and password, or API key ({reason}); correct them")
    if status == 403 and "cluster_block_exception" in repr(error.body):
        return RetryableError(f"index: {url} is read-only ({reason}); free disk space there, or lift the block")
    if status == 403:
        return ConfigurationError(f"WIREROOM_INDEX_USER: {url}: the user lacks a privilege ({reason}); docs/operations.md lists them")
    if status in _PASSING or "search_context_missing" in reason:
        return RetryableError(f"index: {url}: {status} {reason}")
    return ConfigurationError(f"index: {url}: {status} {reason}")


def reason_of(error: ApiError) -> str:
    """Return what the server says is wrong, in one line."""
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        return f"{body['error'].get('type')}: {body['error'].get('reason')}"[:500]
    return str(error.message)[:500]


def _first_line(error: TransportError) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def check_version(client: Elasticsearch, url: str) -> None:
    """Ask the server who it is.

    Raises:
        ConfigurationError: no Elasticsearch, one of another major version, or one that does not let us in.
        RetryableError: it does not answer.
    """
    with client_errors(url):
        number = str(client.info()["version"]["number"])
    if int(number.split(".", maxsplit=1)[0]) != MAJOR:
        raise ConfigurationError(f"{_URL}: {shown_url(url)} is Elasticsearch {number}; this client needs {MAJOR}.x: upgrade it")
