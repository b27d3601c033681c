"""What tells one pack from another: every parameter that changed, by its key in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One parameter that is another one now.

    Attributes:
        key: its name, with the tables that it stands in: ``three_guarantees.tv.parts_wait_days``.
        was: its value before; of a list, what is gone from it; None where it did not exist.
        now: its value now; of a list, what is new in it; None where it is gone.
    """

    key: str
    was: Any
    now: Any


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference between two packs in JSON's types, in the order of the second one."""
    old, new = parameters(before), parameters(after)
    return [
        _change(key, old.get(key), new.get(key))
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    ]


def parameters(pack: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of a pack by its whole key; tables are taken apart, lists are not."""
    return dict(_flat(pack, ()))


def _flat(values: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*keys, name))
        else:
            yield ".".join((*keys, name)), value


def _change(key: str, was: Any, now: Any) -> Change:
    if isinstance(was, list) and isinstance(now, list):
        gone = [one for one in was if one not in now]
        come = [one for one in now if one not in was]
        if gone or come:
            return Change(key, gone, come)
    return Change(key, was, now)
