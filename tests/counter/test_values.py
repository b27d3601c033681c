"""What a command takes by itself is what Typer would have made of the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer._click.core import Command

from counter.commands.session import named_path
from counter.commands.values import take_plainly
from models.terms import TicketView


def run(
    texts: Annotated[list[str] | None, typer.Argument()] = None,
    text: Annotated[str, typer.Option()] = "",
    number: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    free: Annotated[int | None, typer.Option()] = None,
    cut: Annotated[int, typer.Option(min=1, max=9, clamp=True)] = 3,
    view: Annotated[TicketView, typer.Option()] = TicketView.WORKING,
    any_case: Annotated[TicketView | None, typer.Option(case_sensitive=False)] = None,
    folder: Annotated[Path | None, typer.Option(parser=named_path)] = None,
    unlike: Annotated[Path | None, typer.Option()] = None,
    many: Annotated[list[int] | None, typer.Option()] = None,
    flag: Annotated[bool | None, typer.Option("--flag/--no-flag")] = None,
) -> dict[str, Any]:
    """One parameter of each kind."""
    return dict(locals())


def command(*, plain: bool) -> Command:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(run)
    made = typer.main.get_command(app)
    for parameter in made.get_params(typer.Context(made)) if plain else ():
        take_plainly(parameter)
    return made


PLAIN, TYPERS = command(plain=True), command(plain=False)


def answer(asked: Command, words: list[str]) -> Any:
    """What the command is given, or how it is refused."""
    try:
        return asked.main(words, standalone_mode=False)
    except typer.TyperException as refused:
        return type(refused), refused.format_message()


OPTIONS = "text number free cut view any-case folder unlike many".split()
WORDS = st.one_of(
    st.text(max_size=5),
    st.integers().map(str),
    st.sampled_from(
        [*map(str, TicketView), "WORKING", "Mine", " 7", "7 ", "+7", "1_0", "7.0", "٧", "true"]
    ),
    st.sampled_from(["", " ", "0", "1", "1000", "1001", "9" * 5000, "\udc80", "-"]),
)


@given(
    st.lists(st.tuples(st.sampled_from(OPTIONS), WORDS), max_size=3), st.lists(WORDS, max_size=3)
)
def test_it_is_taken_or_refused_as_by_typer(
    options: list[tuple[str, str]], texts: list[str]
) -> None:
    words = [f"--{name}={word}" for name, word in options] + ["--", *texts]

    assert repr(answer(PLAIN, words)) == repr(answer(TYPERS, words))


@pytest.mark.parametrize("flag", ["--flag", "--no-flag"])
def test_a_flag_is_taken_as_by_typer(flag: str) -> None:
    assert answer(PLAIN, [flag]) == answer(TYPERS, [flag])
    assert answer(PLAIN, [flag])["flag"] is (flag == "--flag")


def test_what_is_plainly_right_is_taken_without_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    def untold(*_args: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr("typer.core.build_runtime_param", untold)
    words = ["--number", "7", "--view", "mine", "--text", "lid", "--folder", "/srv", "a", "b"]

    given = answer(command(plain=True), words)

    assert given["texts"] == ["a", "b"]
    assert (given["number"], given["view"]) == (7, TicketView.MINE)
    assert (given["text"], given["folder"]) == ("lid", Path("/srv"))
