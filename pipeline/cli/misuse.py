"""A command line that cannot be read → a message that names the option, the value and what is allowed."""

from __future__ import annotations

from typing import Any

import typer

from pipeline.settings import number_words


def told(error: typer.TyperException) -> str:
    """Return what is wrong with the command line, and where help on it is.

    Typer's own classes of errors are private: they are known by what they carry.
    """
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    wrong = _given(error)
    if parameter is not None and wrong is not None:
        message = f"{_name(parameter, context)}: got {wrong!r}; allowed: {_allowed(parameter, error)}"
    elif parameter is not None:
        message = f"{_name(parameter, None)} is missing: {_without_stop(parameter.help or error.format_message())}"
    elif hasattr(error, "possibilities"):
        near = ", ".join(error.possibilities or ())
        message = f"{getattr(error, 'option_name', '')}: no such option{f'; did you mean {near}?' if near else ''}"
    else:
        message = _without_stop(error.format_message())
    if context is None:
        return message
    return f"{message}{' See' if message.endswith('?') else '; see'} `{context.command_path} --help`"


def is_help(error: typer.TyperException) -> bool:
    """Whether this is no error but a group of commands called without one: its message is the help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _given(error: typer.TyperException) -> object | None:
    """Return the value that was refused, None where there was none."""
    errors = getattr(error.__cause__, "errors", None)
    return errors()[0].get("input") if callable(errors) else None


def _name(parameter: Any, context: Any) -> str:
    """Return the name under which the value was given: an option, an argument, or an environment variable."""
    if context is not None and getattr(context.get_parameter_source(parameter.name), "name", "") == "ENVIRONMENT":
        return str(parameter.envvar)
    return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.display_name_raw)


def _allowed(parameter: Any, error: typer.TyperException) -> str:
    kind = parameter.type_descriptor
    if kind.is_choice:
        return ", ".join(str(getattr(choice, "value", choice)) for choice in kind.choices)
    if kind.annotation in {int, float}:
        return number_words(kind.annotation is int, lowest=kind.parameter_info.min, highest=kind.parameter_info.max)
    return "true or false" if kind.annotation is bool else error.message


def _without_stop(text: str) -> str:
    return text.removesuffix(".")
