"""Whatever is given to ``counter policy`` as a pack: told where it is wrong, changing nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from data.policies import shipped_pack
from tests.badinput.shell import HOSTILE, Shell, refusal

GOOD: Final = shipped_pack("cn").files[0][1]


def _with(old: str, new: str) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode("utf-8", "surrogatepass")


PACKS: Final[dict[str, bytes]] = {
    "empty": b"",
    "blanks": b" \n\t\n",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
    "no UTF-8": GOOD.encode("utf-16"),
    "Big5": "# 退貨\n".encode("big5"),
    "JSON": b'{"name": "cn"}',
    "cut off": GOOD.encode()[:3000],
    "a key twice": _with("distance_days = 7", "distance_days = 7\ndistance_days = 8"),
    "deep": b"a = " + b"[" * 5000,
    "one list": b"name = [1]",
    "a huge number": _with("distance_days = 7", f"distance_days = {'9' * 400}"),
    "a fraction": _with("distance_days = 7", "distance_days = 7.5"),
    "no number": _with("distance_days = 7", "distance_days = nan"),
    "a date of TOML": _with('effective_from = "2024-07-01"', "effective_from = 2024-07-01"),
    "a table for a number": _with("distance_days = 7", "distance_days = {a = 1}"),
    "a number for a table": _with("[fraud]\ntimes = 3\nminimum_minor = 50000\n", ""),
    "nothing but the name": b'name = "cn"\n',
    "another pack's rest days": _with('rest_days = "cn"', 'rest_days = "../cn"'),
    "rest days as a list": _with('rest_days = "cn"', "rest_days = []"),
    "an unknown tier": _with("silver = 0", "tin = 0"),
    "a limit below zero": _with(
        "clerk_refund_limit_minor = 100000", "clerk_refund_limit_minor = -1"
    ),
    "no hours": _with("audit_hours = 24", "audit_hours = 0"),
    **{
        f"hostile: {name}": _with('name = "cn"', f"name = {json.dumps(text)}")
        for name, text in HOSTILE.items()
    },
}
"""Files that are no pack, or one with faults."""


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_that_is_none_is_refused_in_sentences_and_changes_nothing(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(PACKS[name])
    before = shell.answer("staff", "list"), shell.type("policy", "list").stdout

    for result in (
        shell.type("policy", "check", str(path)),
        shell.type("policy", "diff", "1", str(path)),
        shell.work("policy", "add", str(path)),
    ):
        assert "mine.toml" in refusal(result, 1, 2)

    assert (shell.answer("staff", "list"), shell.type("policy", "list").stdout) == before


@pytest.mark.parametrize("kind", ["a folder", "nothing", "a loop"])
def test_a_path_that_is_no_file_is_told(shell: Shell, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mine.toml"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a loop":
        path.symlink_to(path)

    assert "mine.toml" in refusal(shell.type("policy", "check", str(path)))
    assert "mine.toml" in refusal(shell.work("policy", "add", str(path)))


def _flip(chance: random.Random, content: bytearray) -> None:
    content[chance.randrange(len(content))] = chance.randrange(256)


def _drop(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    del content[at : at + chance.randrange(1, 80)]


def _double(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    content[at:at] = content[at : at + chance.randrange(1, 80)]


def test_a_damaged_pack_is_told_or_is_another_good_one(shell: Shell, tmp_path: Path) -> None:
    chance = random.Random(4)
    harms: tuple[Callable[[random.Random, bytearray], None], ...] = (_flip, _drop, _double)
    path = tmp_path / "mine.toml"
    statuses = set()
    for _turn in range(60):
        content = bytearray(GOOD.encode())
        chance.choice(harms)(chance, content)
        path.write_bytes(content)
        result = shell.type("policy", "check", str(path))
        statuses.add(result.exit_code)
        if result.exit_code:
            refusal(result, 1, 2)

    assert statuses <= {0, 1, 2}
    assert {0, 2} <= statuses
