"""Who works here: adding people, roles, PIN resets by one-time code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from counter.desk import ReadingDesk, WritingDesk
from counter.permissions import Action
from counter.rules.fields import Faults, named
from counter.rules.people import may_manage
from counter.shop import SYSTEM
from counter.signin import CODE_LIFETIME, hash_pin, new_code
from data.pages import staff_counts, staff_page
from models.errors import InvalidInput, NotAllowed, NotFound
from models.messages import N_
from models.people import LAST_LEADER, LEADERS, LOGIN, LOGIN_RULE
from models.terms import Role
from models.views import Counts, Page, Span, StaffRow

if TYPE_CHECKING:
    from models.staff import Staff

_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class StaffDraft:
    """A person as typed."""

    login: str = ""
    name: str = ""
    role: str = Role.CLERK


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """A one-time code, said once: it is not kept in a form that can be read again."""

    login: str
    name: str
    code: str


def staff_list(desk: ReadingDesk, span: Span) -> Page[StaffRow]:
    """One page of the staff list."""
    desk.require(Action.READ)
    return staff_page(desk.reader, span)


def staff_count(desk: ReadingDesk, first: tuple[Any, ...] | None = None) -> Counts:
    """How many people the staff list has, and how many stand before the key ``first``."""
    desk.require(Action.READ)
    return staff_counts(desk.reader, first)


def everybody(desk: ReadingDesk) -> Iterator[StaffRow]:
    """The whole staff list, however long."""
    span = Span(_ROWS_AT_ONCE)
    while rows := staff_list(desk, span).rows:
        yield from rows
        span = Span(_ROWS_AT_ONCE, after=rows[-1].key)


def colleagues(desk: ReadingDesk) -> list[tuple[str, str]]:
    """Login and name of everyone who works here now, for assigning."""
    desk.require(Action.READ)
    rows = desk.reader.all(
        "SELECT login, name FROM staff WHERE active AND login <> :system ORDER BY login",
        system=SYSTEM,
    )
    return [(row[0], row[1]) for row in rows]


def add_staff(desk: WritingDesk, draft: StaffDraft, pin: str | None = None) -> CodeIssued | None:
    """Add a person, who signs in first with the one-time code that is given back.

    Args:
        desk: a supervisor's, or the system's.
        draft: login, name and role as typed.
        pin: the PIN at once, without a code: the first supervisor types it in the first run.

    Raises:
        NotAllowed: the actor may not manage staff.
        InvalidInput: a field is wrong, or the login is taken.
    """
    desk.require(Action.MANAGE_STAFF)
    faults = Faults()
    login = faults.matching("login", draft.login or None, LOGIN, LOGIN_RULE)
    if login is None:
        faults.text("login", None, required=True)
    name = faults.text("name", draft.name, required=True, limit=80)
    role = faults.term("role", draft.role, Role, required=True)
    if login is not None and _find(desk, login) is not None:
        faults.add("login", N_("{login} is taken already."), login=login)
    faults.raise_if_any()
    if login is None or name is None or role is None:
        raise RuntimeError("Checked fields are missing.")
    _may_grant(desk, role)

    from models.staff import Staff  # whoever only reads the list needs no tables

    staff = Staff(login=login, name=name, role=role)
    if pin is not None:
        staff.pin_hash = hash_pin(pin)
    desk.session.add(staff)
    desk.session.flush()
    desk.work.audit("staff.add", "staff", staff.uid, login=login, name=name, role=role)
    return None if pin is not None else _issue_code(desk, staff)


def reset_pin(desk: WritingDesk, login: str) -> CodeIssued:
    """Take a person's PIN away and give a one-time code instead; also ends a lock-out.

    Whoever is signed in as that person, at whichever terminal, has to sign in again.

    Raises:
        NotAllowed: the actor may not manage staff, or not someone of that role.
        NotFound: nobody has that login.
    """
    desk.require(Action.MANAGE_STAFF)
    staff = _get(desk, login)
    _may_grant(desk, Role(staff.role))
    staff.pin_hash = None
    staff.session_no += 1
    staff.failed_tries, staff.locked_until = 0, None
    desk.work.audit("staff.reset_pin", "staff", staff.uid)
    return _issue_code(desk, staff)


def change_staff(
    desk: WritingDesk,
    login: str,
    *,
    name: str | None = None,
    role: str | None = None,
    active: bool | None = None,
) -> None:
    """Change a person's name or role, or whether the person works here.

    Raises:
        NotAllowed: the actor may not manage staff, or not someone of that role.
        NotFound: nobody has that login.
        InvalidInput: a value is wrong, or the last supervisor would be gone.
    """
    desk.require(Action.MANAGE_STAFF)
    staff = _get(desk, login)
    faults = Faults()
    new_name = faults.text("name", name, required=name is not None, limit=80)
    new_role = faults.term("role", role, Role)
    faults.raise_if_any()
    _may_grant(desk, Role(staff.role))
    if new_role is not None:
        _may_grant(desk, new_role)
        staff.role = new_role
    staff.name = new_name or staff.name
    if active is not None and active != staff.active:
        staff.active = active
        staff.session_no += 1  # who comes back signs in again
    desk.session.add(staff)
    desk.session.flush()
    _keep_a_supervisor(desk)
    desk.work.audit(
        "staff.change", "staff", staff.uid, name=staff.name, role=staff.role, active=staff.active
    )


def set_limit(desk: WritingDesk, login: str, amount: str) -> int:
    """Set up to which amount a person grants goodwill by an own right.

    Args:
        desk: a supervisor's.
        login: whose limit it is.
        amount: in the shop's currency, such as ``50.00``; ``0`` takes the right away.

    Returns:
        The limit in minor units.

    Raises:
        NotAllowed: the actor may not manage staff, or not someone of that role, or it is oneself.
        NotFound: nobody has that login.
        InvalidInput: it is no amount.
    """
    desk.require(Action.MANAGE_STAFF)
    staff = _get(desk, login)
    faults = Faults()
    limit = faults.money("limit", amount, desk.site.currency)
    if limit is None and not faults.found:
        faults.add("limit", N_("Please fill this in."))
    faults.raise_if_any()
    if limit is None:
        raise RuntimeError("A checked field is missing.")
    _may_grant(desk, Role(staff.role))
    if staff.id == desk.actor.id:
        raise NotAllowed(N_("Nobody sets a limit of their own. Another supervisor has to."))
    staff.goodwill_limit_minor = limit
    desk.session.add(staff)
    desk.session.flush()
    desk.work.audit("staff.limit", "staff", staff.uid, goodwill_limit_minor=limit)
    return limit


def _may_grant(desk: WritingDesk, role: Role) -> None:
    """Only an admin makes or touches admins and auditors: nobody raises himself."""
    if not may_manage(desk.actor.role, role):
        raise NotAllowed(N_("Only an admin may give or take the role '{role}'."), role=role)


def _keep_a_supervisor(desk: WritingDesk) -> None:
    from sqlmodel import select

    from models.staff import Staff

    leaders = select(Staff).where(
        Staff.active,
        Staff.login != SYSTEM,
        Staff.role.in_(LEADERS),  # type: ignore[attr-defined]
    )
    if desk.session.exec(leaders).first() is None:
        raise InvalidInput(LAST_LEADER, field="role")


def _issue_code(desk: WritingDesk, staff: Staff) -> CodeIssued:
    code, staff.code_hash = new_code()
    staff.code_expires_at = desk.now + CODE_LIFETIME
    desk.session.add(staff)
    return CodeIssued(staff.login, staff.name, code)


def _find(desk: WritingDesk, login: str) -> Staff | None:
    from sqlmodel import select

    from models.staff import Staff

    return desk.session.exec(select(Staff).where(Staff.login == login)).first()


def _get(desk: WritingDesk, login: str) -> Staff:
    login = named(login, N_("Please fill this in."), "login")
    staff = _find(desk, login)
    if staff is None or staff.login == SYSTEM:
        raise NotFound(N_("Nobody here has the staff number {login}."), login=login)
    return staff
