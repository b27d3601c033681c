from __future__ import annotations

import pytest
from textual.binding import Binding

from counter.desk import Actor
from counter.shop import Shop
from screens.help import Help, help_parts
from screens.keymap import keys_of
from screens.sign_in import SignIn
from screens.widgets.ask import Ask
from screens.widgets.form import TextField
from screens.widgets.menu import ActionMenu
from tests.screens.front import Front, at_counter, speak_in_brackets


def test_f1_explains_the_screen_and_lists_its_keys(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.app.switch_mode("tickets")
        await front.until(lambda: front.app.screen.focused is not None)
        await front.press("f1")
        await front.shows("Digits 1 to 7 choose the view", "! lifts a complaint one level up")
        await front.press("pagedown")
        await front.shows("Keys here", "Take next")
        await front.press("end")
        await front.shows("Keys everywhere", "F2  Ctrl+N", "New ticket")
        await front.press("pageup")
        await front.shows("1 ... 7")

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("key", ["f1", "escape", "ctrl+question_mark"])
def test_help_opens_once_and_closes_again(shop: Shop, clerk: Actor, key: str) -> None:
    async def play(front: Front) -> None:
        before = len(front.app.screen_stack)
        await front.press("f1")
        await front.reaches(Help)
        assert len(front.app.screen_stack) == before + 1
        await front.press(key)
        await front.until(lambda: len(front.app.screen_stack) == before)

    at_counter(shop, play, actor=clerk)


def test_help_works_at_the_sign_in(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.reaches(SignIn)
        await front.press("f1")
        await front.shows("Type your staff number", "Ctrl+Q")
        assert "New ticket" not in front.text

    at_counter(shop, play)


def test_help_works_inside_a_dialog_and_keeps_the_typing(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        ask = Ask("Which?", [TextField("what", "What")])
        await front.push(ask)
        await front.press("a", "b", "f1")
        await front.shows("Keys here", "Ctrl+S")
        said = [line for part in help_parts(ask) for line in part.lines]
        assert not any("New ticket" in line for line in said)
        await front.press("f1")
        assert front.app.screen is ask
        assert ask.form.values() == {"what": "ab"}

    at_counter(shop, play, actor=clerk)


def test_a_window_and_a_menu_explain_themselves(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.push(Ask("Which?", [TextField("what", "What")]))
        await front.press("f1")
        await front.shows("Enter goes to the next field")
        await front.press("f1", "escape", "f9", "f1")
        await front.shows("The digit or letter before a line does it at once", "The key at the")
        await front.press("f1", "escape")
        await front.push(ActionMenu("Which?", [("one", "The first")]))
        await front.press("f1")
        await front.shows("The digit or letter before a line does it at once")
        assert "The key at the" not in front.text

    at_counter(shop, play, actor=clerk)


def test_a_focused_thing_adds_what_it_has_to_say(shop: Shop, clerk: Actor) -> None:
    class Talking(TextField):
        can_focus = True

        def help_lines(self) -> list[str]:
            return ["I take numbers."]

    async def play(front: Front) -> None:
        field = Talking("what", "What")
        await front.app.screen.mount(field)
        field.focus()
        await front.until(lambda: front.app.screen.focused is field)
        said = [line for part in help_parts(front.app.screen) for line in part.lines]
        assert "I take numbers." in said

    at_counter(shop, play, actor=clerk)


def test_a_changed_key_stands_in_the_key_map(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        front.app.set_keymap({"app.lock": "f12"})
        await front.press("f1")
        await front.press("end")
        await front.shows("F12")
        assert "Ctrl+L" not in front.text

    at_counter(shop, play, actor=clerk)


def test_no_key_of_textual_itself_is_listed(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        for mode in ("home", "tickets", "intake"):
            await front.app.switch_mode(mode)
            await front.until(lambda: front.app.screen.focused is not None)
            focused = front.app.screen.focused
            assert focused is not None
            ours = {
                binding.action
                for kind in [type(node) for node in focused.ancestors_with_self]
                for parent in kind.__mro__
                if not parent.__module__.startswith("textual.")
                for binding in Binding.make_bindings(parent.__dict__.get("BINDINGS", ()))
            }
            assert {action.action for action in keys_of(front.app.screen)} <= ours

    at_counter(shop, play, actor=clerk)


def test_help_speaks_the_active_language(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_in_brackets(monkeypatch)

    async def play(front: Front) -> None:
        from counter import language

        language.use("zh_CN")
        parts = help_parts(front.app.screen)
        assert all(part.heading.startswith("«") for part in parts if part.heading)
        assert all("«" in line for part in parts for line in part.lines)

    at_counter(shop, play, actor=clerk)
