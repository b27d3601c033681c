"""The command line in both languages: help, usage, errors and answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from typer._click.core import Command
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.commands.session import invocation
from counter.commands.speech import TYPERS_WORDS, said
from counter.shop import open_shop
from counter.wrapping import cell_len, wrapped
from models.terms import Role
from tests.locale.pseudo import disguised, speak_pseudo, words_left
from tests.premises import PIN, Clock, hire, sell, shop_at

Run = Callable[..., Result]


def commands(command: Command, *before: str) -> Iterator[tuple[str, ...]]:
    """Every command of the program, by the words that call it."""
    yield before
    if isinstance(command, TyperGroup):
        for name, part in command.commands.items():
            yield from commands(part, *before, name)


def typed_words(command: Command) -> Iterator[str]:
    """What is typed as it stands: names of commands and options, choices, variables."""
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
        yield parameter.name
        yield str(parameter.envvar)
        descriptor = getattr(parameter, "type_descriptor", None)
        yield from map(str, getattr(descriptor, "choices", None) or ())
    if isinstance(command, TyperGroup):
        for name, part in command.commands.items():
            yield name
            yield from typed_words(part)


EVERY = tuple(commands(get_command(app)))
TYPED = frozenset(
    part
    for word in (*typed_words(get_command(app)), "help", "counter", "root")
    for part in re.findall("[A-Za-z]{2,}", word)
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types one command on a counter of its own."""
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, list(words), input=typed, prog_name="counter")

    return run


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    speak_pseudo(monkeypatch)


@pytest.fixture
def at_work(run: Run, tmp_path: Path, founded_store: Path, pin_hash: str) -> Run:
    """The same in a shop with a supervisor and a sale; the supervisor acts."""
    shop = shop_at(tmp_path / "home", Clock(), founded_store)
    hire(shop, "sun", Role.SUPERVISOR, pin_hash)
    sell(shop)
    shop.close()

    def as_supervisor(*words: str) -> Result:
        return run(*words, "--as", "sun", "--pin-stdin", typed=f"{PIN}\n")

    return as_supervisor


# --- help -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_no_word_of_help_escapes(run: Run, words: tuple[str, ...]) -> None:
    shown = run(*words, "--help").output

    assert disguised("Usage:") in shown
    assert words_left(shown, TYPED) == set()


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_is_chinese_where_the_counter_is(
    run: Run, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_LANGUAGE", "zh_CN")
    shown = run(*words, "--help").output

    assert shown.startswith("用法：")
    assert "显示本说明并退出。" in shown
    assert max(cell_len(line) for line in shown.splitlines() if "<" not in line) <= 80


@pytest.mark.parametrize(
    "environment", [{"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_SG.UTF-8", "LANG": "en_US.UTF-8"}]
)
def test_help_follows_the_locale(
    run: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert run("--help").output.startswith("用法：")


@pytest.mark.parametrize("form", ["--home {}", "--home={}"])
def test_help_follows_the_settings_of_the_counter_that_is_named(
    run: Run, tmp_path: Path, form: str
) -> None:
    (tmp_path / "settings.toml").write_text('language = "zh_CN"\n', encoding="utf-8")

    assert run(*form.format(tmp_path).split(), "ticket", "--help").output.startswith("用法：")
    assert run("ticket", "--help").output.startswith("Usage:")


def test_english_help_is_what_stands_in_the_code(run: Run) -> None:
    shown = run("ticket", "new", "--help").output

    assert "Usage: counter ticket new [OPTIONS] {SUMMARY}\n\n  Open a ticket.\n" in shown
    assert re.search(r"--kind <inquiry\|.*>\n +What kind of ticket\.  \[required\]", shown)


def test_help_says_what_a_value_means_where_it_is_not_the_word(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> str:
        return " ".join(run("ticket", "new", "--help").output.split())

    assert "How the customer came. counter=at the counter; phone=telephone; " in shown()
    assert "What kind of ticket. [required]" in shown()
    monkeypatch.setenv("COUNTER_LANGUAGE", "zh_CN")
    assert "工单类别。 inquiry=咨询; complaint=投诉; " in shown()


# --- what was typed wrongly -----------------------------------------------------------------

WRONG = [
    ("ticket",),
    ("staff",),
    ("tickets",),
    ("xyz",),
    ("--xyz",),
    ("--hom",),
    ("find",),
    ("find", "x", "y"),
    ("find", "x", "--limit", "many"),
    ("find", "x", "--limit", "0"),
    ("find", "x", "--limit", "9999"),
    ("find", "x", "--limit"),
    ("find", "x", "--json=1"),
    ("ticket", "new", "x"),
    ("ticket", "new", "x", "--kind", "xyz"),
    ("ticket", "priority", "1"),
    ("ticket", "close", "1"),
    ("import", "xyz", "x.csv"),
]


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_no_word_of_an_error_escapes(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert words_left(result.stderr, TYPED | set(words) | {"xyz", "hom"}) == set()


def test_an_error_says_where_help_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("find").stderr.splitlines() == [
        "Usage: counter find [OPTIONS] {TEXT}",
        "Try 'counter find --help' for help.",
        "",
        "Error: Missing argument 'TEXT'.",
    ]
    monkeypatch.setenv("COUNTER_LANGUAGE", "zh_CN")
    assert run("find", "x", "--limit", "0").stderr.splitlines() == [
        "用法： counter find [选项] {文字}",
        "如需帮助，请运行「counter find --help」。",
        "",
        "错误：'--limit' / '-l' 的值无效：不得小于 1",
    ]


def test_what_typer_does_not_say_stays_as_it_is() -> None:
    assert said("Anything else.") == "Anything else."
    assert said("") == ""


@pytest.mark.parametrize("sentence", TYPERS_WORDS)
def test_every_sentence_of_typer_is_recognised(
    sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_pseudo(monkeypatch)
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "'0'")

    assert said(sentence.format(**values)) == disguised(sentence).format(**values)


# --- answers --------------------------------------------------------------------------------

ANSWERS = [
    ("staff", "list"),
    ("staff", "add", "8", "--name", "王"),
    ("staff", "add", "王", "--name", "王"),
    ("staff", "reset-pin", "sun"),
    ("staff", "change", "sun", "--left"),
    ("find", "5678"),
    ("find", "0000"),
    ("ticket", "new", "坏了", "--kind", "repair", "-r", "20250303-0117/1"),
    ("ticket", "new", "坏了", "--kind", "repair", "-r", "0"),
    ("ticket", "new", "", "--kind", "repair"),
    ("ticket", "list"),
    ("ticket", "list", "-v", "all", "-f", "0"),
    ("ticket", "show", "1"),
]


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("words", ANSWERS, ids=" ".join)
def test_no_word_of_an_answer_escapes(at_work: Run, words: tuple[str, ...]) -> None:
    result = at_work(*words)

    assert isinstance(result.exception, SystemExit | None)
    assert words_left(result.output, DATA) == set()


DATA = frozenset("sun Sun Rice cooker Cotton towel".split())


@pytest.mark.usefixtures("pseudo")
def test_no_word_of_a_ticket_s_life_escapes(at_work: Run) -> None:
    words = at_work("ticket", "new", "坏了", "--kind", "repair").output.split()
    number = words[0]
    for step in (
        ("take",),
        ("respond", "-n", "已告知"),
        ("note", "记"),
        ("wait", "-u", "1", "-n", "问"),
        ("assign", "--department", "部"),
        ("priority", "P1", "-n", "急"),
        ("correct", "误", "--no-receipt", "--no-customer"),
        ("correct", "误", "--customer-name", "王", "--receipt", "0"),
        ("undo",),
        ("undo",),
        ("resolve", "--outcome", "repaired", "--cause", "product", "--liability", "supplier"),
        ("show",),
        ("close", "--informed"),
        ("cancel", "误"),
        ("list",),
    ):
        name, *rest = step
        result = at_work("ticket", name, *([] if name == "list" else [number]), *rest)
        assert words_left(result.output, DATA) == set(), step


@pytest.mark.usefixtures("pseudo")
def test_no_word_of_a_return_s_life_escapes(
    at_work: Run, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counter.shop.open_shop", partial(open_shop, clock=Clock()))
    new = ("return", "new", "20250303-0117", "2", "-r", "no_reason", "-q", "1")
    number = at_work(*new, "--mode", "mail", "-n", "色差").output.split()[0]
    for words in (
        ("check", "20250303-0117", "2", "-r", "no_reason", "--on", "2025-03-05"),
        ("check", "20250303-0117", "2", "-r", "no_reason", "-s", "0"),
        ("return", "show", number),
        ("return", "ship", number, "77"),
        ("return", "approve", number),
        ("return", "receive", number, "--received", "0.5", "-s", "resale_ok=false"),
        ("return", "refund", number),
        ("return", "give-back", number, "不退"),
        ("return", "compensate", number, "--amount", "5", "--base", "商誉"),
        ("return", "compensation", "pay", number, "--method", "cash"),
        ("return", "show", number),
        ("return", "list"),
        ("return", "list", "-v", "ended"),
        (*new, "--through", "settle"),
        ("return", "slip", number),
        ("return", "slip", number, "--print"),
        ("return", "cash-up"),
        ("return", "expire"),
        ("receipt", "type", "77", "--sold", "2025-03-03", "-l", "锅,1,1", "-n", "旧"),
        ("receipt", "type", "78", "--sold", "2025-03-03", "-l", "锅,1"),
    ):
        result = at_work(*words) if words[-1] != "expire" else run(*words)
        assert words_left(result.output, DATA | OF_RETURNS) == set(), words


OF_RETURNS = frozenset(
    "Counter RC TW SN CNY NR cn counter return approve receive refund settle exchange give back "
    "compensate resale_ok resale ok printer file dev usb lp".split()
)
"""The shop, goods and rules by their numbers, what is typed next, what an example names."""


@pytest.mark.usefixtures("pseudo")
def test_no_word_of_the_machine_s_commands_escapes(at_work: Run, run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("sku,name,barcode\n1,王,123\n2,,\n", encoding="utf-8")
    no_table = tmp_path / "2.csv"
    no_table.write_text("a,b\n", encoding="utf-8")
    (tmp_path / "datapackage.json").write_text("[]", encoding="utf-8")
    for words in (
        ("init",),
        ("doctor",),
        ("export",),
        ("export",),
        ("export", "list"),
        ("export", "verify", str(tmp_path)),
        ("export", "--date", "1"),
        ("backup",),
        ("restore",),
        ("restore", str(bad)),
        ("doctor", "--repair"),
        ("doctor", "--full"),
        ("import", "products", str(bad)),
        ("import", "products", str(no_table)),
        ("import", "products", str(bad), "--dry-run"),
        ("demo", "--receipts", str(tmp_path / "r.csv")),
        ("demo", "--make", str(tmp_path / "made"), "--tickets", "20"),
        ("demo", "--make", str(tmp_path / "made")),
        ("staff", "roles"),
    ):
        result = run(*words)
        assert isinstance(result.exception, SystemExit | None), words
        assert words_left(result.output, DATA | KNOWN) == set(), words


KNOWN = frozenset(
    "Asia CNY Counter English SHOP Shanghai SQLite wal quick check integrity GB".split()
    + "customer phone ticket receipt product sku name bad barcode missing field csv".split()
)
"""What the shop is by default, parts of the store, and codes of rejected rows."""


# --- layout ---------------------------------------------------------------------------------


def test_lines_are_as_wide_as_the_terminal_in_cells() -> None:
    text = "导入小票、商品、顾客或人员；有问题的行写入 FILE.rejects.csv。再来一次（COUNTER_HOME）。"
    lines = wrapped(text, 20)

    assert all(cell_len(line) <= 22 for line in lines)
    assert not [line for line in lines if line[0] in "，。；：、！？）"]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrapped("", 20) == [""]
    assert wrapped("one two three", 7) == ["one two", "three"]
