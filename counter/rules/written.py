"""What somebody wrote into a table, read key by key: each value, or what is wrong with it.

Policy packs and service targets are read with it. Nothing raises before all keys are read, so that
every fault is told at once; ``data.policies`` says in which line of which file a key stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from models.errors import InvalidInput
from models.messages import N_

NONE: Final = "none"
"""How a table says that a right or a rate does not exist."""


class Kind(NamedTuple):
    """How a parameter is read (a ValueError refuses it), and what it may be.

    What a later program adds must not be required, or no kept version could be judged by any more.
    """

    read: Callable[[Any], Any]
    possible: str
    required: bool = True


ANYTHING: Final = Kind(lambda value: value, "[...]")
"""A table, read as one of its own."""


def number(least: int, most: int) -> Kind:
    """A whole number within its bounds."""

    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError
        return value

    return Kind(read, f"{least} ... {most}")


def or_none(kind: Kind) -> Kind:
    """The same, or the word for a right or a rate that does not exist: None."""
    return Kind(
        lambda value: None if value == NONE else kind.read(value), f'{kind.possible}, "{NONE}"'
    )


def matching(pattern: str, possible: str) -> Kind:
    """A text of a fixed form."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError
        return value

    return Kind(read, possible)


def listed(read: Callable[[Any], Any], possible: str) -> Kind:
    """A list, each item of it read alike."""

    def read_all(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError
        return [read(one) for one in value]

    return Kind(read_all, possible)


# --- what can be wrong ----------------------------------------------------------------------

UNKNOWN: Final = N_("There is no parameter {key}. Correct its name, or take it out.")
MISSING: Final = N_("The parameter {key} is missing. Possible: {possible}.")
IMPOSSIBLE: Final = N_("The parameter {key} cannot be {value}. Possible: {possible}.")
REFUSED: Final = N_("The parameter {key} cannot be {value}: {detail}.")

_WITH_PLACE: Final = {
    UNKNOWN: N_(
        "{path}, line {line}: There is no parameter {key}. Correct its name, or take it out."
    ),
    MISSING: N_("{path}, line {line}: The parameter {key} is missing. Possible: {possible}."),
    IMPOSSIBLE: N_(
        "{path}, line {line}: The parameter {key} cannot be {value}. Possible: {possible}."
    ),
    REFUSED: N_("{path}, line {line}: The parameter {key} cannot be {value}: {detail}."),
}


class Fault(NamedTuple):
    """What is wrong with one key, whichever file it stands in."""

    sentence: str
    keys: tuple[str, ...]
    values: Mapping[str, object]

    @property
    def key(self) -> str:
        """Its name, with the tables that it stands in."""
        return ".".join(self.keys)


class Table:
    """One table, read key by key; what is wrong goes to one list for all of them."""

    def __init__(self, values: object, keys: tuple[str, ...], faults: list[Fault]) -> None:
        self.keys, self.faults = keys, faults
        self.values = values if isinstance(values, Mapping) else {}
        if not isinstance(values, Mapping):
            self.fault(IMPOSSIBLE, value=repr(values), possible="[...]")

    def fault(self, sentence: str, *key: str, **values: object) -> None:
        """Note that a key of this table, or the table itself, is wrong."""
        keys = (*self.keys, *key)
        self.faults.append(Fault(sentence, keys, {"key": ".".join(keys), **values}))

    def refuse(self, detail: object, *key: str) -> None:
        """Note why the value of a key, or of a key in a table inside, cannot be."""
        value: Any = self.values
        for name in key:
            value = value.get(name) if isinstance(value, Mapping) else None
        self.fault(REFUSED, *key, value=as_written(value), detail=detail)

    def read(self, kinds: Mapping[str, Kind]) -> dict[str, Any]:
        """The values of all the keys that are right."""
        read = {}
        for name, kind in kinds.items():
            if name not in self.values:
                if kind.required:
                    self.fault(MISSING, name, possible=kind.possible)
                continue
            value = self.values[name]
            try:
                read[name] = kind.read(value)
            except (ValueError, TypeError, KeyError):
                self.fault(IMPOSSIBLE, name, value=as_written(value), possible=kind.possible)
        for name in self.values:
            if name not in kinds:
                self.fault(UNKNOWN, name)
        return read

    def table(self, name: str) -> Table:
        """A table inside this one."""
        return Table(self.values.get(name), (*self.keys, name), self.faults)


def as_written(value: object) -> str:
    """A value as TOML and JSON write it."""
    return json.dumps(value, ensure_ascii=False, default=str)


def together(faults: Iterable[Fault]) -> InvalidInput:
    """All of them as one error; ``field`` of each names the key."""
    return _joined(InvalidInput(one.sentence, field=one.key, **one.values) for one in faults)


def placed(faults: Iterable[Fault], place_of: Callable[..., tuple[Path, int]]) -> InvalidInput:
    """The same, each with the file and the line that ``place_of`` finds for its keys."""
    return _joined(_placed(fault, *place_of(*fault.keys)) for fault in faults)


def _placed(fault: Fault, path: Path, line: int) -> InvalidInput:
    sentence = _WITH_PLACE[fault.sentence]
    return InvalidInput(sentence, field=fault.key, path=path, line=line, **fault.values)


def _joined(faults: Iterable[InvalidInput]) -> InvalidInput:
    found = tuple(faults)
    found[0].faults = found
    return found[0]
