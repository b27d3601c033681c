"""Who may manage whom."""

from __future__ import annotations

from typing import Final

from models.terms import Role

_ADMINS_ONLY: Final = (Role.ADMIN, Role.AUDITOR)


def may_manage(actor: Role, role: Role) -> bool:
    """Whether ``actor`` may give, take or touch ``role``: nobody raises himself."""
    return actor is Role.ADMIN or role not in _ADMINS_ONLY
