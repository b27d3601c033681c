"""Signing in: staff number and PIN, one-time codes, and delays after wrong tries."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.low_level import ARGON2_VERSION

from counter.desk import Actor, ReadingDesk, SigningDesk
from counter.rules.signing import FREE_TRIES, PIN_DIGITS, PIN_MOST, delay_after, pin_is_weak
from counter.shop import SYSTEM, Shop
from data.auditing import Deed
from data.driver import damaged
from data.signing import SignInRow
from models.errors import InvalidInput, SignInRefused
from models.messages import N_
from models.terms import Role
from models.text import clean_text

CODE_LIFETIME: Final = timedelta(days=7)
"""How long a one-time code lets its owner set a PIN."""

_CODE_DIGITS: Final = 8

# OWASP's least work for Argon2id. Six digits are soon tried by whoever has the file, however much
# work each try is: what protects a PIN is the file's permission, and in the program the growing
# delay. Every command waits for this hash, and the library's own default takes 64 MiB and four
# cores for it. A hash says by itself how it was made: one with other work stays valid.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _hash_of_nothing() -> str:
    """A hash that no secret has, for the same work as any; made without doing that work now."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_HASHER.salt_len, _HASHER.hash_len)
    )
    work = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${work}${salt}${digest}"


_NOBODY: Final = _hash_of_nothing()
"""Verified where there is nothing to verify, so that the answer takes as long as another."""

_PAUSE: Final = timedelta(minutes=1)
"""Tries with unknown numbers become one entry of the audit chain in this time, not more."""


@dataclass(frozen=True, slots=True)
class CodeAccepted:
    """The typed secret was the person's one-time code: now a PIN has to be chosen."""

    login: str


def nobody_yet(desk: ReadingDesk) -> bool:
    """Whether no person has been added: the first run asks for the first supervisor."""
    return not desk.reader.value("SELECT count(*) FROM staff WHERE login <> :system", system=SYSTEM)


def new_code() -> tuple[str, str]:
    """A new one-time code of eight digits, and its hash."""
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    return code, _HASHER.hash(code)


def hash_pin(pin: str, salt: bytes | None = None) -> str:
    """The argon2id hash of a PIN that is fit to be one.

    Args:
        pin: as typed.
        salt: for a made-up shop that is to be the same again; by chance when absent.

    Raises:
        InvalidInput: not only digits, too short, too long, or among the first that anyone tries.
    """
    if not (pin.isascii() and pin.isdigit()) or not PIN_DIGITS <= len(pin) <= PIN_MOST:
        raise InvalidInput(
            N_("A PIN has {least} to {most} digits."), field="pin", least=PIN_DIGITS, most=PIN_MOST
        )
    if pin_is_weak(pin):
        raise InvalidInput(N_("This PIN is too easy to guess. Choose another."), field="pin")
    return _HASHER.hash(pin, salt=salt)


def prove(shop: Shop, login: str, pin: str, deed: str) -> Actor:
    """Who somebody is, by their own PIN at a counter that another person is signed in at.

    Tries count as those of a sign-in; the audit is told ``deed``.

    Raises:
        SignInRefused: as :func:`sign_in`; a one-time code is no PIN.
    """
    proved = sign_in(shop, login, pin, deed=deed)
    if isinstance(proved, CodeAccepted):
        raise _not_together()
    return proved


def sign_in(
    shop: Shop, login: str, secret: str, *, deed: str = "staff.sign_in"
) -> Actor | CodeAccepted:
    """Sign in with a PIN, or prove with a one-time code that a PIN may be chosen.

    A try is counted before the secret is looked at, in a transaction of its own: a crash or a
    second terminal cannot make tries free. One hash is computed for every answer, whoever asks and
    outside any transaction.

    Raises:
        SignInRefused: unknown number or wrong secret (in the same words, whether or not the person
            still works here), too many tries (the sentence says when the next one is possible), or
            the right PIN of somebody who left.
    """
    known = _count_try(shop, login)
    if known is not None and known.pin_hash is None:
        if _code_holds(known, shop.clock(), secret):
            _forget_tries(shop, known)
            return CodeAccepted(known.login)
        raise _not_together()
    hashed = known.pin_hash if known else None
    if not _matches(hashed, secret) or known is None or hashed is None:
        raise _not_together()
    if _HASHER.check_needs_rehash(hashed):  # made with other work: the next sign-in has today's
        hashed = _HASHER.hash(secret)
    with shop.signing(_actor(known)) as desk:  # refuses who left, or lost the PIN meanwhile
        staff = _same(desk, known)
        staff = replace(staff, pin_hash=hashed, failed_tries=0, locked_until=None)
        desk.book.keep(staff)
        _audit(desk, deed, staff)
        return desk.actor


def choose_pin(shop: Shop, login: str, code: str, pin: str) -> Actor:
    """Set a PIN by a one-time code and sign in; the code is used up.

    Raises:
        SignInRefused: the code is wrong, used or too old.
        InvalidInput: the PIN is not fit to be one.
    """
    hashed = hash_pin(pin)
    known = _count_try(shop, login)
    if not _code_holds(known, shop.clock(), code) or known is None:
        raise _code_refused()
    with shop.signing(_actor(known)) as desk:
        staff = _row(desk, known)
        if staff.code_hash != known.code_hash:  # a second terminal was faster with the same code
            raise _code_refused()
        _set_pin(desk, staff, hashed)
        _audit(desk, "staff.choose_pin", staff)
        return desk.actor


def change_pin(shop: Shop, actor: Actor, old: str, new: str) -> None:
    """Change one's own PIN; this session goes on. A one-time code is no old PIN.

    Raises:
        SignInRefused: the old PIN is wrong, or was reset or changed while this was typed.
        InvalidInput: the new PIN is not fit to be one.
    """
    hashed = hash_pin(new)
    known = _count_try(shop, actor.login)
    if not _matches(known.pin_hash if known else None, old) or known is None:
        raise _not_together()
    with shop.signing(actor) as desk:
        staff = _same(desk, known)
        _set_pin(desk, staff, hashed)
        _audit(desk, "staff.change_pin", staff)


def _count_try(shop: Shop, login: str) -> SignInRow | None:
    """Count one try for ``login`` and give back the row as it then stands, None for nobody's.

    Whether the person still works here is no matter yet: it is told to whoever knows the PIN.

    Raises:
        SignInRefused: the person has to wait.
    """
    login = clean_text(login)
    with shop.signing(shop.system) as desk:
        staff = desk.book.by_login(login)
        if staff is None or staff.login == SYSTEM:
            _count_unknown(desk, shop.places.store.path)
            return None
        staff, wait = _waiting(staff, desk.now)
        if not wait:
            tries = staff.failed_tries + 1
            delay = delay_after(tries)
            until = desk.now + delay if delay else None
            staff = replace(staff, failed_tries=tries, locked_until=until)
            if tries >= FREE_TRIES:
                _audit(desk, "staff.tries", staff, failed=tries)
        desk.book.keep(staff)
    if wait:
        raise SignInRefused(
            N_("Too many wrong tries. Wait {seconds} s."),
            field="pin",
            seconds=max(int(wait.total_seconds()), 1),
        )
    return staff


def _forget_tries(shop: Shop, known: SignInRow) -> None:
    """The right code proves the person: the wrong tries before must not keep the PIN from it."""
    with shop.signing(shop.system) as desk:
        desk.book.keep(replace(_row(desk, known), failed_tries=0, locked_until=None))


def _waiting(staff: SignInRow, now: datetime) -> tuple[SignInRow, timedelta]:
    """The person and their wait; a clock that was set back lets the wait begin anew.

    The end of a wait lies one delay after the last try. Where it lies farther ahead, that try was
    made in what is the future now: the clock was set back, and waiting for the old end could take
    days. The wait is then one delay from now, once. The count of wrong tries stays in any case, so
    that a clock set forward shortens one wait and the next is twice as long: more cannot be done
    about somebody who may set the clock.
    """
    if staff.locked_until is None:
        return staff, timedelta()
    until = min(staff.locked_until, now + delay_after(staff.failed_tries))
    return replace(staff, locked_until=until), max(until - now, timedelta())


def _count_unknown(desk: SigningDesk, store: Path) -> None:
    """Count a try with a number that is nobody's; what was typed is kept nowhere.

    It may be a PIN in the wrong field. The row of ``system``, which nobody signs in with, keeps the
    count and the moment before which the audit chain gets no other entry of this kind; writing it
    takes as long as counting a known person's try.

    Raises:
        StoreDamaged: the store lacks that row, which every store has.
    """
    system = desk.book.by_login(SYSTEM)
    if system is None:
        raise damaged(store)
    tries, pause_ends = system.failed_tries + 1, system.locked_until
    if pause_ends is None or not desk.now < pause_ends <= desk.now + _PAUSE:
        _audit(desk, "staff.unknown_login", None, tries=tries)
        tries, pause_ends = 0, desk.now + _PAUSE
    desk.book.keep(replace(system, failed_tries=tries, locked_until=pause_ends))


def _matches(hashed: str | None, secret: str) -> bool:
    """Whether the secret is the hashed one; never where there is none, and no sooner."""
    try:
        # A terminal may hand over bytes that are no text: wrong, and as slowly wrong as others.
        fits = _HASHER.verify(hashed or _NOBODY, secret.encode("utf-8", "surrogatepass"))
    except VerificationError:
        return False
    return fits and hashed is not None


def _code_holds(staff: SignInRow | None, now: datetime, code: str) -> bool:
    holds = staff is not None and staff.code_expires_at is not None and now < staff.code_expires_at
    return _matches(staff.code_hash if staff is not None and holds else None, code)


def _row(desk: SigningDesk, known: SignInRow) -> SignInRow:
    staff = desk.book.by_id(known.id)
    if staff is None:
        raise RuntimeError("A person's row is gone: the store deletes none.")
    return staff


def _same(desk: SigningDesk, known: SignInRow) -> SignInRow:
    """The person's row, with the PIN that was just verified.

    Raises:
        SignInRefused: another terminal gave it another PIN meanwhile.
    """
    staff = _row(desk, known)
    if staff.pin_hash != known.pin_hash:
        raise _not_together()
    return staff


def _set_pin(desk: SigningDesk, staff: SignInRow, hashed: str) -> None:
    desk.book.keep(
        replace(
            staff,
            pin_hash=hashed,
            code_hash=None,
            code_expires_at=None,
            failed_tries=0,
            locked_until=None,
        )
    )


def _audit(desk: SigningDesk, action: str, staff: SignInRow | None, **diff: Any) -> None:
    entity, uid = ("staff", staff.uid) if staff else (None, None)
    actor = desk.actor
    desk.book.audit(Deed(actor.id, actor.login, desk.now, action, entity, uid, diff))


def _not_together() -> SignInRefused:
    return SignInRefused(
        N_("Staff number and PIN do not go together. Please try again."), field="pin"
    )


def _code_refused() -> SignInRefused:
    return SignInRefused(
        N_("This code is wrong, used or too old. Ask a supervisor for a new one."), field="code"
    )


def _actor(staff: SignInRow) -> Actor:
    return Actor(staff.id, staff.login, staff.name, Role(staff.role), staff.session_no)
