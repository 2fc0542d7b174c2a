"""WIREROOM_* settings: read once, checked once, told apart by where they came from.

Order of precedence: environment, then `$WIREROOM_HOME/standalone.env` (written by `wireroom up`, in force while it runs the
demo or a folder of pages), then `$WIREROOM_HOME/wireroom.env` (yours; KEY=value lines), then the defaults below. An empty value is as
none at all. `WIREROOM_HOME` itself can only come from the environment.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from pipeline.errors import ConfigurationError

PREFIX: Final = "WIREROOM_"
STANDALONE_ENV: Final = "standalone.env"
STANDALONE_LOCK: Final = "standalone.lock"  # held by `wireroom up` while it runs
OWN_ENV: Final = "wireroom.env"
DEFAULT_HOME: Final = "var"

_CONTACT: Final = re.compile(r"(?:https?://|mailto:)[!-'*-~]+")  # printable ASCII without the parentheses that end a comment
_CALLBACK: Final = re.compile(r"https?://[^\s/?#@]+(?:/[!$-.0-;=A-Z_a-z~]*)*")
_PASSWORD: Final = re.compile(r"(://[^:/?#@]*):.*@")
_SECRET_ARGUMENT: Final = re.compile(r"([?&][^=&]*(?:pass|pwd|secret|token|key)[^=&]*=)[^&]*", re.IGNORECASE)


def _loopback_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if host not in {"127.0.0.1", "[::1]"} or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise ValueError("127.0.0.1:PORT or [::1]:PORT")
    return value


def _callback(value: str) -> str:
    if not _CALLBACK.fullmatch(value) or len(value) > 500:
        raise ValueError("an address as https://news.example.org/wireroom/push, without ? and #")
    return value.rstrip("/")


def _contact(value: str) -> str:
    if not _CONTACT.fullmatch(value) or len(value) > 200:
        raise ValueError("an address as https://example.org/bot or mailto:you@example.org")
    return value


def _absolute(value: Path) -> Path:
    try:
        return value.expanduser().resolve()
    except (RuntimeError, OSError, ValueError) as error:  # ~nobody; a loop of links; a zero byte
        raise ValueError(f"a path that can be found ({error})") from error


def _folder(value: str) -> str:
    if "://" in value:
        raise ValueError("a folder of this machine or of a mounted disk")
    return str(_absolute(Path(value))) if value else ""


class Settings(BaseSettings):
    """Every setting of Wireroom. docs/settings.md is generated from these descriptions."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    home: Annotated[Path, AfterValidator(_absolute)] = Field(
        Path(DEFAULT_HOME), description="Data folder: state, archive, index and batch files live below it."
    )
    feeds: Annotated[Path, AfterValidator(_absolute)] | None = Field(
        None, description="Feed file (TOML): whom we follow. Default: HOME/feeds.toml."
    )
    state_url: str = Field("", description="Database of the ledger, as an SQLAlchemy URL. Default: SQLite below HOME/state.")
    archive_url: Annotated[str, AfterValidator(_folder)] = Field("", description="Folder of the raw pages. Default: HOME/archive.")
    index_url: str = Field(
        "",
        description="Search index: embedded:///PATH, or https://HOST:PORT of Elasticsearch 9 (with ?alias=NAME where several share it). "
        "Default: embedded below HOME/index.",
    )
    index_user: str | None = Field(None, description="User of Elasticsearch.")
    index_password: SecretStr | None = Field(None, description="Password of that user.")
    index_api_key: SecretStr | None = Field(None, description="API key of Elasticsearch, encoded; instead of user and password.")
    index_ca: Annotated[Path, AfterValidator(_absolute)] | None = Field(
        None, description="PEM file of the authority that signed Elasticsearch's certificate, where the system does not know it."
    )
    index_timeout: float = Field(60.0, gt=0, le=600, description="Seconds to wait for an answer of Elasticsearch.")

    contact: Annotated[str, AfterValidator(_contact)] = Field(
        "https://wireroom.invalid/about",
        description="Page or mailto that tells publishers who you are; sent in the User-Agent.",
    )
    batch_size: int = Field(200, ge=1, le=5000, description="Entries in a batch, at most.")
    backfill_batches: int = Field(
        4, ge=1, le=100, description="Batches of backfill that may be unfinished at once; live news passes between them."
    )
    shards: int = Field(4, ge=1, le=64, description="Parallel poll tasks; a host is always in one shard.")
    concurrency: int = Field(64, ge=1, le=1024, description="Requests under way at once in one task.")
    host_delay: float = Field(5.0, ge=0, le=3600, description="Seconds between two starts of article requests to one registered domain.")
    feed_host_delay: float = Field(2.0, ge=0, le=3600, description="The same for feeds.")
    poll_patience: float = Field(
        40.0,
        gt=0,
        le=240,
        description="Entry-minutes that may wait unseen before a poll is worth it, and with its root how many entries: less of it makes "
        "more requests and earlier entries.",
    )
    patience: float = Field(
        120.0,
        ge=0,
        le=3600,
        description="Longest wait in seconds for a host's slot within a batch; what is due later goes back to the ledger.",
    )
    stale_after: float = Field(
        900.0, ge=10, le=86400, description="Seconds without a sign of life after which the sweep announces an unfinished batch again."
    )
    taken_down_searchable: Literal["never", "before", "always"] = Field(
        "before",
        description="When the text of an article that its publisher took down is found: `before` lets `as_of:` a moment before then find "
        "it. It is kept and shown by id either way.",
    )
    vector_model: Path | None = Field(
        None,
        description="Static model that makes a vector of each article, by which `similar` finds others: a folder, or the name of one below "
        "HOME/models (`wireroom models vectors` puts it there). Unset: no vectors.",
    )
    template_pages: int = Field(
        8,
        ge=0,
        le=100,
        description="Pages of a site that a line must stand on before it is its template and taken out. 0 or 1: nothing is learned.",
    )
    keep_decisions_days: int = Field(400, ge=1, le=36500, description="Days that polls and decisions are kept for `status` and `explain`.")
    ask_tdm_reservation: bool = Field(
        True, description="Ask each site once a day for /.well-known/tdmrep.json, and keep with each page what it reserves."
    )
    obey_robots_for_feeds: bool = Field(False, description="Make robots.txt binding for subscribed feeds too (articles always obey).")
    closed_robots_forbid: bool = Field(
        False, description="Take a robots.txt that answers 401 or 403 for a no to everything; the standard (RFC 9309) takes it for a yes."
    )
    cut_crawl_delay: bool = Field(
        False, description="Fetch from hosts that ask for more than 120 seconds between requests, each 120 seconds; else they are left out."
    )
    callback_url: Annotated[str, AfterValidator(_callback)] | None = Field(
        None,
        description="Public address of the push callback, as https://news.example.org/wireroom/push: what hubs reach there must come to "
        "/push of the search page. Without it nothing is subscribed to.",
    )
    local_newsroom: Annotated[str, AfterValidator(_loopback_address)] | None = Field(
        None,
        description="For demo and tests only: 127.0.0.1:PORT. Every name resolves to this address and port, "
        "and it alone is let through the address guard.",
    )

    connect_timeout: float = Field(10.0, gt=0, le=120, description="Seconds to connect.")
    read_timeout: float = Field(25.0, gt=0, le=300, description="Seconds between two pieces of an answer.")
    total_timeout: float = Field(60.0, gt=0, le=600, description="Seconds for a whole answer, redirects included.")
    max_redirects: int = Field(10, ge=0, le=20, description="Redirects followed.")
    max_feed_bytes: int = Field(15_000_000, ge=1000, description="Size of a feed after decompression.")
    max_page_bytes: int = Field(10_000_000, ge=1000, description="Size of an article page after decompression.")

    web_host: str = Field("127.0.0.1", description="Address the search page listens on.")
    web_port: int = Field(8810, ge=1, le=65535, description="Port of the search page.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="What the command line logs to standard error: DEBUG, INFO, WARNING or ERROR."
    )

    def model_post_init(self, _context: Any) -> None:
        """Fill the places that follow from HOME, so that a reader of settings never has to."""
        fill = object.__setattr__  # the model is frozen for everybody else
        fill(self, "feeds", self.feeds or self.home / "feeds.toml")
        fill(self, "vector_model", self.vector_model and self.home / "models" / self.vector_model.expanduser())
        fill(self, "state_url", self.state_url or f"sqlite:///{self.home / 'state' / 'wireroom.sqlite'}")
        fill(self, "archive_url", self.archive_url or str(self.home / "archive"))
        fill(self, "index_url", self.index_url or f"embedded://{quote(str(self.home / 'index'))}")

    @property
    def feed_file(self) -> Path:
        """The feed file's absolute path."""
        assert self.feeds is not None
        return self.feeds

    @property
    def user_agent(self) -> str:
        """`Wireroom/version (+contact)`; the product token is the one robots.txt is asked for."""
        from pipeline import __version__

        return f"Wireroom/{__version__} (+{self.contact})"

    def shown(self) -> dict[str, object]:
        """Return the effective settings with secrets hidden, for `wireroom config`."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: _without_secret(name, value) for name, value in values.items()}


def _without_secret(name: str, value: object) -> object:
    if isinstance(value, SecretStr):
        return "***"
    return without_secret(str(value)) if name.endswith("_url") and value else value


def without_secret(url: str) -> str:
    """Return a URL with what may be a password or a token replaced by ***: rather too much than too little."""
    return _SECRET_ARGUMENT.sub(r"\1***", _PASSWORD.sub(r"\1:***@", url))


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def load_settings() -> Settings:
    """Read settings from the environment and the home's env files.

    Raises:
        ConfigurationError: names the setting, its value and what is allowed.
    """
    home = _home()
    files = _env_files(home)
    for file in files:
        _check_names(file)
    try:
        return Settings(_env_file=files, home=home)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        shown = first.get("input")
        raise ConfigurationError.of(
            PREFIX + name.upper(), without_secret(shown) if isinstance(shown, str) else str(shown), _allowed(name, str(first["msg"]))
        ) from error


def origins() -> dict[str, str]:
    """Return where each setting's value comes from: "environment", the name of an env file, or "default"."""
    places = [*((file.name, _lines(file)) for file in _env_files(_home())), ("environment", _environment())]
    found = dict.fromkeys(Settings.model_fields, "default")
    for place, values in places:
        found |= {name: place for name in found if values.get(PREFIX.lower() + name)}
    return found


def unknown_names() -> tuple[str, ...]:
    """Return the WIREROOM_* variables of the environment that are no setting: most likely mistyped."""
    return tuple(sorted(name.upper() for name in _environment() if _is_unknown(name) and name.upper() not in _TEST_VARIABLES))


_TEST_VARIABLES: Final = {"WIREROOM_SHARED", "WIREROOM_TEST_POSTGRES_URL"}


def _home() -> Path:
    given = os.environ.get(PREFIX + "HOME") or DEFAULT_HOME
    try:
        return _absolute(Path(given))
    except ValueError as error:
        raise ConfigurationError.of(PREFIX + "HOME", given, str(error)) from error


def _env_files(home: Path) -> tuple[Path, ...]:
    """Return the env files in force, the weaker one first. One that a killed `wireroom up` left behind is not."""
    return (home / OWN_ENV, home / STANDALONE_ENV) if _may_be_up(home / STANDALONE_LOCK) else (home / OWN_ENV,)


def _may_be_up(lock: Path) -> bool:
    """Whether somebody holds the lock, or nobody can tell. The kernel frees a lock with its holder, however that one ends."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # held; or there is none, or a disk without locks
        return True
    return False


def _environment() -> Mapping[str, str | None]:
    return {name.lower(): value for name, value in os.environ.items() if name.upper().startswith(PREFIX)}


def _lines(path: Path) -> Mapping[str, str | None]:
    """Return the values of an env file by lower-case name; none where there is no file."""
    try:
        return DotEnvSettingsSource(Settings, env_file=path).env_vars
    except (OSError, UnicodeDecodeError, RuntimeError) as error:
        raise ConfigurationError(f"{path}: cannot be read as KEY=value lines in UTF-8: {error}") from error


def _check_names(path: Path) -> None:
    """Refuse what would be passed over in silence: mistyped names, and a home that would have to be known already."""
    for name, value in _lines(path).items():
        place = f"{path}: {name.upper()}"
        if name == PREFIX.lower() + "home":
            raise ConfigurationError.of(place, value, "only in the environment: this file is found through it")
        if _is_unknown(name) or name in Settings.model_fields:
            raise ConfigurationError(f"{place}: there is no such setting{_near(name)}; docs/settings.md lists them")


def _is_unknown(name: str) -> bool:
    """Whether a lower-case variable name has our prefix and is no setting."""
    return name.startswith(PREFIX.lower()) and name.removeprefix(PREFIX.lower()) not in Settings.model_fields


def _near(name: str) -> str:
    found = get_close_matches(name.removeprefix(PREFIX.lower()), list(Settings.model_fields), n=1)
    return f"; did you mean {PREFIX}{found[0].upper()}?" if found else ""


# ── what is allowed ───────────────────────────────────────────────────────────────────────────────────────────────


def numbers_allowed(name: str) -> str:
    """Return in words which numbers a setting takes; '' for a setting that is no number."""
    field = Settings.model_fields[name]
    if field.annotation not in {int, float}:
        return ""
    bounds = {kind: getattr(rule, kind) for rule in field.metadata for kind in ("ge", "gt", "le") if hasattr(rule, kind)}
    return number_words(field.annotation is int, lowest=bounds.get("ge"), above=bounds.get("gt"), highest=bounds.get("le"))


def _allowed(name: str, complaint: str) -> str:
    if Settings.model_fields[name].annotation is bool:
        return "true or false"
    return numbers_allowed(name) or complaint.removeprefix("Value error, ").removeprefix("Input should be ")


def number_words(whole: bool, *, lowest: float | None = None, above: float | None = None, highest: float | None = None) -> str:
    """Return in words which numbers are allowed: "a whole number from 1 to 5000"."""
    kind = "a whole number" if whole else "a number"
    if above is not None:
        return f"{kind} above {above:,.10g}" + ("" if highest is None else f" and up to {highest:,.10g}")
    if highest is None:
        return kind if lowest is None else f"{kind} of at least {lowest:,.10g}"
    return f"{kind} up to {highest:,.10g}" if lowest is None else f"{kind} from {lowest:,.10g} to {highest:,.10g}"
