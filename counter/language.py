"""Two equal languages: translated text, and dates, money and numbers as people write them.

Catalogues are GNU gettext (``data/locale``), made with ``make catalogues``. English needs none: it
is what stands in the code. The language can be switched while the application runs.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.errors import CounterError
from models.messages import Marked
from models.money import from_minor, minor_digits
from models.text import clean_text, shortened

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LANGUAGES: Final = {"en": "English", "zh_CN": "简体中文"}
"""Every language the program speaks, each named in itself."""

LONGEST_VALUE: Final = 400
"""Characters of one value in a sentence: a path has fewer, and what is longer hides the rest."""

_LOCALE: Final = Path(__file__).parents[1] / "data" / "locale"

_translations: gettext.NullTranslations = gettext.NullTranslations()
_active = "en"


def preferred(setting: str | None = None) -> str:
    """The language to speak: the setting, else the environment's, else English."""
    wishes = [setting, *(os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))]
    if not any(wishes):
        wishes.append(locale.getlocale()[0])
    for wish in wishes:
        if wish and wish not in ("C", "POSIX", "C.UTF-8"):
            return "zh_CN" if wish.lower().startswith(("zh", "chinese")) else "en"
    return "en"


def use(language: str) -> None:
    """Speak ``language`` (a key of :data:`LANGUAGES`) from now on, in every thread."""
    global _translations, _active
    if language == "en":
        _translations = gettext.NullTranslations()
    else:
        catalogue = _LOCALE / language / "LC_MESSAGES" / "counter.mo"
        with catalogue.open("rb") as file:
            _translations = gettext.GNUTranslations(file)
    _active = language


def active() -> str:
    """The language that is spoken now."""
    return _active


def _(message: str) -> str:
    """``message`` in the active language."""
    return _translations.gettext(message)


def listed(parts: Iterable[str]) -> str:
    """The parts one after another, with what the active language puts between them."""
    words = list(parts)
    return reduce(lambda a, b: _("{first}, {next}").format(first=a, next=b), words) if words else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a message that goes with ``count``."""
    return _translations.ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """``message`` in the active language, where one English word has several meanings."""
    return _translations.pgettext(context, message)


def title(error: CounterError) -> str:
    """The error's heading in the active language."""
    return _(error.title)


def sentence(error: CounterError) -> str:
    """The error's sentence in the active language, with its values."""
    return phrase(error.sentence, error.values)


def phrase(template: str, values: Mapping[str, object]) -> str:
    """A marked sentence in the active language; values that are terms are put into words.

    Values come from files, from the store and from people: nothing in them reaches a terminal
    that the terminal would obey.
    """
    said = _(template)
    return said.format(**{name: _shown(part) for name, part in values.items()}) if values else said


def _shown(value: object) -> object:
    """A value as a sentence holds it: numbers and dates as they are, all else as clean text."""
    from counter.words import word  # words speak through this module

    if isinstance(value, Marked):
        return _(value)
    shown = word(value)
    if isinstance(shown, int | float | Decimal | date):
        return shown
    return shortened(clean_text(str(shown)), LONGEST_VALUE)


# --- dates, money and numbers ---------------------------------------------------------------

_WEEKDAYS_ZH: Final = "一二三四五六日"
_WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN: Final = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())


def day_of_month(value: date) -> str:
    """``8 Mar`` or ``3月8日``: where every cell counts."""
    if _active == "zh_CN":
        return f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS_EN[value.month - 1]}"


def day(value: date) -> str:
    """``Sat 8 Mar`` or ``3月8日 周六``: short enough for a list."""
    if _active == "zh_CN":
        return f"{day_of_month(value)} 周{_WEEKDAYS_ZH[value.weekday()]}"
    return f"{_WEEKDAYS_EN[value.weekday()]} {day_of_month(value)}"


def weekday(value: int) -> str:
    """``Mon`` or ``周一`` of an ISO weekday, 1 to 7."""
    return f"周{_WEEKDAYS_ZH[value - 1]}" if _active == "zh_CN" else _WEEKDAYS_EN[value - 1]


def full_day(value: date) -> str:
    """``Sat 8 Mar 2025`` or ``2025年3月8日 周六``."""
    if _active == "zh_CN":
        return f"{value.year}年{day(value)}"
    return f"{day(value)} {value.year}"


def near_day(value: date, on: date) -> str:
    """As ``day``, with the year where it is another than that of ``on``."""
    return day(value) if value.year == on.year else full_day(value)


def time_of_day(value: datetime, zone: ZoneInfo) -> str:
    """``10:42`` in the store's zone."""
    return f"{value.astimezone(zone):%H:%M}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """``Sat 8 Mar 2025 10:42`` in the store's zone."""
    local = value.astimezone(zone)
    return f"{full_day(local.date())} {local:%H:%M}"


def short_moment(value: datetime, zone: ZoneInfo) -> str:
    """``2025-03-08 10:42`` in the store's zone, the same width in both languages, for columns."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


def number(value: int | Decimal) -> str:
    """``12,345``; both languages group by thousands with a comma."""
    return f"{value:,}"


def money(minor: int, currency: str) -> str:
    """``299.00 CNY``, exact, with the currency's own decimal places."""
    return f"{from_minor(minor, currency):,.{minor_digits(currency)}f} {currency}"


def quantity(milli: int) -> str:
    """Thousandths of a unit without needless zeros: ``2`` or ``0.35``."""
    whole, rest = divmod(milli, 1000)
    return f"{whole:,}" if not rest else f"{whole:,}.{rest:03d}".rstrip("0")


def age(since: datetime, now: datetime) -> str:
    """How long ago, in at most eight cells: ``12 min``, ``2 h 10``, ``3 d 04 h``."""
    minutes = max(int((now - since).total_seconds()) // 60, 0)
    if minutes < 60:
        return _("{minutes} min").format(minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("{hours} h {minutes:02d}").format(hours=hours, minutes=minutes)
    days, hours = divmod(hours, 24)
    if days < 10:
        return _("{days} d {hours:02d} h").format(days=days, hours=hours)
    return _("{days} d").format(days=days)
