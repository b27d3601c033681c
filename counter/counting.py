"""How counts of a list are said: exactly, or that there are more; never more than is known."""

from __future__ import annotations

from counter.language import _, number
from models.views import Count

_ROUND = 100


def amount(count: Count) -> str:
    """``12,345``, or ``more than 10,000`` where nobody counted on."""
    if not count.more:
        return number(count.rows)
    surpassed = max(count.rows - 1, 0)
    if surpassed > _ROUND:
        surpassed -= surpassed % _ROUND
    return _("more than {count}").format(count=number(surpassed))


def hidden_words(hidden: Count) -> str:
    """What is added to the number of rows where a filter hides some, or may."""
    if hidden.rows:
        return _(", {count} hidden by the filter").format(count=amount(hidden))
    return _(", perhaps some hidden by the filter") if hidden.more else ""
