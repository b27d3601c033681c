from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from screens.widgets.ask import Ask
from screens.widgets.confirm import Confirm
from screens.widgets.dialog import open_dialog
from screens.widgets.form import ChoiceField, NoteField, SecretField, TextField
from screens.widgets.menu import ActionMenu, MenuAction
from screens.widgets.plain import PlainText
from tests.screens.widgets.stage import PAYLOADS, Stage, lines, on_stage, until


@pytest.mark.parametrize(
    ("keys", "agrees"),
    [
        (("enter",), False),
        (("escape",), False),
        (("n",), False),
        (("y",), True),
        (("right", "enter"), True),
        (("right", "left", "enter"), False),
        (("tab", "enter"), True),
    ],
)
def test_nothing_is_done_unless_somebody_says_yes(keys: tuple[str, ...], agrees: bool) -> None:
    app = Stage(PlainText("below"))
    answers: list[bool | None] = []

    async def play(pilot: Pilot[None]) -> None:
        app.push_screen(Confirm("Cancel C-20250303-0007 of [/x]?"), answers.append)
        await pilot.pause()
        assert "Cancel C-20250303-0007 of [/x]?" in "".join(lines(app))
        await pilot.press(*keys)
        assert answers == [agrees]

    on_stage(play, app)


def test_a_key_that_repeats_opens_one_dialog() -> None:
    app = Stage(PlainText("below"))
    answers: list[bool | None] = []

    async def play(pilot: Pilot[None]) -> None:
        assert open_dialog(app, Confirm("Sure?"), answers.append)
        assert not open_dialog(app, Confirm("Sure?"), answers.append)
        await pilot.pause()
        await pilot.press("y", "y")
        assert len(app.screen_stack) == 1
        assert answers == [True]

    on_stage(play, app)


def test_ask_stays_until_what_was_typed_is_sound() -> None:
    app = Stage(PlainText("below"))
    given: list[dict[str, str] | None] = []

    async def checked(values: dict[str, str]) -> dict[str, str]:
        return {} if values["pin"] == "4711" else {"pin": "Wrong PIN [/x]"}

    async def play(pilot: Pilot[None]) -> None:
        fields = [ChoiceField("why", "Reason", [("late", "late")]), SecretField("pin", "PIN")]
        ask = Ask("Escalate [b]", fields, validate=checked, detail="5[/")
        app.push_screen(ask, given.append)
        await pilot.pause()
        await pilot.press("1", "enter", "1", "enter", "enter")
        await until(pilot, lambda: "! Wrong PIN [/x]" in "".join(lines(app)))
        assert app.screen.focused is ask.form.fields["pin"].control_widget
        assert not given
        ask.form.fill({"pin": "4711"})
        await pilot.press("ctrl+s")
        await until(pilot, lambda: given)
        assert given == [{"why": "late", "pin": "4711"}]

    on_stage(play, app)


def test_escape_leaves_ask_without_values() -> None:
    app = Stage(PlainText("below"))
    given: list[Any] = []

    async def play(pilot: Pilot[None]) -> None:
        app.push_screen(Ask("Note", [NoteField("note", "Note")]), given.append)
        await pilot.pause()
        await pilot.press("a", "escape")
        await until(pilot, lambda: given == [None])

    on_stage(play, app)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (("2",), "b"),
        (("0",), "j"),
        (("a",), "k"),
        (("down", "down", "enter"), "c"),
        (("end", "up", "enter"), "k"),
        (("escape",), None),
        (("ctrl+g",), None),
        (("z", "1"), "a"),
    ],
)
def test_menu_picks_by_digit_letter_and_arrow(keys: tuple[str, ...], name: str | None) -> None:
    app = Stage(PlainText("below"))
    picked: list[str | None] = []
    actions = [MenuAction(letter, f"{PAYLOADS[0]} {letter}", "t") for letter in "abcdefghijkl"]

    async def play(pilot: Pilot[None]) -> None:
        app.push_screen(ActionMenu("C-20250303-0007 5[/", actions), picked.append)
        await pilot.pause()
        assert "[/x] c" in "".join(lines(app))
        await pilot.press(*keys)
        assert picked == [name]

    on_stage(play, app)


def test_a_long_menu_scrolls_with_the_cursor() -> None:
    app = Stage(PlainText("below"))
    menu = ActionMenu("all", [(str(number), f"action {number}") for number in range(36)])

    async def play(pilot: Pilot[None]) -> None:
        app.push_screen(menu)
        await pilot.pause()
        await pilot.press("end")
        await until(pilot, lambda: "z  action 35" in "".join(lines(app)))

    on_stage(play, app)


def test_enter_takes_the_only_line_of_a_window_and_its_foot_says_the_buttons_word() -> None:
    app = Stage()
    answers: list[dict[str, str] | None] = []

    async def play(pilot: Pilot[None]) -> None:
        open_dialog(app, Ask("Name?", [TextField("name", "Name")], submit="Keep"), answers.append)
        await pilot.pause()
        assert "Ctrl+S: keep." in "".join(lines(app))
        await pilot.press("L", "enter")
        await until(pilot, lambda: answers)
        assert answers == [{"name": "L"}]
        two = Ask("Who?", [TextField("name", "Name"), TextField("phone", "Phone")])
        open_dialog(app, two, answers.append)
        await pilot.pause()
        await pilot.press("L", "enter", "4")
        assert two.form.values() == {"name": "L", "phone": "4"}

    on_stage(play, app)
