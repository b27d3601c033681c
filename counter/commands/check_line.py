"""``counter check RECEIPT LINE``: the verdict on goods that the store has sold.

The contract by machine is that of facts: one answer, or what is wrong with the question and by
which field. What is asked for is no secret of a person, so nobody has to sign in; whoever is named
by ``--as`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from counter import language
from counter.commands.answers import answers_from
from counter.commands.output import print_json, safe
from counter.commands.session import opened_shop, signed_in
from counter.commands.verdicts import print_verdict
from counter.language import _, full_day, quantity
from counter.rules.fields import Faults
from counter.words import label
from models.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from counter.desk import ReadingDesk
    from counter.return_check import Judged
    from models.return_views import EarlierReturn, SoldGoods


def check_line(
    receipt_no: str,
    line_no: str,
    answers: Mapping[str, str],
    sets: Sequence[str],
    on: str,
    login: str | None,
    pin_stdin: bool,
    as_json: bool,
) -> None:
    """Judge one line of a receipt and print the answer.

    Args:
        receipt_no: as typed.
        line_no: as typed.
        answers: those with options of their own.
        sets: all others, as ``FACT=VALUE``.
        on: the day asked about; empty: today.
        login: who asks, if somebody is named.
        pin_stdin: whether the PIN is read from standard input.
        as_json: for a program.

    Raises:
        InvalidInput: an answer is impossible, or the store has no such line.
        WrongState: no version of the return rules holds on that day.
    """
    from counter.return_check import judged_line

    try:
        faults = Faults()
        day = faults.day("on", on)
        faults.raise_if_any()
        with _reading(login, pin_stdin) as desk:
            judged = judged_line(desk, receipt_no, line_no, answers_from(sets, **answers), day)
            zone = desk.site.zone
    except (InvalidInput, NotFound) as error:
        # An unknown receipt is a wrong question as bad facts are (RULES R02).
        if not as_json:
            raise InvalidInput(error.sentence, field=error.field, **error.values) from error
        said = language.sentence(error)
        print_json({"id": f"{receipt_no}/{line_no}", "error": said, "field": error.field})
        raise typer.Exit(InvalidInput.exit_status) from error
    if as_json:
        print_json(_answer(judged))
    else:
        _print(judged, zone)


@contextmanager
def _reading(login: str | None, pin_stdin: bool) -> Iterator[ReadingDesk]:
    """A desk for reading: of whoever is named, else of the machine."""
    if login or pin_stdin:
        with signed_in(login, pin_stdin) as (shop, actor), shop.reading(actor) as desk:
            yield desk
    else:
        with opened_shop() as shop, shop.reading(shop.system) as desk:
            yield desk


def _answer(judged: Judged) -> dict[str, Any]:
    """The verdict as on facts, and the line that it is about."""
    from counter.verdict_words import explanation

    goods, facts, verdict = judged.goods, judged.facts, judged.verdict
    why = explanation(facts, judged.stored.policy, verdict, goods.currency)
    return {
        **verdict.to_json(why),
        "id": f"{goods.receipt_no}/{goods.line_no}",
        "line": {
            "receipt_no": goods.receipt_no,
            "line_no": goods.line_no,
            "sku": goods.sku,
            "name": goods.name,
            "sold_milli": goods.qty_milli,
            "left_milli": goods.left_milli,
            "requested_milli": judged.requested_milli,
            "payable_minor": judged.payable_minor,
            "currency": goods.currency,
            "earlier": goods.earlier,
        },
    }


def _print(judged: Judged, zone: ZoneInfo) -> None:
    goods = judged.goods
    policy = judged.stored.policy
    print_verdict(
        judged.facts,
        judged.verdict,
        policy,
        about=[
            (_("receipt"), f"{goods.receipt_no}/{goods.line_no}"),
            (_("goods"), f"{goods.name} ({goods.sku})"),
            (_("serial number"), goods.serial_no),
            (_("sold"), full_day(judged.facts.purchase_date)),
            (_("quantity"), _quantities(goods, judged.requested_milli)),
            *((_("came back"), _earlier(one, zone)) for one in goods.earlier),
        ],
        currency=goods.currency,
        payable_minor=judged.payable_minor,
    )
    from counter.verdict_words import changing

    ways = changing(judged.facts, policy, judged.verdict, goods.currency)
    if ways:
        print(_("What would change it:"))
    for sentence in ways:
        print(f"  {safe(sentence)}")


def _quantities(goods: SoldGoods, requested_milli: int) -> str:
    return _("{requested} asked for, {left} of {sold} left").format(
        requested=quantity(requested_milli),
        left=quantity(max(goods.left_milli, 0)),
        sold=quantity(goods.qty_milli),
    )


def _earlier(one: EarlierReturn, zone: ZoneInfo) -> str:
    """What came back before, when, and where: at the till, or by which case."""
    day: date = one.at.astimezone(zone).date()
    where = label(one.status) if one.status is not None else _("at the till")
    return f"{quantity(one.qty_milli)}  {full_day(day)}  {one.no}  {where}"
