"""What staff numbers and telephone numbers look like: one rule for forms and files."""

from __future__ import annotations

import re
from typing import Final

from models.messages import N_
from models.terms import Role

LOGIN: Final = re.compile(r"[A-Za-z0-9._-]{1,32}\Z")
"""A staff number."""

LOGIN_RULE: Final = N_("Use 1 to 32 letters, digits or . _ - without blanks.")
"""The same in words."""

SYSTEM: Final = "system"
"""Login and name of the row that schedulers and machine commands act as; nobody signs in as it."""

LEADERS: Final = (Role.SUPERVISOR, Role.ADMIN)
"""Roles of which one person at least works here at any time."""

LAST_LEADER: Final = N_("This is the last supervisor. Make somebody else one first.")

PHONE_LEAST: Final = 5
PHONE_MOST: Final = 20
"""Digits of a telephone number: short service numbers, and long ones with prefixes."""
