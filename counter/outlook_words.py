"""What a return would bring, in words: the money, by which means, by when, and who has to agree."""

from __future__ import annotations

from collections.abc import Sequence

from counter.language import _, day, listed, money, ngettext
from counter.return_check import Judged
from counter.return_outlook import Outlook
from counter.rules.refunds import Share
from counter.rules.return_case import REFUNDS
from counter.words import label
from models.terms import VerdictWord


def money_back(outlook: Outlook, currency: str) -> list[str]:
    """How much goes back, how, and by when; who has to agree. Nothing where no money goes back."""
    if outlook.amount_minor is None:
        return []
    amount = money(outlook.amount_minor, currency)
    until = day(outlook.due.latest)
    if len(outlook.shares) == 1:
        said = _("{amount} goes back by {method}, as it was paid, at the latest {day}.").format(
            amount=amount, method=label(outlook.shares[0].method), day=until
        )
    elif outlook.shares:
        said = _("{amount} goes back as it was paid: {shares}; at the latest {day}.").format(
            amount=amount, shares=_listed(outlook.shares, currency), day=until
        )
    else:
        said = _(
            "{amount} goes back at the latest {day}; the receipt does not say how it was paid."
        ).format(amount=amount, day=until)
    if not outlook.needs_second:
        return [said]
    return [said, _("A second person has to authorise the refund.")]


def case_in_words(judged: Sequence[Judged], outlook: Outlook, currency: str) -> str:
    """What a case about several lines gets as a whole, in one line."""
    lines = ngettext("{count} line", "{count} lines", len(judged)).format(count=len(judged))
    if all(one.verdict.verdict is VerdictWord.REFUSE for one in judged):
        return _("{lines}: refused.").format(lines=lines)
    gets = label(outlook.remedy)
    if outlook.remedy in REFUNDS and outlook.amount_minor is not None:
        gets = f"{gets} {money(outlook.amount_minor, currency)}"
    said = _("{lines}: {gets}").format(lines=lines, gets=gets)
    if not outlook.unsupported:
        return _("{sentence}.").format(sentence=said)
    but = ngettext(
        "{said}, but not line {numbers}: a supervisor decides.",
        "{said}, but not lines {numbers}: a supervisor decides.",
        len(outlook.unsupported),
    )
    return but.format(said=said, numbers=listed(map(str, outlook.unsupported)))


def _listed(shares: Sequence[Share], currency: str) -> str:
    return listed(f"{label(one.method)} {money(one.amount_minor, currency)}" for one in shares)
