"""Initials of names, as somebody at the counter would type them."""

from __future__ import annotations

import pytest

from data.searchable import customer_search_text, name_initials


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张三", "zs"),
        ("单田芳", "stf"),
        ("仇英", "qy"),
        ("解缙", "xj"),
        ("曾国藩", "zgf"),
        ("单于雄信", "cyxx"),
        ("欧阳 修", "oyx"),
        ("Jane Doe", "jd"),
        ("Émile ZOLA", "ez"),
        ("王 Anna", "wa"),
        ("", ""),
        ("123 !?", ""),
    ],
)
def test_initials_follow_the_reading_of_the_name(name: str, initials: str) -> None:
    assert name_initials(name) == initials


def test_the_search_text_holds_every_number_and_every_character() -> None:
    assert customer_search_text("张三", "C-17", None) == "张 三 c 17"
