"""WIREROOM_* settings: read once, checked once, told apart from where they came.

Order of precedence: environment, then `$WIREROOM_HOME/standalone.env` (written by `wireroom up` while the demo runs), then
`$WIREROOM_HOME/wireroom.env` (yours; KEY=value lines), then the defaults below.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import ConfigurationError

PREFIX = "WIREROOM_"
STANDALONE_ENV = "standalone.env"


def _loopback_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if host not in {"127.0.0.1", "[::1]"} or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("must be 127.0.0.1:PORT or [::1]:PORT")
    return value


class Settings(BaseSettings):
    """Every setting of Wireroom. docs/settings.md is generated from these descriptions."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    home: Path = Field(Path("var"), description="Data folder: state, archive, index and batch files live below it.")
    feeds: Path | None = Field(None, description="Feed file (TOML): whom we follow. Default: HOME/feeds.toml.")
    state_url: str = Field("", description="Database of the ledger, as an SQLAlchemy URL. Default: SQLite below HOME/state.")
    archive_url: str = Field("", description="Where raw pages are kept. Default: HOME/archive.")
    index_url: str = Field("", description="Search index: embedded:///PATH, or an Elasticsearch URL. Default: embedded below HOME/index.")

    contact: str = Field(
        "https://wireroom.invalid/about",
        description="Page or mailto that tells publishers who you are; sent in the User-Agent.",
        min_length=3,
    )
    batch_size: int = Field(200, ge=1, le=5000, description="Entries in a batch, at most.")
    shards: int = Field(4, ge=1, le=64, description="Parallel poll tasks; a host is always in one shard.")
    concurrency: int = Field(64, ge=1, le=1024, description="Requests under way at once in one task.")
    host_delay: float = Field(5.0, ge=0, le=3600, description="Seconds between two starts of article requests to one registered domain.")
    feed_host_delay: float = Field(2.0, ge=0, le=3600, description="The same for feeds.")
    patience: float = Field(
        120.0,
        ge=0,
        le=3600,
        description="Longest wait in seconds for a host's slot within a batch; what is due later goes back to the ledger.",
    )
    stale_after: float = Field(
        900.0, ge=10, le=86400, description="Seconds without a sign of life after which the sweep announces an unfinished batch again."
    )
    obey_robots_for_feeds: bool = Field(False, description="Make robots.txt binding for subscribed feeds too (articles always obey).")
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
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")

    def model_post_init(self, _context: Any) -> None:
        """Fill the places that follow from HOME, so that a reader of settings never has to."""
        home = self.home.expanduser().resolve()
        object.__setattr__(self, "home", home)
        object.__setattr__(self, "feeds", (self.feeds or home / "feeds.toml").expanduser().resolve())
        object.__setattr__(self, "state_url", self.state_url or f"sqlite:///{home / 'state' / 'wireroom.sqlite'}")
        object.__setattr__(self, "archive_url", self.archive_url or str(home / "archive"))
        object.__setattr__(self, "index_url", self.index_url or f"embedded://{home / 'index'}")

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
        return {name: _without_secret(value) for name, value in values.items()}


def _without_secret(value: object) -> object:
    if not isinstance(value, str) or "://" not in value:
        return value
    try:
        return make_url(value).render_as_string(hide_password=True)
    except ArgumentError:
        return value


def load_settings() -> Settings:
    """Read settings from the environment and the home's env file.

    Raises:
        ConfigurationError: names the setting, its value and what is allowed.
    """
    home = Path(os.environ.get(PREFIX + "HOME", "var")).expanduser()
    try:
        return Settings(_env_file=(home / "wireroom.env", home / STANDALONE_ENV), home=home)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise ConfigurationError.of(name, first.get("input"), str(first["msg"])) from error
