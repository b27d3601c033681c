from __future__ import annotations

import sys
from subprocess import run

from textual import events
from textual.pilot import Pilot

from screens.widgets.controls import ChoiceLine
from screens.widgets.findbox import FindBox
from screens.widgets.form import (
    ChoiceField,
    FieldRow,
    Form,
    NoteField,
    SecretField,
    TextField,
    YesNoField,
)
from tests.screens.widgets.stage import PAYLOADS, Stage, lines, on_stage, until

KINDS = [("inquiry", "inquiry"), ("complaint", "complaint"), ("crisis", "crisis")]


def a_form() -> Form:
    return Form(
        TextField("receipt", "Receipt", hint="scan it"),
        TextField("serial", "Serial"),
        ChoiceField("kind", "Kind", KINDS),
        FieldRow(YesNoField("opened", "Opened"), YesNoField("whole", "Complete")),
        NoteField("note", "What happened"),
        SecretField("pin", "PIN"),
    )


def at(app: Stage) -> str:
    """The name of the field that has the focus, or the class of what has it."""
    focused = app.screen.focused
    assert focused is not None
    return str(focused.parent.name or type(focused).__name__) if focused.parent else ""


def burst(app: Stage, text: str) -> None:
    """Keys as a scanner sends them: all at once, before the focus can move."""
    for character in text:
        key = "enter" if character == "\r" else character
        app.post_message(events.Key(key, character))


def key_at(second: float, character: str) -> events.Key:
    """A printable key that was pressed at a given second."""
    key = events.Key(character, character)
    key.time = second
    return key


def test_enter_moves_on_and_never_submits_from_a_field() -> None:
    form = a_form()
    app = Stage(form)

    async def play(pilot: Pilot[None]) -> None:
        form.focus_first()
        await pilot.pause()
        seen = []
        for _ in range(5):
            seen.append(at(app))
            await pilot.press("enter")
        assert seen == ["receipt", "serial", "kind", "opened", "whole"]
        assert at(app) == "note"
        await pilot.press("a", "enter", "b", "tab", "enter")
        assert type(app.screen.focused).__name__ == "SubmitLine"
        assert not app.heard_of(Form.Submitted)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.heard_of(Form.Submitted))
        assert len(app.heard_of(Form.Submitted)) == 1, "a key that repeats submits once"
        assert app.heard_of(Form.Submitted)[0].values["note"] == "a\nb"

    on_stage(play, app)


def test_arrows_move_between_fields_and_inside_notes_only_at_the_edges() -> None:
    form = a_form()
    app = Stage(form)

    async def play(pilot: Pilot[None]) -> None:
        form.fill({"note": "one\ntwo"})
        form.focus_first()
        await pilot.press("up", "down", "down", "down", "down", "down")
        assert at(app) == "note"
        await pilot.press("up")
        assert at(app) == "note"
        await pilot.press("up")
        assert at(app) == "whole"
        await pilot.press("down", "down")
        await pilot.press("down")
        assert at(app) == "pin"

    on_stage(play, app)


def test_two_scans_in_one_burst_land_in_two_fields() -> None:
    form = a_form()
    app = Stage(form)

    async def play(pilot: Pilot[None]) -> None:
        form.focus_first()
        await pilot.pause()
        burst(app, "6901234567892\rSN-00012345\r2\rn\ry")
        await until(pilot, lambda: form.values()["whole"] == "yes" or form.values()["opened"])
        await pilot.pause()
        values = form.values()
        assert values["receipt"] == "6901234567892"
        assert values["serial"] == "SN-00012345"
        assert values["kind"] == "complaint"

    on_stage(play, app)


def test_a_paste_of_several_lines_loses_nothing() -> None:
    form = a_form()
    app = Stage(form)

    async def play(pilot: Pilot[None]) -> None:
        form.focus_first()
        await pilot.pause()
        app.post_message(events.Paste("12 Maple Street\r\n上海市\x1b[2J\n200040"))
        await until(pilot, lambda: form.values()["receipt"])
        assert form.values()["receipt"] == "12 Maple Street 上海市[2J 200040"

    on_stage(play, app)


def test_choices_by_digit_letter_and_arrow() -> None:
    line = ChoiceField("kind", "Kind", KINDS)
    app = Stage(Form(line))

    async def play(pilot: Pilot[None]) -> None:
        line.control_widget.focus()
        await pilot.pause()
        chosen = []
        for second, key in enumerate("2 c c i right left left 9 x 3".split()):
            if len(key) > 1:
                await pilot.press(key)
            else:
                line.control_widget.post_message(key_at(second, key))
                await pilot.pause()
            chosen.append(line.value)
        complaint, crisis, inquiry = "complaint", "crisis", "inquiry"
        assert chosen[:4] == [complaint, crisis, complaint, inquiry]
        assert chosen[4:] == [complaint, inquiry, inquiry, inquiry, inquiry, crisis]
        assert "1 inquiry  2 complaint [3 crisis]" in lines(app)[0]
        assert len(app.heard_of(Form.Changed)) == 7

    on_stage(play, app)


def test_words_typed_on_a_choice_change_nothing_and_the_line_says_why() -> None:
    field = ChoiceField("kind", "Kind", KINDS, hint="one of three", value="inquiry")
    app = Stage(Form(field))

    async def type_quickly(pilot: Pilot[None], text: str, since: float) -> None:
        for at, character in enumerate(text):
            field.control_widget.post_message(key_at(since + at * 0.2, character))
        await pilot.pause()

    async def play(pilot: Pilot[None]) -> None:
        field.control_widget.focus()
        for since, words in ((0, "cost 12"), (10, "the cc"), (20, "23")):
            await type_quickly(pilot, words, since)
            assert field.value == "inquiry"
            assert "letters choose here" in "".join(lines(app))
        await type_quickly(pilot, "cc", 30)  # a key that repeats goes on choosing
        assert field.value == "crisis"
        assert "one of three" in "".join(lines(app))

    on_stage(play, app)


def test_left_on_nothing_chosen_takes_the_last() -> None:
    field = ChoiceField("kind", "Kind", KINDS)

    async def play(pilot: Pilot[None]) -> None:
        field.control_widget.focus()
        await pilot.press("left")
        assert field.value == "crisis"
        field.offer([("a", "apple")])
        assert field.value == ""

    on_stage(play, Stage(Form(field)))


def test_many_choices_wrap_on_a_narrow_screen() -> None:
    field = ChoiceField(
        "kind", "种类", [(word, word) for word in "咨询 投诉 建议 退货 维修".split()]
    )
    app = Stage(Form(field))

    async def play(pilot: Pilot[None]) -> None:
        await pilot.pause()
        assert field.query_one(ChoiceLine).size.height == 2
        assert "3 建议" in lines(app)[0]
        assert "4 退货" in lines(app)[1]

    on_stage(play, app, (40, 24))


def test_errors_stand_under_their_fields_and_nothing_jumps() -> None:
    form = a_form()
    app = Stage(form)

    async def play(pilot: Pilot[None]) -> None:
        await pilot.pause()
        places = [field.region for field in form.fields.values()]
        form.show_errors({"serial": "Too short [/x]", "pin": "Wrong"})
        await pilot.pause()
        assert at(app) == "serial"
        assert [field.region for field in form.fields.values()] == places
        assert "! Too short [/x]" in lines(app)[3]
        await pilot.press("7")
        await until(pilot, lambda: not form.fields["serial"].error)
        form.clear_errors()
        assert not form.fields["pin"].error

    on_stage(play, app)


def test_filling_is_not_a_change_and_typing_is() -> None:
    form = a_form()
    app = Stage(form)
    draft = {
        "receipt": "R [/x]",
        "serial": "",
        "kind": "crisis",
        "opened": "no",
        "whole": "",
        "note": "一\n二",
        "pin": "0042",
    }

    async def play(pilot: Pilot[None]) -> None:
        form.fill({**draft, "unknown": "x"})
        await pilot.pause()
        assert form.values() == draft
        assert not app.heard_of(Form.Changed)
        form.focus_first()
        await pilot.press("x")
        await until(pilot, lambda: app.heard_of(Form.Changed))
        assert app.heard_of(Form.Changed)[0].field.key == "receipt"
        assert "0042" not in "".join(lines(app))

    on_stage(play, app)


def test_text_from_people_is_never_markup() -> None:
    text = " ".join(PAYLOADS)
    form = Form(
        TextField("a", text, hint=text, value=text),
        ChoiceField("b", text, [("x", text)], value="x"),
        NoteField("c", text, value=text),
        submit=text,
    )
    app = Stage(form)

    async def play(pilot: Pilot[None]) -> None:
        form.focus_first()
        form.show_errors({"a": text, "b": text})
        await pilot.pause()
        assert "! [/x] 5[/ [b]bold [31mred[2J" in lines(app)[1]
        assert not any("\x1b" in line for line in lines(app))

    on_stage(play, app)


def test_hidden_fields_are_stepped_over() -> None:
    form = a_form()
    app = Stage(form)

    async def play(pilot: Pilot[None]) -> None:
        form.fields["serial"].display = False
        form.focus_first()
        await pilot.press("enter")
        assert at(app) == "kind"

    on_stage(play, app)


def test_the_find_box_asks_on_enter_and_looks_up_when_the_hand_rests() -> None:
    box = FindBox()
    app = Stage(box)

    async def play(pilot: Pilot[None]) -> None:
        box.focus()
        await pilot.pause()
        burst(app, "20250303-0117\r")
        await until(pilot, lambda: app.heard_of(FindBox.Asked))
        burst(app, "zs")
        await until(pilot, lambda: app.heard_of(FindBox.Typed))
        assert [heard.text for heard in app.heard_of(FindBox.Asked)] == ["20250303-0117"]
        assert [heard.text for heard in app.heard_of(FindBox.Typed)] == ["zs"]
        box.clear()
        assert box.value == ""

    on_stage(play, app)


def test_signing_in_does_not_need_the_text_area() -> None:
    code = (
        "import sys, screens.widgets.form, screens.widgets.keybar, screens.widgets.statusline\n"
        "names = ('_text_area', '_data_table', '_markdown', '_footer')\n"
        "sys.exit(any('textual.widgets.' + name in sys.modules for name in names))"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0
