"""Settings: what is in force, where it came from, and how a wrong one is told."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.settings import Settings, load_settings, number_words, origins, unknown_names, without_secret

# variable → a value that is refused, and what the message says is allowed
WRONG = {
    "TEMPLATE_PAGES": [("101", "a whole number from 0 to 100")],
    "BATCH_SIZE": [("x", "a whole number from 1 to 5,000"), ("0", "from 1"), ("5001", "to 5,000"), ("2.5", "a whole number")],
    "SHARDS": [("65", "a whole number from 1 to 64")],
    "CONCURRENCY": [("-1", "a whole number from 1 to 1,024")],
    "HOST_DELAY": [("-1", "a number from 0 to 3,600"), ("nan", "a number"), ("inf", "a number")],
    "FEED_HOST_DELAY": [("soon", "a number from 0 to 3,600")],
    "PATIENCE": [("3601", "a number from 0 to 3,600")],
    "STALE_AFTER": [("9", "a number from 10 to 86,400")],
    "POLL_PATIENCE": [("0", "a number above 0 and up to 240")],
    "ASK_TDM_RESERVATION": [("perhaps", "true or false")],
    "CLOSED_ROBOTS_FORBID": [("perhaps", "true or false")],
    "CUT_CRAWL_DELAY": [("120", "true or false")],
    "OBEY_ROBOTS_FOR_FEEDS": [("perhaps", "true or false")],
    "KEEP_DECISIONS_DAYS": [("0", "a whole number from 1 to ")],
    "CALLBACK_URL": [
        (value, "an address as https://news.example.org/wireroom/push, without ? and #")
        for value in ("news.example.org", "ftp://news.example.org/", "https://a.example/push?x=1", "https://a.example/#x", "https://a b/")
    ],
    "LOCAL_NEWSROOM": [(value, "127.0.0.1:PORT or [::1]:PORT") for value in ("example.org:80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:٣")],
    "CONNECT_TIMEOUT": [("0", "a number above 0 and up to 120")],
    "READ_TIMEOUT": [("301", "a number above 0 and up to 300")],
    "TOTAL_TIMEOUT": [("601", "a number above 0 and up to 600")],
    "MAX_REDIRECTS": [("21", "a whole number from 0 to 20")],
    "MAX_FEED_BYTES": [("1", "a whole number of at least 1,000")],
    "MAX_PAGE_BYTES": [("1e9", "a whole number of at least 1,000")],
    "WEB_PORT": [("65536", "a whole number from 1 to 65,535")],
    "LOG_LEVEL": [("loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'")],
    "CONTACT": [
        (value, "https://example.org/bot") for value in ("me", "https://x\r\nX-Evil: 1", "https://x/(y)", "https://x/" + "y" * 200)
    ],
    "ARCHIVE_URL": [("s3://bucket/pages", "a folder of this machine")],
    "TAKEN_DOWN_SEARCHABLE": [("perhaps", "'never', 'before' or 'always'")],
    "BACKFILL_BATCHES": [("0", "a whole number from 1 to 100")],
    "INDEX_TIMEOUT": [("0", "a number above 0 and up to 600")],
    "INDEX_CA": [("~nobody-of-this-name/ca.pem", "a path that can be found")],
    "FEEDS": [("~nobody-of-this-name/feeds.toml", "a path that can be found")],
    "HOME": [("~nobody-of-this-name/var", "a path that can be found")],
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is not there yet, named by the environment."""
    folder = tmp_path / "a home"
    monkeypatch.setenv("WIREROOM_HOME", str(folder))
    return folder


def test_all_places_follow_from_home(home: Path) -> None:
    """Nobody who reads settings has to know the defaults; loading makes nothing."""
    settings = load_settings()
    assert settings.home == home
    assert settings.feed_file == home / "feeds.toml"
    assert settings.state_url == f"sqlite:///{home}/state/wireroom.sqlite"
    assert settings.archive_url == f"{home}/archive"
    assert settings.index_url == f"embedded://{home.parent}/a%20home/index"
    assert not home.exists()


def test_the_default_home_is_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the folder one is in; an empty variable is as none at all."""
    monkeypatch.chdir(tmp_path)
    assert load_settings().home == tmp_path / "var"
    monkeypatch.setenv("WIREROOM_HOME", "")
    assert load_settings().home == tmp_path / "var"


def test_tilde_and_relative_paths_become_absolute(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task may run in another folder than the one the setting was written in."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WIREROOM_FEEDS", "~/mine.toml")
    monkeypatch.setenv("WIREROOM_ARCHIVE_URL", "~/pages")
    settings = load_settings()
    assert settings.feed_file == tmp_path / "mine.toml"
    assert settings.archive_url == str(tmp_path / "pages")


def test_precedence_and_origin_of_each_value(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment before standalone.env before wireroom.env before the defaults, and `config` can tell which it was."""
    home.mkdir()
    (home / "wireroom.env").write_text("# mine\nexport WIREROOM_SHARDS=5\nWIREROOM_PATIENCE='6'\nWIREROOM_BATCH_SIZE=7\nPATH=/bin\n")
    (home / "standalone.env").write_text("WIREROOM_PATIENCE=8\nWIREROOM_BATCH_SIZE=9\n")
    monkeypatch.setenv("WIREROOM_BATCH_SIZE", "10")
    monkeypatch.setenv("WIREROOM_CONCURRENCY", "")
    settings = load_settings()
    assert (settings.shards, settings.patience, settings.batch_size, settings.concurrency) == (5, 8.0, 10, 64)
    came_from = origins()
    assert list(came_from) == list(Settings.model_fields)
    assert [came_from[name] for name in ("shards", "patience", "batch_size", "concurrency", "home")] == [
        "wireroom.env",
        "standalone.env",
        "environment",
        "default",
        "environment",
    ]


def test_what_a_killed_up_left_behind_is_not_in_force(home: Path) -> None:
    """Its lock is free then, though the file is there; a command must not ask a newsroom that is gone."""
    home.mkdir()
    (home / "wireroom.env").write_text("WIREROOM_SHARDS=5\n")
    (home / "standalone.env").write_text("WIREROOM_SHARDS=9\n")
    with (home / "standalone.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert (load_settings().shards, origins()["shards"]) == (9, "standalone.env")
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert (load_settings().shards, origins()["shards"]) == (5, "wireroom.env")
        (home / "standalone.env").write_text("WIREROOM_NOTHING=9\n")
        assert load_settings().shards == 5


@pytest.mark.parametrize(("name", "value", "allowed"), [(name, *wrong) for name, cases in WRONG.items() for wrong in cases])
def test_a_wrong_setting_is_named_with_what_is_allowed(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    """Variable, value, what is allowed."""
    monkeypatch.setenv(f"WIREROOM_{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"WIREROOM_{name}: got {value!r}; allowed: ")
    assert allowed in message


def test_every_setting_that_can_be_wrong_is_tried() -> None:
    """A new setting needs its case above. These take any text: their rooms judge it."""
    assert set(WRONG) | {"STATE_URL", "INDEX_URL", "WEB_HOST", "INDEX_USER", "INDEX_PASSWORD", "INDEX_API_KEY", "VECTOR_MODEL"} == {
        name.upper() for name in Settings.model_fields
    }


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("WIREROOM_BATCHSIZE=3", "wireroom.env: WIREROOM_BATCHSIZE: there is no such setting; did you mean WIREROOM_BATCH_SIZE?"),
        ("BATCH_SIZE=3", "BATCH_SIZE: there is no such setting; did you mean WIREROOM_BATCH_SIZE?"),
        ("WIREROOM_QQQQ=3", "WIREROOM_QQQQ: there is no such setting; docs/settings.md lists them"),
        ("WIREROOM_HOME=/elsewhere", "WIREROOM_HOME: got '/elsewhere'; allowed: only in the environment"),
        ("WIREROOM_BATCH_SIZE=0", "WIREROOM_BATCH_SIZE: got '0'; allowed"),
        (b"\xff\xfe", "wireroom.env: cannot be read as KEY=value lines in UTF-8"),
    ],
)
def test_an_env_file_passes_nothing_over(home: Path, line: str | bytes, complaint: str) -> None:
    """A mistyped name in one's own file would change nothing, in silence."""
    home.mkdir()
    (home / "wireroom.env").write_bytes(line if isinstance(line, bytes) else line.encode())
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert complaint in str(caught.value)


def test_a_mistyped_name_keeps_its_secret(home: Path) -> None:
    """The value of a name we do not know may be a password: it is not repeated."""
    home.mkdir()
    (home / "wireroom.env").write_text("WIREROOM_STATEURL=postgresql://u:hush@h/d\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "hush" not in str(caught.value)


def test_unknown_variables_of_the_environment_are_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be somebody else's (Kubernetes makes such names), so they stop nothing; `doctor` tells."""
    monkeypatch.setenv("WIREROOM_BATCHSIZE", "3")
    monkeypatch.setenv("WIREROOM_SHARDS", "3")
    assert load_settings().batch_size == 200
    assert unknown_names() == ("WIREROOM_BATCHSIZE",)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://wire:hush@db:5432/wireroom", "postgresql+psycopg://wire:***@db:5432/wireroom"),
        ("postgresql://wire:p@ss/hush@db/wireroom", "postgresql://wire:***@db/wireroom"),
        (
            "postgresql://db/wireroom?user=wire&password=hush&sslmode=require",
            "postgresql://db/wireroom?user=wire&password=***&sslmode=require",
        ),
        ("https://elastic:hush@search:9200/?api_key=hush", "https://elastic:***@search:9200/?api_key=***"),
        ("no url: wire:hush", "no url: wire:hush"),
        ("sqlite:////data/wireroom.sqlite", "sqlite:////data/wireroom.sqlite"),
        ("embedded:///data/index", "embedded:///data/index"),
    ],
)
def test_secrets_are_hidden(url: str, shown: str) -> None:
    """Passwords and tokens; what is no URL at all cannot be known to hold one."""
    assert without_secret(url) == shown


def test_the_shown_settings_hold_no_secret_and_are_complete(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but the password of the database, in the order of the class."""
    monkeypatch.setenv("WIREROOM_STATE_URL", "postgresql://wire:hush@db/wireroom")
    shown = load_settings().shown()
    assert list(shown) == list(Settings.model_fields)
    assert shown["state_url"] == "postgresql://wire:***@db/wireroom"
    assert shown["contact"] == "https://wireroom.invalid/about"
    monkeypatch.setenv("WIREROOM_INDEX_PASSWORD", "silence")
    assert load_settings().shown()["index_password"] == "***"
    assert "silence" not in repr(load_settings())


def test_the_user_agent_says_who_is_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Product, version, and the contact in a comment."""
    monkeypatch.setenv("WIREROOM_CONTACT", "mailto:desk@example.org")
    assert load_settings().user_agent.startswith("Wireroom/")
    assert load_settings().user_agent.endswith(" (+mailto:desk@example.org)")


def test_settings_do_not_change(home: Path) -> None:
    """Whoever holds them may rely on them."""
    with pytest.raises(ValueError, match="frozen"):
        load_settings().shards = 9  # type: ignore[misc]


def test_every_setting_says_what_it_does() -> None:
    """docs/settings.md and `wireroom config` are made of these sentences."""
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({}, "a whole number"),
        ({"lowest": 0}, "a whole number of at least 0"),
        ({"highest": 9000}, "a whole number up to 9,000"),
        ({"lowest": 1, "highest": 65535}, "a whole number from 1 to 65,535"),
        ({"above": 0}, "a whole number above 0"),
        ({"above": 0, "highest": 1}, "a whole number above 0 and up to 1"),
    ],
)
def test_number_words(bounds: dict[str, float], words: str) -> None:
    """Each kind of range in words."""
    assert number_words(True, **bounds) == words
