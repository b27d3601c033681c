"""What a ticket list is narrowed to: typed, kept with a view, and said."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.narrowing import filter_words, narrowing, typed_of
from models.errors import InvalidInput
from models.terms import Cause, Priority, Severity, TicketChannel, TicketKind
from models.ticket_filter import COMPLAINTS, TERMS, UNFILTERED, TicketFilter

DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
FILTERS = st.builds(
    TicketFilter,
    **{
        name: st.lists(st.sampled_from(terms), unique=True).map(tuple)
        for name, terms in TERMS.items()
    },
    level=st.integers(0, 3),
    department=st.sampled_from(["", "Appliances", "家电"]),
    owner=st.sampled_from(["", "li"]),
    overdue=st.booleans(),
    authority=st.booleans(),
    opened_from=DAYS,
    opened_to=DAYS,
)


@given(FILTERS)
def test_a_filter_comes_back_as_it_was_kept(wanted: TicketFilter) -> None:
    assert TicketFilter.of(json.loads(json.dumps(wanted.kept()))) == wanted


@given(FILTERS)
def test_only_what_narrows_has_words(wanted: TicketFilter) -> None:
    assert bool(filter_words(wanted)) is bool(wanted)


def test_what_is_typed_becomes_a_filter_and_stands_there_again() -> None:
    typed = {
        "kind": "complaints",
        "priority": "P1",
        "level": "2",
        "severity": "safety",
        "class": "product",
        "channel": "any",
        "late": "yes",
        "authority": "",
        "owner": " li ",
        "department": "Appliances",
        "from": "2025-03-01",
        "to": "2025-03-08",
    }
    wanted = narrowing(typed)

    assert wanted == TicketFilter(
        kinds=COMPLAINTS.kinds,
        priorities=(Priority.P1,),
        severities=(Severity.SAFETY,),
        causes=(Cause.PRODUCT,),
        level=2,
        owner="li",
        department="Appliances",
        overdue=True,
        opened_from=date(2025, 3, 1),
        opened_to=date(2025, 3, 8),
    )
    assert typed_of(wanted) == {**typed, "owner": "li"}
    assert narrowing(typed_of(wanted)) == wanted


def test_several_words_of_a_field_are_all_meant() -> None:
    wanted = narrowing({"kind": ["return", "repair"], "channel": ["phone", "mail"]})

    assert wanted.kinds == (TicketKind.RETURN, TicketKind.REPAIR)
    assert wanted.channels == (TicketChannel.PHONE, TicketChannel.MAIL)


def test_nothing_typed_narrows_nothing() -> None:
    assert narrowing({}) == narrowing(typed_of(UNFILTERED)) == UNFILTERED
    assert not UNFILTERED


def test_every_faulty_field_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        narrowing({"kind": "gift", "level": "7", "from": "2025-03-08", "to": "2025-03-07"})

    assert [fault.field for fault in refused.value.faults] == ["kind", "level", "to"]
