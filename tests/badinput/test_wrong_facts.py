"""Whatever is typed where a number, a date, a name or a PIN belongs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from models.text import clean_text
from tests.badinput.shell import HOSTILE, Shell, refusal
from tests.premises import PIN

CHECKOUT = Path(__file__).parents[2]

WRONG: Final = {
    "nothing": "",
    "blanks": " \t ",
    "emoji": "👩\u200d👩\u200d👧\u200d👦😀",
    "100 KB": "x" * 100_000,
    "a negative": "-1",
    "a huge number": "9" * 400,
    "wide digits": "１２",
    "no date": "2025-02-30",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "lines": "a\nb",
    "half a character": "a\udcffb",
    "hostile": HOSTILE["clipboard"] + HOSTILE["formula"] + HOSTILE["override"],
}
"""What nobody means who is asked for a ticket, a person, a date or a choice."""

ASKED: Final[dict[str, Callable[[str], tuple[str, ...]]]] = {
    "a ticket to show": lambda text: ("ticket", "show", "--", text),
    "a ticket to take": lambda text: ("ticket", "take", "--", text),
    "a ticket to note": lambda text: ("ticket", "note", "--", text, "x"),
    "a colleague": lambda text: ("ticket", "assign", "NO", f"--to={text}"),
    "a day": lambda text: ("ticket", "wait", "NO", f"--until={text}", "-n", "x"),
    "a party": lambda text: (
        "ticket", "wait", "NO", "-u", "2099-01-01", "-n", "x", f"--for={text}",
    ),
    "an outcome": lambda text: ("ticket", "resolve", "NO", f"--outcome={text}", "--cause=other"),
    "a priority": lambda text: ("ticket", "priority", "NO", "-n", "x", "--", text),
    "a kind": lambda text: ("ticket", "new", f"--kind={text}", "x"),
    "a receipt's line": lambda text: (
        "ticket", "new", "-k", "return", f"--receipt=20250303-0117/{text or 0}", "x",
    ),
    "a limit": lambda text: ("find", f"--limit={text}", "x"),
    "a person": lambda text: ("staff", "reset-pin", "--", text),
    "a new login": lambda text: ("staff", "add", "--name=N", "--", text or " "),
    "a role": lambda text: ("staff", "change", "li", f"--role={text or 0}"),
    "a version": lambda text: ("policy", "withdraw", "--", text or "x"),
    "a version's first day": lambda text: ("policy", "approve", f"--from={text or 0}", "--", "2"),
    "a pack": lambda text: ("policy", "add", "--", text),
    "a receipt to check": lambda text: ("check", "-r", "recall", "--", text or " ", "1"),
    "a line to check": lambda text: ("check", "-r", "recall", "--", "20250303-0117", text),
    "a reason": lambda text: ("check", "20250303-0117", "1", f"--reason={text}"),
    "an answer": lambda text: ("check", "20250303-0117", "1", "-r", "recall", f"--set={text}"),
    "an answer's value": lambda text: (
        "check", "20250303-0117", "1", "-r", "recall", f"--set=opened={text}",
    ),
    "a line that comes back": lambda text: (
        "return", "new", "-r", "recall", "--", "20250303-0117", text,
    ),
    "a return to show": lambda text: ("return", "show", "--", text),
    "a return to approve": lambda text: ("return", "approve", "--", text),
    "a day to cash up": lambda text: ("return", "cash-up", f"--day={text.strip() or 0}"),
    "an amount": lambda text: (
        "return", "compensate", f"--amount={text or 0}", "--base=x", "--", "NO",
    ),
    "a line of a receipt": lambda text: (
        "receipt", "type", "K", "--sold=2025-03-03", f"--line={text}",
    ),
    "a command": lambda text: (f"{text}!",),
}  # fmt: skip
"""Places where none of these is an answer."""


LOGINS: Final = ("-1", "2025-02-30", "9999-12-31", "0001-01-01", "ab")
"""Those of them that may be staff numbers, if odd ones."""


@pytest.mark.parametrize("name", ASKED)
def test_a_wrong_answer_is_refused_in_a_sentence_and_changes_nothing(
    shell: Shell, name: str
) -> None:
    no = shell.answer("ticket", "new", "-k", "return", "Lid")["no"]
    before = shell.answer("ticket", "list", "-v", "all"), shell.answer("staff", "list")

    for text in WRONG.values():
        words = tuple(no if word == "NO" else word for word in ASKED[name](text))
        if name == "a new login" and clean_text(text) in LOGINS:
            continue
        refusal(shell.work(*words))

    assert (shell.answer("ticket", "list", "-v", "all"), shell.answer("staff", "list")) == before


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_refusal_is_a_sentence_in_chinese_and_one_document_in_json(
    shell: Shell, text: str
) -> None:
    is_nothing = not clean_text(text).strip()
    status, code = (2, "invalid_input") if is_nothing else (1, "not_found")
    chinese = refusal(shell.work("ticket", "show", "--", text, COUNTER_LANGUAGE="zh_CN"), status)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
    result = shell.work("ticket", "show", "--json", "--", text)
    assert result.stdout.count("\n") == 1
    assert f'"error": "{code}"' in result.stdout


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_pin_signs_nobody_in(shell: Shell, text: str) -> None:
    typed = f"{text}\n".encode("utf-8", "surrogateescape")

    said = refusal(shell.type("ticket", "list", "--as", "sun", "--pin-stdin", typed=typed), 1)
    assert "do not go together" in said
    refusal(shell.type("staff", "set-pin", "li", "--pin-stdin", typed=typed + typed))


@pytest.mark.parametrize("login", ["nobody", "system", *WRONG.values()])
def test_an_unknown_person_signs_in_no_more_than_a_wrong_pin(shell: Shell, login: str) -> None:
    refusal(shell.type("ticket", "list", f"--as={login}", "--pin-stdin", typed=f"{PIN}\n"), 1, 2)


def test_without_any_input_nobody_waits_for_a_pin(shell: Shell) -> None:
    refusal(shell.type("ticket", "list", "--as", "sun", "--pin-stdin"), 1)
    result = shell.type("ticket", "list", "--as", "sun")
    assert result.exit_code == 1
    assert "Nothing was done." in result.stderr


@pytest.mark.parametrize(
    ("option", "text", "word"),
    [
        ("--name", "x" * 100_000, "At most 80 characters"),
        ("--code", "a b", "characters A-Z"),
        ("--code", "x" * 100_000, "characters A-Z"),
        ("--language", "fr", "not one of the choices"),
        ("--zone", "Mars/Base", "not one of the choices"),
        ("--zone", "../../etc/passwd", "not one of the choices"),
        ("--currency", "￥", "three letters"),
        ("--supervisor", "a b", "without blanks"),
    ],
)
def test_the_shop_is_not_described_wrongly(shell: Shell, option: str, text: str, word: str) -> None:
    before = shell.digest

    assert word in refusal(shell.type("init", f"{option}={text}"), 2)
    assert shell.digest == before
    assert not (shell.home / "settings.toml").exists()


@pytest.mark.parametrize("text", ["", "  ", " en "])
def test_a_blank_language_spoils_no_settings(shell: Shell, text: str) -> None:
    assert shell.type("init", f"--language={text}").exit_code == 0
    assert shell.type("export", "list").exit_code == 0


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_batch_bears_a_date_or_is_not_made(shell: Shell, text: str) -> None:
    result = shell.type("export", f"--date={text}")
    if result.exit_code:
        refusal(result, 2)
    made = list(shell.home.glob("exports/**/*.csv"))
    assert bool(made) == (result.exit_code == 0)


def test_a_file_name_may_be_anything_that_the_disk_allows(shell: Shell, tmp_path: Path) -> None:
    for name in ("[b]x.csv", "a\x1b[2Jb.csv", "a\u202eb.csv", "名.csv", "a b.csv"):
        (tmp_path / name).write_text("sku\n", encoding="utf-8")
        assert "lacks the column" in refusal(shell.type("import", "products", name), 1)


def test_a_name_that_is_too_long_for_the_disk_is_told(shell: Shell) -> None:
    long = "x" * 5000
    for words in (
        ("import", "products", long),
        ("export", "--out", long),
        ("backup", "--to", long),
        ("demo", "--receipts", long),
        ("--db", long, "export", "list"),
    ):
        refusal(shell.type(*words), 1)


@pytest.mark.parametrize("year", [1, 1970, 1980, 9999])
def test_a_clock_that_cannot_be_right_writes_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    defaults = {"clock": lambda: datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)}
    monkeypatch.setattr("counter.shop.open_shop.__kwdefaults__", defaults)
    before = shell.digest

    for words in (("export",), ("backup",), ("init", "--name", "X")):
        assert "This computer's clock says" in refusal(shell.type(*words), 1)
    assert shell.digest == before


# --- real processes -------------------------------------------------------------------------

TERMINALS: Final = {
    "plain": {"LC_ALL": "C"},
    "plain and strict": {
        "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii",
    },
    "GBK": {"PYTHONIOENCODING": "gbk"},
    "unknown locale": {"LC_ALL": "xx_YY.NOPE"},
    "dumb": {"TERM": "dumb"},
    "without a name": {"TERM": "", "COLUMNS": "x", "LINES": "-3"},
    "in no time zone": {"TZ": "Nope/Zone"},
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="locales of another system")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("terminal", TERMINALS)
def test_every_terminal_gets_an_answer_it_can_show(
    shell: Shell, terminal: str, language: str
) -> None:
    environment = os.environ | TERMINALS[terminal] | {"COUNTER_LANGUAGE": language}
    done = subprocess.run(
        [sys.executable, "-m", "counter", "--home", shell.home, "import", "products", "电饭煲"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr
