from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.rules.fields import Faults
from models.errors import InvalidInput
from models.terms import Priority


@pytest.fixture
def faults() -> Faults:
    return Faults()


def said(faults: Faults) -> list[tuple[str | None, str]]:
    return [(fault.field, str(fault)) for fault in faults.found]


@pytest.mark.parametrize("typed", [None, "", "  ", "\u3000", "\x00\u202e"])
def test_blank_text_is_none_and_a_fault_only_where_it_is_required(
    faults: Faults, typed: str | None
) -> None:
    assert faults.text("note", typed) is None
    assert said(faults) == []
    assert faults.text("note", typed, required=True) is None
    assert said(faults) == [("note", "Please fill this in.")]


def test_the_limit_counts_what_is_kept(faults: Faults) -> None:
    assert faults.text("summary", f"  {'x' * 5}\x00 ", limit=5) == "xxxxx"
    faults.text("summary", "x" * 6, limit=5)

    assert said(faults) == [("summary", "At most 5 characters; these are 6.")]


@given(st.text())
def test_no_text_raises(typed: str) -> None:
    faults = Faults()
    faults.text("a", typed, required=True)
    faults.term("b", typed, Priority, required=True)
    faults.day("c", typed, required=True)
    faults.choice("d", typed, ["x"])
    faults.matching("e", typed, re.compile("x"), "Write x.")

    assert all(fault.field for fault in faults.found)


@pytest.mark.parametrize(("typed", "day"), [(" 2025-03-08 ", 8), (date(2025, 3, 9), 9)])
def test_a_day_is_an_iso_date(faults: Faults, typed: str | date, day: int) -> None:
    assert faults.day("until", typed) == date(2025, 3, day)
    assert said(faults) == []


@pytest.mark.parametrize("typed", ["8.3.2025", "2025-02-29", "today", "2025-3-8"])
def test_what_is_no_day_is_told_with_an_example(faults: Faults, typed: str) -> None:
    assert faults.day("until", typed) is None
    assert said(faults) == [("until", "Write the date as 2025-03-08.")]


def test_a_term_is_told_with_the_choices(faults: Faults) -> None:
    assert faults.term("priority", "P2", Priority) is Priority.P2
    assert faults.term("priority", "urgent", Priority) is None

    ((field, sentence),) = said(faults)
    assert field == "priority"
    assert "urgent" in sentence
    assert sentence.endswith("is not one of: P1, P2, P3, P4.")


def test_all_faults_travel_with_the_first(faults: Faults) -> None:
    faults.text("a", "", required=True)
    faults.day("b", "", required=True)
    with pytest.raises(InvalidInput) as refused:
        faults.raise_if_any()

    assert refused.value.field == "a"
    assert [fault.field for fault in refused.value.faults] == ["a", "b"]


def test_a_form_without_faults_goes_on(faults: Faults) -> None:
    faults.text("a", "x", required=True)
    faults.raise_if_any()
