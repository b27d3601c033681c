"""Who may do what: one table of roles, checked in the operations and printed on request.

Screens ask this table only to hide what would be refused; the refusal itself is the operation's.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from counter.language import pgettext
from models.errors import NotAllowed
from models.messages import N_, NP_
from models.terms import Role


class Action(StrEnum):
    """What a role may permit."""

    READ = "read"
    FIND = "find"
    OPEN_TICKET = "open_ticket"
    WORK_TICKET = "work_ticket"
    ASSIGN_OTHERS = "assign_others"
    CHANGE_PRIORITY = "change_priority"
    HANDLE_RETURN = "handle_return"
    APPROVE_RETURN = "approve_return"
    CHANGE_CUSTOMER = "change_customer"
    EXPORT_VIEW = "export_view"
    KEEP_VIEWS = "keep_views"
    MANAGE_STAFF = "manage_staff"
    MANAGE_POLICY = "manage_policy"
    CHANGE_SITE = "change_site"
    IMPORT = "import"
    EXPORT = "export"
    READ_AUDIT = "read_audit"
    EXAMINE = "examine"
    BACK_UP = "back_up"


_NAMES: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.READ: NP_("Action", "read tickets, receipts and customers"),
        Action.FIND: NP_("Action", "find by number, name or phone"),
        Action.OPEN_TICKET: NP_("Action", "open tickets"),
        Action.WORK_TICKET: NP_("Action", "work on tickets"),
        Action.ASSIGN_OTHERS: NP_("Action", "assign tickets to others"),
        Action.CHANGE_PRIORITY: NP_("Action", "change a ticket's priority"),
        Action.HANDLE_RETURN: NP_("Action", "handle returns and pay refunds out"),
        Action.APPROVE_RETURN: NP_("Action", "approve exceptions, high refunds, compensation"),
        Action.CHANGE_CUSTOMER: NP_("Action", "add and change customers"),
        Action.EXPORT_VIEW: NP_("Action", "export a view for a spreadsheet"),
        Action.KEEP_VIEWS: NP_("Action", "keep views of one's own"),
        Action.MANAGE_STAFF: NP_("Action", "manage staff and reset PINs"),
        Action.MANAGE_POLICY: NP_("Action", "manage the return rules"),
        Action.CHANGE_SITE: NP_("Action", "change the store's name and settings"),
        Action.IMPORT: NP_("Action", "import files"),
        Action.EXPORT: NP_("Action", "export batches"),
        Action.READ_AUDIT: NP_("Action", "read the audit trail"),
        Action.EXAMINE: NP_("Action", "examine the store"),
        Action.BACK_UP: NP_("Action", "back up the store"),
    }
)

_CLERK: Final = frozenset(
    {
        Action.READ,
        Action.FIND,
        Action.OPEN_TICKET,
        Action.WORK_TICKET,
        Action.HANDLE_RETURN,
        Action.CHANGE_CUSTOMER,
        Action.EXPORT_VIEW,
        Action.KEEP_VIEWS,
    }
)

ROLES: Final[Mapping[Role, frozenset[Action]]] = MappingProxyType(
    {
        Role.CLERK: _CLERK,
        Role.TECHNICIAN: frozenset(
            {Action.READ, Action.FIND, Action.WORK_TICKET, Action.KEEP_VIEWS}
        ),
        Role.SUPERVISOR: _CLERK
        | {
            Action.ASSIGN_OTHERS,
            Action.CHANGE_PRIORITY,
            Action.APPROVE_RETURN,
            Action.MANAGE_STAFF,
            Action.MANAGE_POLICY,
            Action.CHANGE_SITE,
            Action.IMPORT,
            Action.EXPORT,
            Action.READ_AUDIT,
            Action.EXAMINE,
            Action.BACK_UP,
        },
        Role.ADMIN: frozenset(Action),
        Role.AUDITOR: frozenset(
            {Action.READ, Action.FIND, Action.EXPORT_VIEW, Action.READ_AUDIT, Action.EXAMINE}
        ),
    }
)
"""The whole table. An auditor can change nothing (invariant 27)."""


def allowed(role: Role, action: Action) -> bool:
    """Whether the role permits the action."""
    return action in ROLES[role]


def require(role: Role, action: Action) -> None:
    """Refuse an action that the role does not permit.

    Raises:
        NotAllowed: with the role and the action in words.
    """
    if not allowed(role, action):
        raise NotAllowed(
            N_("As {role} you may not {action}. Ask a supervisor."),
            role=role,
            action=_Named(action),
        )


def name_of(action: Action) -> str:
    """The action in words, in the active language."""
    return pgettext("Action", _NAMES[action])


class _Named:
    """An action inside a sentence: said in the language that is active when it is shown."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def __str__(self) -> str:
        return name_of(self._action)
