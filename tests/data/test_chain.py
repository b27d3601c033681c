from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.shop import Shop
from data import chain
from data.driver import connect
from data.reading import stored_instant
from tests.premises import Clock, rows


def entries(shop: Shop) -> list[tuple[Any, ...]]:
    return rows(shop, f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id")


@pytest.fixture
def kept(shop: Shop, clock: Clock) -> list[tuple[Any, ...]]:
    """A trail of six entries, the founding of the store included."""
    for number in range(5):
        clock.forward(minutes=1)
        with shop.writing(shop.system) as desk:
            desk.work.audit("test.step", "ticket", f"uid-{number}", number=number, text="退货")
    return entries(shop)


def tampered(shop: Shop, sql: str) -> chain.ChainState:
    """What the chain says after somebody with full rights changed the file."""
    connection = connect(shop.places.store.path)
    connection.execute("DROP TRIGGER audit_entry_no_update")
    connection.execute("DROP TRIGGER audit_entry_no_delete")
    connection.execute(sql)
    connection.close()
    return chain.verify(entries(shop))


def test_an_untouched_trail_verifies_from_first_to_last(kept: list[tuple[Any, ...]]) -> None:
    state = chain.verify(kept)

    assert state == chain.ChainState(8, kept[-1][-1], None)


def test_each_entry_stands_on_the_one_before(kept: list[tuple[Any, ...]]) -> None:
    hashes = [entry[-1] for entry in kept]

    assert [entry[-2] for entry in kept] == [chain.GENESIS, *hashes[:-1]]
    assert len(set(hashes)) == 8


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'li'",
        "action = 'test.other'",
        "at = '2025-03-08 02:03:00.000001'",
        "at = '0001-01-01 00:00:00.000000'",
        "at = '999-03-08 02:03:00.000000'",
        "at = ''",
        "at = 20250308",
        "actor = 5",
        "diff = '{\"number\":9}'",
        "entity = NULL",
        "entity_uid = 'uid-9'",
        "prev_hash = hash",
        "hash = upper(hash)",
    ],
)
def test_a_changed_entry_is_named(shop: Shop, kept: list[tuple[Any, ...]], change: str) -> None:
    state = tampered(shop, f"UPDATE audit_entry SET {change} WHERE id = {kept[3][0]}")

    assert state == chain.ChainState(3, kept[2][-1], kept[3][0])


def test_a_missing_entry_is_noticed_at_its_successor(
    shop: Shop, kept: list[tuple[Any, ...]]
) -> None:
    state = tampered(shop, f"DELETE FROM audit_entry WHERE id = {kept[2][0]}")

    assert state.broken_at == kept[3][0]


def test_entries_that_changed_places_are_noticed(shop: Shop, kept: list[tuple[Any, ...]]) -> None:
    state = tampered(shop, f"UPDATE audit_entry SET id = 99 WHERE id = {kept[2][0]}")

    assert state.broken_at == kept[3][0]


def test_one_instant_has_one_hash_in_every_zone() -> None:
    moment = datetime(2025, 3, 8, 2, tzinfo=UTC)
    told = [
        chain.entry_hash(
            chain.GENESIS, at=at, actor="li", action="x", entity=None, entity_uid=None, diff="{}"
        )
        for at in (moment, moment.astimezone(timezone(timedelta(hours=8))))
    ]

    assert told[0] == told[1]


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)))
def test_every_instant_is_stored_in_one_width_and_hashed_as_it_is_read_again(now: datetime) -> None:
    moment = now.replace(tzinfo=timezone(timedelta(hours=8)))
    facts = ("li", "x", None, None, "{}")
    actor, action, entity, uid, diff = facts
    told = chain.entry_hash(
        chain.GENESIS,
        at=moment,
        actor=actor,
        action=action,
        entity=entity,
        entity_uid=uid,
        diff=diff,
    )
    kept = stored_instant(moment)

    assert len(kept) == len("2025-03-08 02:00:00.000000")
    assert chain.verify([(1, kept, *facts, chain.GENESIS, told)]).broken_at is None


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.booleans())))
def test_the_order_of_names_does_not_matter(diff: dict[str, Any]) -> None:
    backwards = dict(reversed(list(diff.items())))

    assert chain.canonical(diff) == chain.canonical(backwards)
