"""Trained spaCy models: which there are, which are installed, and how one is installed when somebody asks for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.enrich.pipelines import BUILTIN, trained_languages, trained_package
from pipeline.errors import ConfigurationError, RetryableError

# The small model of each language that spaCy trains on news or web text. https://spacy.io/models
MODELS: Final[Mapping[str, str]] = {
    language: f"{package}_{'web' if package in ('en', 'zh') else 'news'}_sm".replace(package, f"{package}_core", 1)
    for language, package in {
        "ca": "ca", "da": "da", "de": "de", "el": "el", "en": "en", "es": "es", "fi": "fi", "fr": "fr", "hr": "hr", "it": "it", "ja": "ja",
        "ko": "ko", "lt": "lt", "mk": "mk", "nl": "nl", "no": "nb", "pl": "pl", "pt": "pt", "ro": "ro", "ru": "ru", "sl": "sl", "sv": "sv",
        "uk": "uk", "zh": "zh",
    }.items()
}  # fmt: skip

Run = Callable[[Sequence[str]], int]  # a command line → its exit code


def in_use() -> dict[str, str]:
    """Return language → the package that finds its names, "builtin" where no trained one is installed; "*" is every other language."""
    languages = sorted({*MODELS, *trained_languages()})
    return {language: trained_package(language) or BUILTIN for language in languages} | {"*": BUILTIN}


def told(found: Mapping[str, str]) -> str:
    """Say in one line which pipeline finds the names of which languages; `found` as `in_use` has it."""
    trained = [f"{language} {package}" for language, package in found.items() if package != BUILTIN]
    return ", ".join([*trained, f"{'every other language' if trained else 'every language'} {BUILTIN}"])


def run_visibly(command: Sequence[str]) -> int:
    """Run a command with this process's terminal."""
    return subprocess.run(command, check=False).returncode  # noqa: S603 - built from names of our own table


def install(language: str, *, run: Run = run_visibly) -> str:
    """Install the small trained model of a language with pip and return its package. Needs the network.

    Raises:
        ConfigurationError: there is none for that language.
        RetryableError: pip did not succeed; it has said why.
    """
    package = MODELS.get(language)
    if package is None:
        raise ConfigurationError.of("language", language, ", ".join(MODELS))
    if run([sys.executable, "-m", "spacy", "download", package]) != 0:
        raise RetryableError(f"{package}: could not be installed; it comes over the network, from github.com")
    return package
