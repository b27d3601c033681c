"""The return rules in versions: one in force on each day, approved by somebody else."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.desk import Actor
from counter.doctor import Severity, examine
from counter.founding import SiteDraft, describe_site
from counter.policy_versions import (
    StoredPolicy,
    add_version,
    approve_version,
    policy_by_id,
    policy_on,
    version,
    versions,
    withdraw_version,
)
from counter.rules.eligibility import decide
from counter.rules.policy_periods import (
    Period,
    collisions,
    continued,
    ended_by,
    gaps,
    in_order,
    status_on,
)
from counter.shop import Shop
from data.policies import shipped_pack
from models.errors import CounterError, InvalidInput, NotAllowed, NotFound, WrongState
from models.policy_views import VersionRow
from models.terms import PolicyStatus, Role
from tests.premises import Clock, hire, rows, shop_at
from tests.returns import CN, EU, facts_of

TODAY = date(2025, 3, 8)
DAY = timedelta(days=1)
LONG_AGO = date(2011, 12, 5)


@pytest.fixture
def second(shop: Shop, supervisor: Actor, pin_hash: str) -> Actor:
    """Another supervisor, ``zhou``."""
    return hire(shop, "zhou", Role.SUPERVISOR, pin_hash)


def in_force(shop: Shop, day: date = TODAY) -> StoredPolicy | None:
    with shop.reading(shop.system) as desk:
        return policy_on(desk.ask, day)


def number_on(shop: Shop, day: date) -> int | None:
    found = in_force(shop, day)
    return found.version_no if found else None


def listed(shop: Shop) -> dict[int, VersionRow]:
    with shop.reading(shop.system) as desk:
        return {row.version_no: row for row in versions(desk)}


def added(shop: Shop, actor: Actor, named: str = "eu") -> int:
    with shop.writing(actor) as desk:
        return add_version(desk, named).version_no


def approved(shop: Shop, actor: Actor, no: int, begins: date) -> VersionRow:
    with shop.writing(actor) as desk:
        return approve_version(desk, no, begins)


def withdrawn(shop: Shop, actor: Actor, no: int) -> VersionRow:
    with shop.writing(actor) as desk:
        return withdraw_version(desk, no)


def pack_at(folder: Path, *changes: tuple[str, str]) -> str:
    text = shipped_pack("cn").files[0][1]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


# --- the beginning --------------------------------------------------------------------------


def test_a_store_begins_with_a_version_that_holds_on_every_day(shop: Shop) -> None:
    for day in (LONG_AGO, TODAY, date(2049, 1, 1)):
        found = in_force(shop, day)
        assert found is not None
        assert (found.version_no, found.policy.sha256) == (1, CN.sha256)
    row = listed(shop)[1]
    assert (row.status, row.added_by, row.approved_by) == ("effective", "system", "system")


@pytest.mark.parametrize(
    ("draft", "pack"),
    [
        (SiteDraft(currency="EUR"), "eu"),
        (SiteDraft(currency="GBP"), "gb"),
        (SiteDraft(currency="USD"), "eu"),
        (SiteDraft(currency="JPY"), "eu"),
        (SiteDraft(currency="CNY"), "cn"),
        (SiteDraft(name="Corner"), "cn"),
        (SiteDraft(jurisdiction="EU"), "eu"),
        (SiteDraft(jurisdiction="GB", currency="CNY"), "cn"),
    ],
)
def test_a_shop_begins_with_the_pack_of_its_law_and_currency(
    shop: Shop, draft: SiteDraft, pack: str
) -> None:
    with shop.writing(shop.system) as desk:
        describe_site(desk, draft)

    found = in_force(shop)
    assert found is not None
    assert (found.version_no, found.policy.name) == (1, pack)
    assert len(listed(shop)) == 1


def test_the_currency_tells_whose_law_it_is_where_nobody_said_so(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(currency="SEK"))
    assert rows(shop, "SELECT jurisdiction FROM site") == [("EU",)]
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(currency="JPY"))

    assert rows(shop, "SELECT jurisdiction FROM site") == [("EU",)]


def test_where_somebody_works_another_currency_changes_no_rules(
    shop: Shop, supervisor: Actor
) -> None:
    for actor in (shop.system, supervisor):
        with shop.writing(actor) as desk:
            describe_site(desk, SiteDraft(currency="EUR"))

    found = in_force(shop)
    assert found is not None
    assert found.policy.sha256 == CN.sha256


def test_a_store_that_was_founded_earlier_begins_when_it_is_opened(
    shop: Shop, tmp_path: Path, clock: Clock
) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("DELETE FROM policy_version")
    assert in_force(shop) is None

    for _again in range(2):
        opened = shop_at(tmp_path / "home", clock)
        assert number_on(opened, LONG_AGO) == 1
        assert len(listed(opened)) == 1
        opened.close()


# --- adding ---------------------------------------------------------------------------------


def test_what_is_added_is_a_draft_and_changes_nothing_yet(shop: Shop, supervisor: Actor) -> None:
    no = added(shop, supervisor)

    row = listed(shop)[no]
    assert (no, row.status, row.pack, row.added_by, row.approved_by) == (
        2, "draft", "eu", "sun", None,
    )  # fmt: skip
    assert row.sha256 == EU.sha256
    assert number_on(shop, TODAY) == 1


def test_a_version_keeps_the_text_and_the_rest_days_of_its_pack(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    path = pack_at(tmp_path, ("distance_days = 7", "distance_days = 9"))
    no = added(shop, supervisor, path)

    ((body, rests),) = rows(
        shop,
        "SELECT body, json_extract(parameters, '$.rest_days.years.2025.work') "
        "FROM policy_version WHERE version_no = :no",
        no=no,
    )
    assert body == Path(path).read_text(encoding="utf-8")
    assert "01-26" in rests


def test_a_pack_with_faults_is_refused_with_all_of_them_and_the_old_one_stays_in_force(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    path = pack_at(tmp_path, ("distance_days = 7", "distance_days = -7"), ("times = 3", "time = 3"))
    before = listed(shop)

    with pytest.raises(InvalidInput) as refused:
        added(shop, supervisor, path)

    assert [fault.field for fault in refused.value.faults] == [
        "distance_days", "fraud.times", "fraud.time",
    ]  # fmt: skip
    assert all(f"{path}, line " in str(fault) for fault in refused.value.faults)
    assert listed(shop) == before
    assert number_on(shop, TODAY) == 1


@pytest.mark.parametrize("named", ["mars", "", "x" * 5000, "a\0b", "."])
def test_what_is_neither_a_pack_nor_a_file_is_refused(
    shop: Shop, supervisor: Actor, named: str
) -> None:
    with pytest.raises(CounterError, match=r"There are: cn, eu|cannot be read"):
        added(shop, supervisor, named)


def test_the_same_rules_are_not_added_twice(shop: Shop, supervisor: Actor) -> None:
    with pytest.raises(WrongState, match="Version 1 says the same"):
        added(shop, supervisor, "cn")
    no = added(shop, supervisor, "eu")
    with pytest.raises(WrongState, match="Version 2 says the same"):
        added(shop, supervisor, "eu")
    withdrawn(shop, supervisor, no)

    assert added(shop, supervisor, "eu") == 3


# --- approving ------------------------------------------------------------------------------


def test_nobody_approves_his_own_version(shop: Shop, supervisor: Actor, second: Actor) -> None:
    no = added(shop, supervisor)
    with pytest.raises(NotAllowed, match="yourself"):
        approved(shop, supervisor, no, TODAY)
    assert number_on(shop, TODAY) == 1

    assert approved(shop, second, no, TODAY).approved_by == "zhou"


def test_a_clerk_changes_no_rules(shop: Shop, supervisor: Actor, clerk: Actor) -> None:
    no = added(shop, supervisor)
    with pytest.raises(NotAllowed):
        added(shop, clerk)
    with pytest.raises(NotAllowed):
        approved(shop, clerk, no, TODAY)
    with pytest.raises(NotAllowed):
        withdrawn(shop, clerk, no)

    assert listed(shop)[no].status == "draft"


def test_approving_ends_the_version_before_on_the_day_before(
    shop: Shop, supervisor: Actor, second: Actor
) -> None:
    approved(shop, second, added(shop, supervisor), TODAY)

    assert [number_on(shop, day) for day in (LONG_AGO, TODAY - DAY, TODAY)] == [1, 1, 2]
    assert {no: row.status for no, row in listed(shop).items()} == {
        1: "superseded", 2: "effective",
    }  # fmt: skip
    assert listed(shop)[1].effective_to == TODAY - DAY


def test_an_approved_version_waits_for_its_day(
    shop: Shop, supervisor: Actor, second: Actor, tmp_path: Path, clock: Clock
) -> None:
    begins = TODAY + 10 * DAY
    row = approved(shop, second, added(shop, supervisor), begins)
    assert (row.status, number_on(shop, TODAY)) == ("approved", 1)
    clock.forward(days=10)
    assert listed(shop)[2].status == "effective"

    opened = shop_at(tmp_path / "home", clock)
    kept = rows(opened, "SELECT version_no, status FROM policy_version ORDER BY version_no")
    opened.close()
    assert kept == [(1, "superseded"), (2, "effective")]


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        (TODAY - DAY, "is over"),
        (date(1, 1, 1), "is over"),
        (TODAY + 9 * DAY, "Version 2 begins on 2025-03-18 already"),
        (TODAY + 10 * DAY, "withdraw that version first"),
    ],
)
def test_a_day_that_is_over_or_taken_is_refused(
    shop: Shop, supervisor: Actor, second: Actor, tmp_path: Path, begins: date, said: str
) -> None:
    approved(shop, second, added(shop, supervisor), TODAY + 10 * DAY)
    no = added(shop, supervisor, pack_at(tmp_path, ("times = 3", "times = 4")))
    before = listed(shop)

    with pytest.raises(InvalidInput, match=said) as refused:
        approved(shop, second, no, begins)
    assert refused.value.field == "from"
    assert listed(shop) == before


def test_no_second_version_begins_on_the_day_on_which_one_began(
    shop: Shop, supervisor: Actor, second: Actor, tmp_path: Path
) -> None:
    approved(shop, second, added(shop, supervisor), TODAY)
    no = added(shop, supervisor, pack_at(tmp_path, ("times = 3", "times = 4")))

    with pytest.raises(InvalidInput, match="Choose a later day"):
        approved(shop, second, no, TODAY)
    approved(shop, second, no, TODAY + DAY)
    assert [number_on(shop, TODAY + days * DAY) for days in (-1, 0, 1)] == [1, 2, 3]


def test_only_a_draft_is_approved(shop: Shop, supervisor: Actor, second: Actor) -> None:
    no = added(shop, supervisor)
    approved(shop, second, no, TODAY)

    with pytest.raises(WrongState, match="no draft"):
        approved(shop, second, no, TODAY + DAY)
    with pytest.raises(NotFound, match="no version 7"):
        approved(shop, second, 7, TODAY)


def test_who_added_and_approved_stands_in_the_audit(
    shop: Shop, supervisor: Actor, second: Actor
) -> None:
    approved(shop, second, added(shop, supervisor), TODAY)

    assert rows(
        shop, "SELECT actor, action FROM audit_entry WHERE entity = 'policy_version' ORDER BY id"
    ) == [("system", "policy.begin"), ("sun", "policy.add"), ("zhou", "policy.approve")]


# --- withdrawing ----------------------------------------------------------------------------


def test_when_a_version_is_withdrawn_the_one_before_goes_on(
    shop: Shop, supervisor: Actor, second: Actor, tmp_path: Path
) -> None:
    approved(shop, second, added(shop, supervisor), TODAY + 10 * DAY)
    third = added(shop, supervisor, pack_at(tmp_path, ("times = 3", "times = 4")))
    approved(shop, second, third, TODAY + 20 * DAY)
    assert withdrawn(shop, second, 2).status == "withdrawn"

    assert [number_on(shop, TODAY + days * DAY) for days in (0, 10, 19, 20)] == [1, 1, 1, 3]


def test_a_version_that_has_begun_is_not_withdrawn(
    shop: Shop, supervisor: Actor, second: Actor
) -> None:
    approved(shop, second, added(shop, supervisor), TODAY)
    for no in (1, 2):
        with pytest.raises(WrongState, match="in force or was"):
            withdrawn(shop, supervisor, no)

    assert number_on(shop, TODAY) == 2


def test_a_draft_is_withdrawn_once(shop: Shop, supervisor: Actor) -> None:
    no = added(shop, supervisor)
    withdrawn(shop, supervisor, no)

    with pytest.raises(WrongState, match="withdrawn before"):
        withdrawn(shop, supervisor, no)


# --- deciding by what was kept --------------------------------------------------------------


def test_the_same_facts_are_judged_by_whichever_pack_is_in_force(
    shop: Shop, supervisor: Actor, second: Actor
) -> None:
    """Packs are data: nothing but the version that holds differs."""
    approved(shop, second, added(shop, supervisor, "eu"), TODAY)
    facts = facts_of(channel="online", received_date="2025-03-03", checked_on="2025-03-15")
    before, after = in_force(shop, TODAY - DAY), in_force(shop, TODAY)
    assert before is not None
    assert after is not None

    assert [decide(facts, found.policy).rule for found in (before, after)] == ["NR1-T", "NR1"]
    assert decide(facts, after.policy) == decide(facts, EU)


def test_a_decision_is_worked_out_again_by_the_version_that_it_names(
    shop: Shop, supervisor: Actor, second: Actor
) -> None:
    named = in_force(shop)
    assert named is not None
    first = decide(facts_of(), named.policy)
    approved(shop, second, added(shop, supervisor, "eu"), TODAY + DAY)

    with shop.reading(shop.system) as desk:
        again = policy_by_id(desk.ask, named.id)
    assert decide(facts_of(), again.policy) == first
    with shop.reading(shop.system) as desk, pytest.raises(NotFound):
        policy_by_id(desk.ask, 999)


def test_a_version_is_read_once_and_not_for_each_decision(shop: Shop) -> None:
    first, second = in_force(shop), in_force(shop, LONG_AGO)
    assert first is not None
    assert second is not None

    assert first.policy is second.policy


def test_a_writing_desk_sees_the_version_that_it_has_just_approved(
    shop: Shop, supervisor: Actor, second: Actor
) -> None:
    no = added(shop, supervisor)
    with shop.writing(second) as desk:
        approve_version(desk, no, TODAY)
        found = policy_on(desk.ask, TODAY)

    assert found is not None
    assert found.version_no == no


CHANGES = {
    "another number": "json_set(parameters, '$.distance_days', 8)",
    "an impossible number": "json_set(parameters, '$.distance_days', -1)",
    "no parameters": "'{}'",
    "a list": "'[]'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_judged_by_a_version_that_was_changed(
    shop: Shop, supervisor: Actor, tmp_path: Path, change: str
) -> None:
    path = pack_at(tmp_path, ("times = 3", f"times = {10 + list(CHANGES).index(change)}"))
    no = added(shop, supervisor, path)
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            f"UPDATE policy_version SET parameters = {CHANGES[change]} WHERE version_no = {no}"
        )

    with pytest.raises(WrongState, match="not as it was written"):
        approved(shop, hire(shop, "zhou", Role.SUPERVISOR), no, TODAY)
    assert [str(one) for one in faults_of(shop)] == [
        f"Version {no} of the return rules is not as it was written: its parameters have faults, "
        "or another fingerprint. Look for it in a backup."
    ]


# --- the doctor -----------------------------------------------------------------------------


def faults_of(shop: Shop) -> list[object]:
    return [
        one
        for one in examine(shop, shop.system).findings
        if one.code == "policies" and one.severity is Severity.FAULT
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("effective_to = '2025-12-31' WHERE version_no = 1", "Versions 1 and 2"),
        ("effective_to = '2025-01-01' WHERE version_no = 1", "(2025-01-02 ... 2025-03-07)"),
        ("effective_to = '2030-01-01' WHERE version_no = 2", "(2030-01-02 ... )"),
        ("effective_from = '2020-01-01' WHERE version_no = 1", "( ... 2019-12-31)"),
        ("status = 'withdrawn'", "( ... )"),
    ],
)
def test_the_doctor_finds_days_without_a_version_and_days_with_two(
    shop: Shop, supervisor: Actor, second: Actor, change: str, said: str
) -> None:
    approved(shop, second, added(shop, supervisor), TODAY)
    assert faults_of(shop) == []
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(f"UPDATE policy_version SET {change}")

    assert [said in str(one) for one in faults_of(shop)] == [True]


# --- whatever is done in whatever order -----------------------------------------------------

Steps = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.integers(-3, 40)),
        st.tuples(st.just("withdraw"), st.integers(0, 30)),
        st.tuples(st.just("wait"), st.integers(0, 15)),
    ),
    max_size=40,
)


@given(Steps)
def test_one_version_holds_on_each_day_whatever_is_approved_and_withdrawn(
    steps: list[tuple[str, int]],
) -> None:
    today, held = TODAY, {1: Period(1, None, None)}
    for no, (step, number) in enumerate(steps, 2):
        past = [one for one in held.values() if one.first <= today]
        try:
            if step == "begin":
                before = ended_by([*held.values()], today + number * DAY, today)
                held[no] = Period(no, today + number * DAY, None)
            elif step == "withdraw":
                gone = [*held][number % len(held)]
                before = continued([*held.values()], gone, today)
                del held[gone]
            else:
                today += number * DAY
                continue
        except (InvalidInput, WrongState):
            continue
        assert before is not None
        held[before.version_no] = before
        assert gaps(held.values()) == []
        assert collisions(held.values()) == []
        assert all(held[one.version_no].begins == one.begins for one in past)
        statuses = [
            status_on(today, PolicyStatus.APPROVED, one.begins, one.ends)
            for one in in_order(held.values())
        ]
        assert statuses.count(PolicyStatus.EFFECTIVE) == 1


def test_random_steps_at_the_store_keep_one_version_in_force_on_each_day(
    shop: Shop, supervisor: Actor, second: Actor, tmp_path: Path, clock: Clock
) -> None:
    chance = random.Random(4)
    for turn in range(60):
        clock.forward(days=chance.randrange(3))
        today = clock().date()
        numbers = [*listed(shop)]
        try:
            match chance.randrange(3):
                case 0:
                    path = pack_at(tmp_path, ("times = 3", f"times = {100 + turn}"))
                    added(shop, supervisor, path)
                case 1:
                    begins = today + chance.randrange(-1, 12) * DAY
                    approved(shop, second, chance.choice(numbers), begins)
                case _:
                    withdrawn(shop, second, chance.choice(numbers))
        except (InvalidInput, WrongState):
            pass
        assert faults_of_periods(shop) == ([], [])
    assert {row.status for row in listed(shop).values()} >= {"superseded", "effective", "withdrawn"}


def faults_of_periods(shop: Shop) -> tuple[list[object], list[object]]:
    held = [
        Period(row.version_no, row.effective_from, row.effective_to)
        for row in listed(shop).values()
        if row.status not in ("draft", "withdrawn")
    ]
    return [*gaps(held)], [*collisions(held)]


def test_a_version_is_shown_by_its_number(shop: Shop) -> None:
    with shop.reading(shop.system) as desk:
        assert version(desk, 1).pack == "cn"
        with pytest.raises(NotFound, match="counter policy list"):
            version(desk, 2)
