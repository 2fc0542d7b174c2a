"""Makes the newsroom fixture known to the tests of the demo itself."""

from tests.newsroom import newsroom  # noqa: F401 - a fixture is used by being known
