from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.style import Style
from textual.visual import RenderOptions

from screens.widgets.cells import CUT, Align, cut, fit
from screens.widgets.plain import PlainText, plain, printable
from tests.screens.widgets.stage import Stage, lines, on_stage, until

ALIGNMENTS: list[Align] = ["left", "right", "center"]

people_write = st.text() | st.text(
    alphabet="客户退货ab 1\u0301e\u200d\ufe0f👨👩ﾊ\u202e\x1b[\n\t~", max_size=30
)


@given(people_write, st.integers(0, 40), st.sampled_from(ALIGNMENTS))
def test_every_text_takes_exactly_its_cells(text: str, width: int, align: Align) -> None:
    assert cell_len(fit(text, width, align)) == width


@given(people_write, st.integers(0, 40))
def test_nothing_a_terminal_obeys_gets_into_a_cell(text: str, width: int) -> None:
    line = fit(text, width)
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in line)
    assert "\u202e" not in line


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("客户退货", 8, "客户退货"),
        ("客户退货", 7, "客户退~"),
        ("客户退货", 6, "客户~ "),
        ("客户", 1, "~"),
        ("refund", 6, "refund"),
        ("refund", 4, "ref~"),
        ("e\u0301a", 3, "éa "),
        ("line\nbreak", 12, "line break  "),
        ("", 3, "   "),
        ("x", 0, ""),
    ],
)
def test_a_text_is_cut_at_whole_characters(text: str, width: int, expected: str) -> None:
    assert fit(text, width) == expected


def test_alignment_fills_the_other_side() -> None:
    assert fit("货", 5, "right") == "   货"
    assert fit("货", 5, "center") == " 货  "


def test_cut_leaves_short_texts_alone() -> None:
    assert cut("退货", 10) == "退货"
    assert cut("退货退货", 5).endswith(CUT)


@pytest.mark.parametrize("text", ["[/x]", "5[/", "[b]", "[red]x", "[@click=quit]x[/]"])
def test_markup_is_text(text: str) -> None:
    assert plain(text).plain == text
    assert not plain(text).spans


def test_escape_sequences_are_taken_out_and_indentation_stays() -> None:
    assert printable("  \x1b[2J客户\x07 ") == "  [2J客户 "
    assert plain("a\nb\u202e").plain == "a\nb"


def test_a_chinese_sentence_fills_its_lines() -> None:
    said = "! 您的角色是服务台员工，不能审批特批、大额退款和赔偿。请找主管处理。"

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "主管" in "".join(lines(pilot.app)))
        first, second, third = (line.rstrip() for line in lines(pilot.app)[:3])
        assert first == "! 您的角色是服务台员工，不能审批特批、大"
        assert second == "额退款和赔偿。请找主管处理。"
        assert third == ""

    on_stage(play, Stage(PlainText(said)), size=(40, 5))


def test_a_chinese_line_keeps_its_indentation() -> None:
    folded = plain("  规则支持：退款或赔偿。\nb").render_strips(
        16, None, Style(), RenderOptions(lambda style: Style(), {})
    )
    assert [strip.text.rstrip() for strip in folded] == ["  规则支持：退款", "  或赔偿。", "b"]
