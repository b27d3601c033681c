"""What the program does in terminals that can little, and where there is none at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from counter.shop import Shop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pty on this system")

POOR: Final = {
    "no TERM": ("-u", "TERM"),
    "an unknown TERM": ("TERM=nosuch",),
    "LC_ALL=C": ("LC_ALL=C",),
    "LC_ALL=POSIX": ("LC_ALL=POSIX",),
    "no locale at all": ("-u", "LANG", "-u", "LC_ALL", "-u", "LC_CTYPE"),
    "a locale that is not here": ("LC_ALL=xx_YY.UTF-8",),
}
"""What is done to the environment, in the words of env(1)."""


def command(shop: Shop, *changes: str, words: tuple[str, ...] = ()) -> list[str]:
    """The program under a changed environment."""
    shop.close()
    home = str(shop.places.home)
    return ["env", *changes, sys.executable, "-m", "counter", "--home", home, *words]


@pytest.mark.parametrize("changes", POOR.values(), ids=POOR.keys())
def test_the_screens_can_be_used(shop: Shop, changes: tuple[str, ...]) -> None:
    from tests.bench.terminal import Terminal

    with Terminal(command(shop, *changes), {"COUNTER_LANGUAGE": "zh_CN"}) as terminal:
        terminal.wait_for("保存")
        terminal.settle()
        assert b"Traceback" not in terminal.output


@pytest.mark.parametrize("words", [(), ("demo",)], ids=["counter", "counter demo"])
def test_a_dumb_terminal_is_told_in_a_sentence(shop: Shop, words: tuple[str, ...]) -> None:
    from tests.bench.terminal import Terminal

    with Terminal(command(shop, words=words), {"TERM": "dumb", "COUNTER_LANGUAGE": "en"}) as dumb:
        dumb.wait_for("Use another one, or the commands: counter --help")
        with pytest.raises(TimeoutError):  # it has ended
            dumb.wait_for("never")
        assert b"\x1b" not in dumb.output


@pytest.mark.parametrize("words", [(), ("demo",)], ids=["counter", "counter demo"])
@pytest.mark.parametrize("closed", ["</dev/null", ">/dev/null", "<&-", ">&-", "<&- >&-"])
def test_without_a_terminal_a_sentence_is_said_and_nothing_drawn(
    shop: Shop, words: tuple[str, ...], closed: str
) -> None:
    ended = in_a_shell(command(shop, words=words), closed)

    assert ended.returncode == 2
    assert ended.stderr == (
        "The screens need a terminal. In scripts use the commands: counter --help\n"
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_commands_end_in_order_where_a_stream_is_closed(shop: Shop, closed: str) -> None:
    told = in_a_shell(command(shop, words=("staff", "roles")), closed)
    asked = in_a_shell(command(shop, words=("ticket", "list", "--as", "li")), closed)

    assert told.returncode == 0
    assert asked.returncode == 1
    assert "Traceback" not in told.stderr + asked.stderr
    assert not list(shop.places.home.glob("crashes/*"))


def in_a_shell(command: list[str], redirected: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the shell's redirections and without a terminal."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirected}', "sh", *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "COUNTER_LANGUAGE": "en"},
        cwd=Path(__file__).parents[2],
        timeout=120,
        check=False,
        start_new_session=True,
    )
