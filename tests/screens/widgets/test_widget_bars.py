from __future__ import annotations

import gc

import pytest
from textual.app import ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widget import Widget

from counter import language
from screens.widgets.cells import width_of
from screens.widgets.keybar import KeyBar, key_name
from screens.widgets.plain import PlainText
from screens.widgets.statusline import StatusLine
from screens.widgets.titlebar import TitleBar
from tests.screens.widgets.stage import PAYLOADS, Stage, lines, on_stage, until


class Box(Widget, can_focus=True):
    """Something to focus, with keys of its own."""

    DEFAULT_CSS = "Box { height: 1; }"


class ListBox(Box):
    BINDINGS = [
        Binding("enter", "open", "Open"),
        Binding("space", "mark", "Mark [/x]"),
        Binding("b", "hidden", "Not shown", show=False),
    ]


class Counter(Stage):
    BINDINGS = [
        Binding("f1", "help", "Help"),
        Binding("ctrl+shift+slash", "help", "Help"),
        Binding("f2,ctrl+n", "new", "New ticket"),
        *(Binding(f"f{number}", f"go({number})", f"Screen {number}") for number in range(4, 10)),
    ]

    def compose(self) -> ComposeResult:
        yield ListBox(id="list")
        yield Box(id="plain")
        yield KeyBar()


def bar(app: Counter) -> str:
    return app.query_one(KeyBar).shown


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_f1_stands_at_the_right_at_every_width(width: int) -> None:
    app = Counter()

    async def play(pilot: Pilot[None]) -> None:
        app.query_one("#list").focus()
        await until(pilot, lambda: "Enter Open" in bar(app))
        assert width_of(bar(app)) == width
        assert bar(app).startswith(" Enter Open  Space Mark [/x]  F2 New"[: width - 11])
        assert bar(app).endswith(" F1 Help ")
        assert bar(app).count("Help") == 1
        assert bar(app).count("New ticket") == (width >= 80)
        assert "Not shown" not in bar(app)

    on_stage(play, app, (width, 24))


def test_the_bar_follows_the_focus_and_speaks_the_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Counter()

    async def play(pilot: Pilot[None]) -> None:
        app.query_one("#list").focus()
        await until(pilot, lambda: "Open" in lines(app)[2])
        app.query_one("#plain").focus()
        await until(pilot, lambda: "Open" not in lines(app)[2])
        monkeypatch.setattr(language._translations, "gettext", lambda text: "帮助")
        app.query_one(KeyBar).refresh()
        await until(pilot, lambda: lines(app)[2].endswith(" F1 帮助 "))

    on_stage(play, app)


def test_three_hundred_focus_changes_leave_no_widget_behind() -> None:
    app = Counter()

    async def play(pilot: Pilot[None]) -> None:
        boxes = [app.query_one("#list"), app.query_one("#plain")]
        await pilot.pause()

        def alive() -> int:
            gc.collect()
            return sum(isinstance(thing, Widget) for thing in gc.get_objects())

        before = alive()
        for number in range(300):
            app.screen.set_focus(boxes[number % 2])
            if number % 20 == 0:
                await pilot.pause()
        await pilot.pause()
        assert alive() <= before

    on_stage(play, app)


@pytest.mark.parametrize(
    ("key", "short", "long"),
    [
        ("ctrl+s", "^S", "Ctrl+S"),
        ("f12", "F12", "F12"),
        ("escape", "Esc", "Esc"),
        ("question_mark", "?", "?"),
        ("exclamation_mark", "!", "!"),
        ("a", "a", "a"),
        ("shift+tab", "Shift+Tab", "Shift+Tab"),
    ],
)
def test_keys_are_named_as_they_are_printed_on_the_keyboard(
    key: str, short: str, long: str
) -> None:
    binding = Binding(key, "do", "Do")
    assert key_name(binding) == short
    assert key_name(binding, long=True) == long


def test_the_status_line_says_it_with_a_sign() -> None:
    line = StatusLine()
    app = Stage(line)

    async def play(pilot: Pilot[None]) -> None:
        line.say("Saved [/x]", "done")
        line.aside = "draft saved 10:42 5[/"
        await until(pilot, lambda: lines(app)[0].startswith(" OK  Saved [/x]"))
        assert lines(app)[0].endswith("draft saved 10:42 5[/ ")
        line.say("客户" * 60, "problem")
        await until(pilot, lambda: lines(app)[0].startswith(" !  客户"))
        assert width_of(lines(app)[0]) == 80
        assert "~" in lines(app)[0]
        line.clear()
        await until(pilot, lambda: lines(app)[0].startswith("    "))

    on_stage(play, app)


def test_the_title_bar_cuts_the_left_side_first() -> None:
    title = TitleBar(("Maple Street 枫叶街店", "counter 2", "Li [b]"), ("10:42", "! 3 overdue"))
    app = Stage(title)

    async def play(pilot: Pilot[None]) -> None:
        assert lines(app)[0].startswith(" Maple Street 枫叶街店 | counter 2 | Li [b]")
        assert lines(app)[0].endswith("10:42 | ! 3 overdue ")
        title.left = ("枫叶街店" * 20, "counter 2", "Li Na")
        await until(pilot, lambda: "~" in lines(app)[0])
        assert lines(app)[0].endswith("10:42 | ! 3 overdue ")
        assert width_of(lines(app)[0]) == 80

    on_stage(play, app)


def test_plain_text_shows_exactly_what_it_is_given() -> None:
    text = PlainText("\n".join(PAYLOADS))
    app = Stage(text)

    async def play(pilot: Pilot[None]) -> None:
        assert [line.strip() for line in lines(app)[:3]] == ["[/x]", "5[/", "[b]bold"]
        assert lines(app)[3].strip() == "[31mred[2J"
        text.update("[/x] again")
        await until(pilot, lambda: lines(app)[0].startswith("[/x] again"))

    on_stage(play, app)
