"""A settings file or a variable that means nothing: said, with what it may be."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import screens
from counter.keymap import IDS, is_key, sorted_out
from counter.places import Places
from screens.app import CounterApp
from screens.sign_in import SignIn
from tests.badinput.shell import Shell, refusal
from tests.screens.front import Front, until

WRONG_FILES: Final = {
    "no value": (b"language = ", "no valid TOML"),
    "twice": (b"theme = 'normal'\ntheme = 'normal'", "no valid TOML"),
    "nested without end": (b"a=" + b"[" * 3000 + b"]" * 3000, "no valid TOML"),
    "binary": (b"\x00\x01\xff", "not UTF-8"),
    "GBK": ('theme = "红"'.encode("gbk"), "not UTF-8"),
    "UTF-16": ("theme = 'normal'".encode("utf-16"), "not UTF-8"),
    "unknown": (b"nope = 1", "There are: language, theme"),
    "unknown and hostile": (b'"a\\u001b[2Jb" = 1', "There are: language, theme"),
    "another language": (b"language = 'fr'", "en, zh_CN"),
    "a number for a language": (b"language = 5", "en, zh_CN"),
    "a list for a language": (b"language = ['en']", "en, zh_CN"),
    "a hostile theme": (b'theme = "\\u001b]0;x\\u0007"', "normal, high-contrast"),
    "no time to lock": (b"lock_after_minutes = 0", "1 ... 480"),
    "a word for minutes": (b"lock_after_minutes = 'soon'", "1 ... 480"),
    "a huge number": (b"lock_after_minutes = 99999999999999999999", "1 ... 480"),
    "a number for a folder": (b"exports = 5", "/srv/exports"),
    "another way to mask": (b"personal_data = 'all'", "full, masked, pseudonymous"),
    "no table of keys": (b"keymap = 'f9'", '"app.lock" = "f9"'),
    "a number for a key": (b"[keymap]\n'app.lock' = 9", '"app.lock" = "f9"'),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_wrong_settings_file_is_said_with_its_place(shell: Shell, name: str) -> None:
    content, word = WRONG_FILES[name]
    path = shell.home / "settings.toml"
    path.write_bytes(content)
    before = shell.digest

    for words in (("export", "list"), ("backup",), ("init", "--language", "en")):
        said = refusal(shell.type(*words), 2)
        assert word in said
        assert str(path) in said
    assert shell.digest == before
    assert path.read_bytes() == content
    assert shell.type("staff", "roles").exit_code == 0


@pytest.mark.parametrize("content", [b"\xef\xbb\xbftheme = 'normal'\r\n", b"# only words\n", b""])
def test_what_an_editor_adds_is_no_fault(shell: Shell, content: bytes) -> None:
    (shell.home / "settings.toml").write_bytes(content)

    assert shell.type("export", "list").exit_code == 0
    assert shell.type("init", "--language", "zh_CN").exit_code == 0
    assert "批次" in shell.type("export", "list").stdout


def test_a_folder_in_the_place_of_the_settings_is_named(shell: Shell) -> None:
    (shell.home / "settings.toml").mkdir()

    assert "settings.toml cannot be read" in refusal(shell.type("export", "list"), 2)


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("COUNTER_LANGUAGE", "fr", "en, zh_CN"),
        ("COUNTER_THEME", "\x1b[2J", "normal, high-contrast"),
        ("COUNTER_LOCK_AFTER_MINUTES", "x", "1 ... 480"),
        ("COUNTER_KEYMAP", "x", '"app.lock" = "f9"'),
        ("COUNTER_KEYMAP", "[1]", '"app.lock" = "f9"'),
        ("COUNTER_PERSONAL_DATA", "x", "full, masked, pseudonymous"),
        ("COUNTER_DB", "mysql://x", "cannot be opened"),
    ],
)
def test_a_wrong_variable_is_said(shell: Shell, variable: str, value: str, word: str) -> None:
    assert word in refusal(shell.type("export", "list", **{variable: value}), 2)


# --- keys -----------------------------------------------------------------------------------

KEYMAP: Final = '[keymap]\n"app.lock" = "f12"\n"app.nope" = "f9"\n"app.find" = "no+such"\n'


def test_a_wrong_key_is_said_by_commands_which_work_all_the_same(shell: Shell) -> None:
    (shell.home / "settings.toml").write_text(KEYMAP, encoding="utf-8")
    result = shell.type("export", "list")

    assert result.exit_code == 0
    assert "no action app.nope" in result.stderr
    assert "app.find keeps its own key, because there is no key 'no+such'" in result.stderr


def test_the_application_starts_with_a_wrong_key_and_says_which(shell: Shell) -> None:
    (shell.home / "settings.toml").write_text(KEYMAP, encoding="utf-8")
    app = CounterApp(Places.find(shell.home))

    async def run() -> None:
        async with app.run_test(size=(120, 24)) as pilot:
            await until(pilot, app.opened.is_set, 10)
            front = Front(app, pilot)
            await front.reaches(SignIn)
            await front.until(lambda: "no action app.nope" in front.status)

    asyncio.run(run())


def test_the_application_says_what_is_wrong_with_its_settings(shell: Shell) -> None:
    (shell.home / "settings.toml").write_text("language = 5\n", encoding="utf-8")
    app = CounterApp(Places.find(shell.home))

    async def run() -> None:
        async with app.run_test(size=(120, 24)) as pilot:
            front = Front(app, pilot)
            # The lines break where the folder's name lets them.
            await front.until(lambda: "en, zh_CN" in " ".join(front.text.split()))

    asyncio.run(run())


def test_every_binding_may_be_given_another_key() -> None:
    for module in walk_packages(screens.__path__, "screens."):
        import_module(module.name)
    seen: set[str] = set()
    left: list[type[DOMNode]] = [DOMNode]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if kind.__module__.startswith("screens."):
            bindings = Binding.make_bindings(kind.__dict__.get("BINDINGS", ()))
            seen |= {binding.id for binding in bindings if binding.id}

    assert sorted(seen - IDS) == []
    assert sorted(IDS - seen) == []


@pytest.mark.parametrize("key", ["f9", "ctrl+k", "ctrl+shift+f5", "k", "?", "question_mark", "up"])
def test_a_key_that_a_terminal_sends_is_one(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["", " ", "f0", "f99", "ctrl+", "nokey", "ctrl-k", "\x1b", "a b"])
def test_another_is_none(key: str) -> None:
    assert not is_key(key)


def test_several_keys_are_kept_together() -> None:
    kept, faults = sorted_out({"app.lock": "f12,ctrl+k", "app.quit": "f13,nokey"}, Path("s.toml"))

    assert kept == {"app.lock": "f12,ctrl+k"}
    assert [str(fault) for fault in faults] == [
        "s.toml: app.quit keeps its own key, because there is no key 'nokey'."
    ]
