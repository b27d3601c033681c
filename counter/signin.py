"""Signing in: staff number and PIN, one-time codes, and delays after wrong tries."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import select

from counter.desk import Actor
from counter.rules.signing import FREE_TRIES, PIN_DIGITS, PIN_MOST, delay_after, pin_is_weak
from counter.shop import SYSTEM, Shop
from models.errors import InvalidInput, SignInRefused
from models.messages import N_
from models.staff import Staff
from models.terms import Role
from models.text import clean_text

CODE_LIFETIME: Final = timedelta(days=7)
"""How long a one-time code lets its owner set a PIN."""

_CODE_DIGITS: Final = 8

_HASHER: Final = PasswordHasher()
_NOBODY: Final = _HASHER.hash("")
"""Verified when the staff number is unknown, so that the answer takes as long as for another."""


@dataclass(frozen=True, slots=True)
class CodeAccepted:
    """The typed secret was the person's one-time code: now a PIN has to be chosen."""

    login: str


def new_code() -> tuple[str, str]:
    """A new one-time code of eight digits, and its hash."""
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    return code, _HASHER.hash(code)


def hash_pin(pin: str) -> str:
    """The argon2id hash of a PIN that is fit to be one.

    Raises:
        InvalidInput: not only digits, too short, too long, or among the first that anyone tries.
    """
    if not (pin.isascii() and pin.isdigit()) or not PIN_DIGITS <= len(pin) <= PIN_MOST:
        raise InvalidInput(
            N_("A PIN has {least} to {most} digits."), field="pin", least=PIN_DIGITS, most=PIN_MOST
        )
    if pin_is_weak(pin):
        raise InvalidInput(N_("This PIN is too easy to guess. Choose another."), field="pin")
    return _HASHER.hash(pin)


def sign_in(shop: Shop, login: str, secret: str) -> Actor | CodeAccepted:
    """Sign in with a PIN, or prove with a one-time code that a PIN may be chosen.

    A try is counted before the secret is looked at, in a transaction of its own: a crash or a
    second terminal cannot make tries free. The hash is computed outside any transaction.

    Raises:
        SignInRefused: unknown number or wrong secret (in the same words), inactive, or too many
            tries; the sentence says when the next one is possible.
    """
    known = _count_try(shop, login)
    if known is None or not _matches(known.pin_hash, secret):
        if known and _code_holds(known, shop, secret):
            return CodeAccepted(known.login)
        if known is None:
            _matches(_NOBODY, secret)
        raise SignInRefused(
            N_("Staff number and PIN do not go together. Please try again."), field="pin"
        )
    actor = _actor(known)
    with shop.writing(actor) as desk:
        staff = desk.session.exec(select(Staff).where(Staff.login == known.login)).one()
        staff.failed_tries, staff.locked_until = 0, None
        if _HASHER.check_needs_rehash(known.pin_hash or ""):
            staff.pin_hash = _HASHER.hash(secret)
        desk.session.add(staff)
        desk.work.audit("staff.sign_in", "staff", staff.uid)
    return actor


def choose_pin(shop: Shop, login: str, code: str, pin: str) -> Actor:
    """Set a PIN by a one-time code and sign in; the code is used up.

    Raises:
        SignInRefused: the code is wrong, used or too old.
        InvalidInput: the PIN is not fit to be one.
    """
    hashed = hash_pin(pin)
    known = _count_try(shop, login)
    if known is None or not _code_holds(known, shop, code):
        raise SignInRefused(
            N_("This code is wrong, used or too old. Ask a supervisor for a new one."),
            field="code",
        )
    actor = _actor(known)
    with shop.writing(actor) as desk:
        staff = desk.session.exec(select(Staff).where(Staff.login == known.login)).one()
        if staff.code_hash != known.code_hash:  # a second terminal was faster with the same code
            raise SignInRefused(
                N_("This code is wrong, used or too old. Ask a supervisor for a new one."),
                field="code",
            )
        staff.pin_hash, staff.code_hash, staff.code_expires_at = hashed, None, None
        staff.failed_tries, staff.locked_until = 0, None
        desk.session.add(staff)
        desk.work.audit("staff.choose_pin", "staff", staff.uid)
    return actor


def change_pin(shop: Shop, actor: Actor, old: str, new: str) -> None:
    """Change one's own PIN.

    Raises:
        SignInRefused: the old PIN is wrong.
        InvalidInput: the new PIN is not fit to be one.
    """
    hashed = hash_pin(new)
    sign_in(shop, actor.login, old)
    with shop.writing(actor) as desk:
        staff = desk.session.exec(select(Staff).where(Staff.login == actor.login)).one()
        staff.pin_hash = hashed
        desk.session.add(staff)
        desk.work.audit("staff.change_pin", "staff", staff.uid)


def _count_try(shop: Shop, login: str) -> Staff | None:
    """Count one try for ``login`` and give back the row as it then stands.

    Raises:
        SignInRefused: the person has to wait, or no longer works here.
    """
    login = clean_text(login)
    with shop.writing(shop.system) as desk:
        staff = desk.session.exec(select(Staff).where(Staff.login == login)).first()
        if staff is None or staff.login == SYSTEM:
            desk.work.audit("staff.unknown_login", login=login[:32])
            return None
        if not staff.active:
            raise SignInRefused(
                N_("{login} no longer works here. Ask a supervisor."), field="login", login=login
            )
        if staff.locked_until is not None and desk.now < staff.locked_until:
            left = max(int((staff.locked_until - desk.now).total_seconds()), 1)
            raise SignInRefused(
                N_("Too many wrong tries. Try again in {seconds} seconds."),
                field="pin",
                seconds=left,
            )
        staff.failed_tries += 1
        delay = delay_after(staff.failed_tries)
        staff.locked_until = desk.now + delay if delay else None
        desk.session.add(staff)
        if staff.failed_tries >= FREE_TRIES:
            desk.work.audit("staff.tries", "staff", staff.uid, failed=staff.failed_tries)
        return staff


def _matches(hashed: str | None, secret: str) -> bool:
    if hashed is None:
        return False
    try:
        # A terminal may hand over bytes that are no text: wrong, and as slowly wrong as others.
        return _HASHER.verify(hashed, secret.encode("utf-8", "surrogatepass"))
    except VerificationError:
        return False


def _code_holds(staff: Staff, shop: Shop, code: str) -> bool:
    expires = staff.code_expires_at
    return expires is not None and shop.clock() < expires and _matches(staff.code_hash, code)


def _actor(staff: Staff) -> Actor:
    if staff.id is None:
        raise RuntimeError("A staff row without a key was read from the store.")
    return Actor(staff.id, staff.login, staff.name, Role(staff.role), staff.session_no)
