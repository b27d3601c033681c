"""What was typed for an option or an argument, taken at once where it is plainly right.

Typer lets pydantic look at every value, and importing pydantic takes a command longer than reading
its list. What is written as it should be needs no such look: a text, a number within its bounds, a
term by its own name. Everything else goes to Typer, which says in its own words what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, NamedTuple, get_origin

from typer.core import TyperArgument, TyperOption

_UNCLEAR: Final = object()
"""Not plainly right: Typer decides."""


def take_plainly(parameter: object) -> None:
    """Let a finished parameter take what is plainly right by itself."""
    if type(parameter) is TyperOption:
        parameter.__class__ = _Option
    elif type(parameter) is TyperArgument:
        parameter.__class__ = _Argument


class _Taking(NamedTuple):
    """Makes the command's value out of a word, as Typer's own runtime parameter does."""

    typers: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value; none, or no values, where nothing was typed and there is no default."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        plain = _all_plain(value, param) if several else _plain(value, param)
        return self.typers().coerce(value, param=param, ctx=ctx) if plain is _UNCLEAR else plain


class _Option(TyperOption):
    def get_runtime_param(self) -> Any:
        return _Taking(super().get_runtime_param)


class _Argument(TyperArgument):
    def get_runtime_param(self) -> Any:
        return _Taking(super().get_runtime_param)


def _plain(value: Any, parameter: Any) -> Any:
    descriptor = parameter.type_descriptor
    kind, given = descriptor.annotation, descriptor.parameter_info
    try:
        if given.parser is not None:
            return given.parser(value)
        if kind is str and isinstance(value, str):
            return value
        if kind is int:
            return _whole_number(value, given)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(value)
    except ValueError:
        pass
    return _UNCLEAR


def _whole_number(value: Any, given: Any) -> Any:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    least = given.min if given.min is not None else value
    most = given.max if given.max is not None else value
    return value if isinstance(value, int) and least <= value <= most else _UNCLEAR


def _all_plain(values: Any, parameter: Any) -> Any:
    kind = parameter.type_descriptor.annotation
    texts = get_origin(kind) is list and kind.__args__ == (str,)
    if texts and isinstance(values, tuple | list) and all(isinstance(one, str) for one in values):
        return list(values)
    return _UNCLEAR
