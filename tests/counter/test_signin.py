from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from counter import signin, staff
from counter.desk import Actor
from counter.rules.signing import FREE_TRIES, PIN_DIGITS, delay_after, pin_is_weak
from counter.shop import Shop
from counter.signin import CODE_LIFETIME, CodeAccepted, change_pin, choose_pin, hash_pin, sign_in
from counter.staff import StaffDraft, change_staff, reset_pin
from data.driver import connect
from models.errors import InvalidInput, SignInRefused, StoreDamaged
from models.staff import Staff
from models.terms import Role
from tests.premises import PIN, Clock, hire, rows, shop_at

WRONG = "918273"
NOT_TOGETHER = "Staff number and PIN do not go together"


def test_the_first_run_finds_nobody(shop: Shop) -> None:
    with shop.reading(shop.system) as desk:
        assert signin.nobody_yet(desk)
    hire(shop, "sun", Role.SUPERVISOR)
    with shop.reading(shop.system) as desk:
        assert not signin.nobody_yet(desk)


def refused(shop: Shop, login: str, secret: str) -> str:
    with pytest.raises(SignInRefused) as error:
        sign_in(shop, login, secret)
    return str(error.value)


def tries(shop: Shop, login: str = "li") -> int:
    return int(rows(shop, "SELECT failed_tries FROM staff WHERE login = :login", login=login)[0][0])


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen at another terminal while the next secret is looked at."""
    look = signin._matches

    def looking(hashed: str | None, secret: str) -> bool:
        monkeypatch.setattr(signin, "_matches", look)
        act()
        return look(hashed, secret)

    monkeypatch.setattr(signin, "_matches", looking)


def chain(shop: Shop, action: str) -> list[str]:
    """What the audit chain keeps of an action, oldest first."""
    found = rows(shop, "SELECT diff FROM audit_entry WHERE action = :action", action=action)
    return [row[0] for row in found]


# --- PINs -----------------------------------------------------------------------------------


def test_the_right_pin_signs_in(shop: Shop, clerk: Actor) -> None:
    assert sign_in(shop, "li", PIN) == clerk


def test_signing_in_is_in_the_audit_trail(shop: Shop, clerk: Actor) -> None:
    sign_in(shop, clerk.login, PIN)

    last = rows(shop, "SELECT actor, action FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert last == [("li", "staff.sign_in")]


def test_an_unknown_number_and_a_wrong_pin_are_refused_in_the_same_words(
    shop: Shop, clerk: Actor
) -> None:
    assert refused(shop, clerk.login, WRONG) == refused(shop, "nobody", WRONG)
    assert refused(shop, "system", "") == refused(shop, "nobody", "")
    assert refused(shop, "\udcff\x1b", "\udcff") == refused(shop, "nobody", WRONG)


def test_a_person_without_a_pin_cannot_sign_in_with_nothing(shop: Shop) -> None:
    hire(shop, "new", Role.CLERK)

    for secret in ("", "None", "0"):
        assert NOT_TOGETHER in refused(shop, "new", secret)


def test_who_left_cannot_sign_in(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    with shop.writing(supervisor) as desk:
        change_staff(desk, clerk.login, active=False)

    assert "no longer works here" in refused(shop, "li", PIN)


def test_only_the_right_pin_tells_that_somebody_left(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    with shop.writing(supervisor) as desk:
        change_staff(desk, clerk.login, active=False)

    assert refused(shop, "li", WRONG) == refused(shop, "nobody", WRONG)
    assert tries(shop) == 1
    for _ in range(FREE_TRIES - 1):
        refused(shop, "li", WRONG)
    assert "Too many wrong tries" in refused(shop, "li", PIN)


def test_who_leaves_while_the_pin_is_looked_at_is_not_signed_in(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave() -> None:
        with shop.writing(supervisor) as desk:
            change_staff(desk, clerk.login, active=False)

    meanwhile(monkeypatch, leave)

    assert "no longer works here" in refused(shop, clerk.login, PIN)


def test_a_pin_that_was_reset_while_it_is_looked_at_opens_nothing(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reset() -> None:
        with shop.writing(supervisor) as desk:
            reset_pin(desk, clerk.login)

    meanwhile(monkeypatch, reset)

    assert "was reset" in refused(shop, clerk.login, PIN)


@pytest.mark.parametrize(
    "pin", ["", "12345", "48291a", "４８２９１３", "0" * 33, " 482913", "-482913", "482913\n"]
)
def test_a_pin_is_six_digits_or_more(pin: str) -> None:
    with pytest.raises(InvalidInput) as error:
        hash_pin(pin)
    assert error.value.field == "pin"


@pytest.mark.parametrize(
    "pin", ["000000", "111111", "123456", "654321", "890123", "210987", "99999999"]
)
def test_a_pin_that_everybody_tries_first_is_refused(pin: str) -> None:
    with pytest.raises(InvalidInput, match="too easy"):
        hash_pin(pin)


@given(st.text("0123456789", min_size=PIN_DIGITS, max_size=12))
def test_few_pins_are_weak(pin: str) -> None:
    rows_and_runs = {
        "".join(str((start + step * at) % 10) for at in range(len(pin)))
        for start in range(10)
        for step in (-1, 0, 1)
    }

    assert pin_is_weak(pin) == (pin in rows_and_runs)


def test_changing_a_pin_wants_the_old_one(shop: Shop, clerk: Actor) -> None:
    with pytest.raises(SignInRefused):
        change_pin(shop, clerk, WRONG, "573829")
    change_pin(shop, clerk, PIN, "573829")

    assert NOT_TOGETHER in refused(shop, "li", PIN)
    assert sign_in(shop, "li", "573829") == clerk


def test_changing_a_pin_keeps_the_session_in_which_it_was_changed(shop: Shop, clerk: Actor) -> None:
    change_pin(shop, clerk, PIN, "573829")

    with shop.reading(clerk) as desk:
        assert desk.actor == clerk
    assert tries(shop) == 0
    assert chain(shop, "staff.sign_in") == []


def test_a_code_is_no_old_pin(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    with shop.writing(supervisor) as desk:
        code = reset_pin(desk, clerk.login).code

    with pytest.raises(SignInRefused):
        change_pin(shop, clerk, code, "573829")
    assert sign_in(shop, clerk.login, code) == CodeAccepted("li")


def test_a_changed_pin_never_undoes_a_reset(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[str] = []

    def reset() -> None:
        with shop.writing(supervisor) as desk:
            codes.append(reset_pin(desk, clerk.login).code)

    meanwhile(monkeypatch, reset)
    with pytest.raises(SignInRefused, match="was reset"):
        change_pin(shop, clerk, PIN, "573829")

    assert NOT_TOGETHER in refused(shop, clerk.login, "573829")
    assert sign_in(shop, clerk.login, codes[0]) == CodeAccepted("li")


def test_of_two_changes_at_once_the_first_holds(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: change_pin(shop, clerk, PIN, "648193"))
    with pytest.raises(SignInRefused):
        change_pin(shop, clerk, PIN, "573829")

    assert sign_in(shop, clerk.login, "648193") == clerk


def test_a_changed_pin_uses_up_any_code(shop: Shop, clerk: Actor) -> None:
    code, hashed = signin.new_code()
    with shop.writing(shop.system) as desk:
        row = desk.session.exec(select(Staff).where(Staff.login == "li")).one()
        row.code_hash, row.code_expires_at = hashed, desk.now + CODE_LIFETIME
        desk.session.add(row)
    change_pin(shop, clerk, PIN, "573829")

    with pytest.raises(SignInRefused, match="wrong, used or too old"):
        choose_pin(shop, "li", code, "648193")


# --- numbers that are nobody's --------------------------------------------------------------


def test_a_pin_typed_as_a_number_is_kept_nowhere(shop: Shop, clerk: Actor) -> None:
    refused(shop, PIN, "")
    refused(shop, f"li{PIN}", WRONG)

    kept = repr(rows(shop, "SELECT * FROM audit_entry") + rows(shop, "SELECT * FROM staff"))
    assert clerk.login in kept
    assert PIN not in kept
    assert len(chain(shop, "staff.unknown_login")) == 1


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_store_without_its_system_row_is_told_to_be_damaged(
    shop: Shop, clerk: Actor, asked_before: bool
) -> None:
    if asked_before:
        assert shop.system.login == "system"
    else:
        shop.__dict__.pop("system", None)
    with closing(connect(shop.places.store.path)) as store:
        store.execute("UPDATE staff SET login = 'gone', active = 1 WHERE login = 'system'")

    with pytest.raises(StoreDamaged, match="damaged or no store"):
        sign_in(shop, "nobody", PIN)


def test_unknown_numbers_make_one_entry_a_minute_with_their_count(shop: Shop, clock: Clock) -> None:
    for number in range(5):
        refused(shop, f"nobody{number}", WRONG)
    assert chain(shop, "staff.unknown_login") == ['{"tries":1}']
    clock.forward(seconds=59)
    refused(shop, "nobody", WRONG)
    clock.forward(seconds=1)
    refused(shop, "nobody", WRONG)

    assert chain(shop, "staff.unknown_login") == ['{"tries":1}', '{"tries":6}']


def test_a_clock_that_was_set_back_does_not_silence_the_chain(shop: Shop, clock: Clock) -> None:
    refused(shop, "nobody", WRONG)
    clock.forward(days=-1)
    refused(shop, "nobody", WRONG)

    assert len(chain(shop, "staff.unknown_login")) == 2


def test_every_refusal_computes_one_hash(
    shop: Shop, clerk: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str | None] = []
    look = signin._matches

    def looking(hashed: str | None, secret: str) -> bool:
        looked.append(hashed)
        return look(hashed, secret)

    monkeypatch.setattr(signin, "_matches", looking)
    with shop.writing(shop.system) as desk:
        staff.add_staff(desk, StaffDraft("new", "New"))
        staff.add_staff(desk, StaffDraft("late", "Late"))
    hire(shop, "bare", Role.CLERK)
    for login in ("new", "bare", clerk.login, "nobody", "system"):
        refused(shop, login, WRONG)
    clock.now += CODE_LIFETIME
    refused(shop, "late", WRONG)

    assert len(looked) == 6


# --- the work of a hash ---------------------------------------------------------------------

OTHER_WORK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=2)


def pin_hash(shop: Shop, login: str) -> str:
    kept = rows(shop, "SELECT pin_hash FROM staff WHERE login = :login", login=login)[0][0]
    assert isinstance(kept, str)
    return kept


def test_a_hash_has_the_work_that_owasp_names_as_the_least() -> None:
    work = extract_parameters(hash_pin(PIN))

    assert (work.memory_cost, work.time_cost, work.parallelism) == (19 * 1024, 2, 1)
    assert hash_pin(PIN).startswith("$argon2id$")


def test_nobody_takes_as_much_work_as_somebody() -> None:
    assert extract_parameters(signin._NOBODY) == extract_parameters(hash_pin(PIN))
    assert extract_parameters(signin._NOBODY) == extract_parameters(signin.new_code()[1])


def test_a_pin_hashed_with_other_work_signs_in_and_is_hashed_anew(shop: Shop) -> None:
    zhao = hire(shop, "zhao", Role.CLERK, OTHER_WORK.hash(PIN))

    assert sign_in(shop, "zhao", PIN) == zhao
    renewed = pin_hash(shop, "zhao")
    assert extract_parameters(renewed) == extract_parameters(hash_pin(PIN))
    assert sign_in(shop, "zhao", PIN) == zhao
    assert pin_hash(shop, "zhao") == renewed


def test_a_wrong_pin_renews_no_hash(shop: Shop) -> None:
    old = OTHER_WORK.hash(PIN)
    hire(shop, "zhao", Role.CLERK, old)

    refused(shop, "zhao", WRONG)

    assert pin_hash(shop, "zhao") == old


def test_a_hash_is_renewed_while_other_terminals_may_write(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhao = hire(shop, "zhao", Role.CLERK, OTHER_WORK.hash(PIN))
    hire(shop, "hu", Role.CLERK)
    make = PasswordHasher.hash

    def making(self: PasswordHasher, password: str) -> str:
        refused(shop, "hu", WRONG)  # counts a try, which waits for nobody
        return make(self, password)

    monkeypatch.setattr(PasswordHasher, "hash", making)

    assert sign_in(shop, "zhao", PIN) == zhao
    assert tries(shop, "hu") == 1


def test_a_pin_hashed_with_other_work_may_be_changed(shop: Shop) -> None:
    zhao = hire(shop, "zhao", Role.CLERK, OTHER_WORK.hash(PIN))

    change_pin(shop, zhao, PIN, "648193")

    assert sign_in(shop, "zhao", "648193") == zhao


def test_a_code_hashed_with_other_work_holds(
    shop: Shop, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier, shop.writing(supervisor) as desk:
        earlier.setattr(signin, "_HASHER", OTHER_WORK)
        issued = staff.add_staff(desk, StaffDraft("new", "New"))
    assert issued is not None

    assert sign_in(shop, "new", issued.code) == CodeAccepted("new")
    choose_pin(shop, "new", issued.code, "648193")
    assert extract_parameters(pin_hash(shop, "new")) == extract_parameters(hash_pin(PIN))


# --- delays ---------------------------------------------------------------------------------


def test_delays_begin_after_the_fifth_try_double_and_end_at_an_hour() -> None:
    seconds = [int(delay_after(count).total_seconds()) for count in range(15)]

    assert seconds == [0] * 5 + [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert delay_after(10**9) == timedelta(hours=1)


def test_after_five_wrong_tries_even_the_right_pin_waits(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    for _ in range(FREE_TRIES):
        assert NOT_TOGETHER in refused(shop, "li", WRONG)
    assert "Wait 30 s" in refused(shop, "li", PIN)
    clock.forward(seconds=29.5)
    assert "Wait 1 s" in refused(shop, "li", PIN)
    clock.forward(seconds=0.5)

    assert sign_in(shop, "li", PIN) == clerk
    assert tries(shop) == 0


def test_the_delay_grows_and_outlives_a_restart(shop: Shop, clerk: Actor, clock: Clock) -> None:
    for _ in range(FREE_TRIES):
        refused(shop, clerk.login, WRONG)
    clock.forward(seconds=30)
    assert NOT_TOGETHER in refused(shop, "li", WRONG)
    shop.close()
    again = shop_at(shop.places.home, clock)

    assert "Wait 60 s" in refused(again, "li", PIN)
    clock.forward(seconds=60)
    assert sign_in(again, "li", PIN) == clerk
    again.close()


def test_tries_while_waiting_do_not_lengthen_the_wait(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    for _ in range(FREE_TRIES):
        refused(shop, clerk.login, WRONG)
    for _ in range(10):
        refused(shop, "li", WRONG)
    clock.forward(seconds=30)

    assert sign_in(shop, "li", PIN) == clerk


def test_a_clock_set_back_prolongs_no_wait(shop: Shop, clerk: Actor, clock: Clock) -> None:
    for _ in range(FREE_TRIES):
        refused(shop, clerk.login, WRONG)
    clock.forward(days=-1)
    assert "Wait 30 s" in refused(shop, "li", PIN)
    clock.forward(seconds=20)
    assert "Wait 10 s" in refused(shop, "li", PIN)
    clock.forward(seconds=10)

    assert sign_in(shop, "li", PIN) == clerk


def test_a_clock_set_back_and_forth_frees_no_tries(shop: Shop, clerk: Actor, clock: Clock) -> None:
    for _ in range(FREE_TRIES):
        refused(shop, clerk.login, WRONG)
    clock.forward(days=1)
    assert NOT_TOGETHER in refused(shop, "li", WRONG)
    clock.forward(days=-1)
    assert "Wait 60 s" in refused(shop, "li", PIN)
    clock.forward(seconds=60)
    assert NOT_TOGETHER in refused(shop, "li", WRONG)
    assert "Wait 120 s" in refused(shop, "li", PIN)
    assert tries(shop) == FREE_TRIES + 2


def test_one_persons_wrong_tries_do_not_lock_another_out(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    for _ in range(FREE_TRIES):
        refused(shop, clerk.login, WRONG)

    assert sign_in(shop, "sun", PIN) == supervisor


def test_parallel_tries_are_no_more_than_five(shop: Shop, clerk: Actor) -> None:
    shop.warm_up()
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: refused(shop, clerk.login, WRONG), range(16)))

    assert sum(NOT_TOGETHER in sentence for sentence in said) == FREE_TRIES
    assert sum("Too many wrong tries" in sentence for sentence in said) == 16 - FREE_TRIES


def test_a_try_is_counted_before_the_secret_is_looked_at(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(hashed: str | None, secret: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(signin, "_matches", crash)
    with pytest.raises(KeyboardInterrupt):
        sign_in(shop, clerk.login, PIN)

    assert tries(shop) == 1


# --- one-time codes -------------------------------------------------------------------------


@pytest.fixture
def code(shop: Shop, supervisor: Actor) -> str:
    """The code of ``new``, who has just been added."""
    with shop.writing(supervisor) as desk:
        issued = staff.add_staff(desk, StaffDraft("new", "New"))
    assert issued is not None
    assert (issued.login, len(issued.code), issued.code.isdigit()) == ("new", 8, True)
    return issued.code


def test_a_code_lets_its_owner_choose_a_pin_once(shop: Shop, code: str) -> None:
    assert sign_in(shop, "new", code) == CodeAccepted("new")
    actor = choose_pin(shop, "new", code, "573829")

    assert sign_in(shop, "new", "573829") == actor
    assert NOT_TOGETHER in refused(shop, "new", code)
    with pytest.raises(SignInRefused, match="wrong, used or too old"):
        choose_pin(shop, "new", code, "648193")


def test_a_code_is_somebodys_own(shop: Shop, clerk: Actor, code: str) -> None:
    with pytest.raises(SignInRefused):
        choose_pin(shop, clerk.login, code, "573829")

    assert sign_in(shop, "li", PIN) == clerk


@pytest.mark.parametrize(("seconds", "holds"), [(-1, True), (0, False)])
def test_a_code_holds_a_week(
    shop: Shop, clock: Clock, code: str, seconds: float, holds: bool
) -> None:
    clock.now += CODE_LIFETIME + timedelta(seconds=seconds)

    if holds:
        choose_pin(shop, "new", code, "573829")
    else:
        assert NOT_TOGETHER in refused(shop, "new", code)
        with pytest.raises(SignInRefused, match="too old"):
            choose_pin(shop, "new", code, "573829")


def test_codes_are_guessed_no_faster_than_pins(shop: Shop, code: str) -> None:
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _ in range(FREE_TRIES):
        with pytest.raises(SignInRefused, match="wrong, used or too old"):
            choose_pin(shop, "new", wrong, "573829")

    with pytest.raises(SignInRefused, match="Too many wrong tries"):
        choose_pin(shop, "new", code, "573829")


def test_a_weak_pin_does_not_use_the_code_up(shop: Shop, code: str) -> None:
    with pytest.raises(InvalidInput):
        choose_pin(shop, "new", code, "123456")

    choose_pin(shop, "new", code, "573829")


def test_a_reset_takes_the_pin_ends_the_wait_and_gives_a_code(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    for _ in range(FREE_TRIES):
        refused(shop, clerk.login, WRONG)
    with shop.writing(supervisor) as desk:
        code = reset_pin(desk, "li").code

    assert NOT_TOGETHER in refused(shop, "li", PIN)
    assert choose_pin(shop, "li", code, "573829") == clerk


def test_neither_pin_nor_code_is_kept_readable(shop: Shop, clerk: Actor, code: str) -> None:
    kept = repr(rows(shop, "SELECT * FROM staff") + rows(shop, "SELECT * FROM audit_entry"))

    assert clerk.login in kept
    assert PIN not in kept
    assert code not in kept
    assert kept.count("$argon2id$") == 3


def test_the_right_code_after_wrong_tries_lets_the_pin_be_chosen(
    shop: Shop, supervisor: Actor, clerk: Actor
) -> None:
    """Four wrong PINs, then the code, then the PIN: the code must not be the fifth wrong try."""
    with shop.writing(supervisor) as desk:
        issued = reset_pin(desk, clerk.login)
    for _try in range(4):
        with pytest.raises(SignInRefused):
            sign_in(shop, clerk.login, "999111")

    assert sign_in(shop, clerk.login, issued.code) == CodeAccepted(clerk.login)
    assert choose_pin(shop, clerk.login, issued.code, "735102").login == clerk.login
