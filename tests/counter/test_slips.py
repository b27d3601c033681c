"""The slip that a customer takes along: what it says at every step, and what it never says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest

from counter import language
from counter.compensations import grant, pay, propose
from counter.desk import Actor, WritingDesk
from counter.exchanges import Replacement, exchange
from counter.receiving import ReceivedLine, give_back, receive, repair
from counter.refunds import authorise, fail, refund, settle
from counter.returns import (
    ReturnDraft,
    ReturnLineDraft,
    appeal,
    approve,
    expire_due,
    override,
    refer,
    refuse,
    schedule,
    ship,
    submit,
    withdraw,
)
from counter.shop import Shop
from counter.slip_layout import Slip, SlipLine, Style, laid_out
from counter.slips import record_print, slip_for, text_of
from counter.tickets import (
    TicketDraft,
    cancel,
    open_ticket,
    resolve,
    take,
    wait_for_customer,
    wait_for_third_party,
)
from counter.wrapping import cell_len
from models.errors import InvalidInput, NotAllowed, NotFound
from models.terms import ReturnStatus, Role
from tests.premises import Clock, Sale, hire, rows

P = ParamSpec("P")
T = TypeVar("T")

COOKER, TOWELS = 1, 2
WIDE = 200
"""Columns on which no sentence is broken."""


class Counter:
    """A clerk at the counter: takes steps, and reads the slip of what came out."""

    def __init__(self, shop: Shop, clerk: Actor) -> None:
        self.shop, self.clerk = shop, clerk

    def do(
        self,
        operation: Callable[Concatenate[WritingDesk, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        with self.shop.writing(self.clerk) as desk:
            return operation(desk, *args, **kwargs)

    def as_(self, actor: Actor) -> Counter:
        return Counter(self.shop, actor)

    def slip(self, no: str) -> Slip:
        with self.shop.reading(self.clerk) as desk:
            return slip_for(desk, no)

    def text(self, no: str, columns: int = WIDE) -> str:
        return text_of(self.slip(no), columns)

    def facts(self, no: str) -> dict[str, str]:
        """What stands at the right end, by what stands before it."""
        return {line.text: line.value for line in self.slip(no).lines if line.value}

    def submitted(
        self, line_no: int = TOWELS, *, draft: dict[str, Any] | None = None, **answers: Any
    ) -> str:
        said = {"reason": "no_reason", **answers}
        line = ReturnLineDraft(line_no, said)
        return self.do(submit, ReturnDraft("20250303-0117", [line], **(draft or {}))).no


@pytest.fixture
def counter(shop: Shop, clerk: Actor, sale: Sale) -> Counter:
    return Counter(shop, clerk)


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh_CN")
    yield
    language.use("en")


# --- a return, step by step -----------------------------------------------------------------


def test_every_slip_says_who_when_and_what_in_one_place(counter: Counter) -> None:
    no = counter.submitted(quantity="2")

    slip = counter.slip(no)
    facts = counter.facts(no)

    assert (slip.no, slip.barcode, slip.title, slip.copy) == (no, no, "Return", False)
    assert SlipLine(no, style=Style.BIG) in slip.lines
    assert facts["Printed"] == "Sat 8 Mar 2025 10:00"
    assert facts["Served by"] == "Li"
    assert facts["Customer"] == "王伟"
    assert facts["Receipt"] == "20250303-0117"
    assert facts["Quantity"] == "2 x 11.80 CNY"
    assert facts["Reason"] == "no reason"
    assert "Counter" in [line.text for line in slip.lines]


def test_the_telephone_is_masked(counter: Counter) -> None:
    text = counter.text(counter.submitted())

    assert "138****5678" in text
    assert "0013" not in text


def test_what_is_not_decided_says_by_when_it_is(counter: Counter) -> None:
    no = counter.submitted()

    text = counter.text(no)

    assert "We decide by Sun 9 Mar 2025 10:00, and tell you." in text
    assert "Decided" not in text
    assert "Money back" not in text


def test_a_referred_return_names_the_supervisor(counter: Counter) -> None:
    no = counter.submitted()
    counter.do(refer, no, "not sure")

    text = counter.text(no)

    assert "A supervisor looks at it." in text
    assert "We decide by" in text
    assert "not sure" not in text  # said among ourselves


def test_an_approved_return_says_rule_last_day_money_and_until_when(counter: Counter) -> None:
    no = counter.submitted(quantity="2")
    counter.do(approve, no)

    text, facts = counter.text(no), counter.facts(no)

    assert facts["Decided"] == "refund"
    assert facts["By rule"] == "NR2"
    assert "Implementation Regulations art. 12" in text
    assert facts["Last day for it"] == "Mon 10 Mar 2025"
    assert facts["Money back"] == "23.60 CNY"
    assert "Please bring the goods and this slip to the counter." in text
    assert "We await them until Sun 23 Mar 2025" in text


def test_the_version_of_the_rules_is_named_with_its_fingerprint(
    counter: Counter, shop: Shop
) -> None:
    ((sha256,),) = rows(shop, "SELECT sha256 FROM policy_version")

    text = counter.text(counter.submitted())

    assert f"Return rules, version 1 ({sha256[:12]})" in text


def test_by_mail_it_says_where_to_and_who_pays(counter: Counter) -> None:
    no = counter.submitted(reason="quality", draft={"mode": "mail"})
    counter.do(approve, no)
    counter.do(ship, no, "SF123")

    text = counter.text(no)

    assert f"Please send the goods to Counter, and write {no} on the parcel." in text
    assert "The way back costs you nothing." in text
    assert counter.facts(no)["Parcel number"] == "SF123"


def test_without_a_reason_the_customer_pays_the_way_back(counter: Counter) -> None:
    no = counter.submitted(draft={"mode": "mail"})
    counter.do(approve, no)

    assert "You pay for the way back." in counter.text(no)


def test_a_pickup_says_who_comes_when_and_where(counter: Counter) -> None:
    no = counter.submitted(reason="quality", draft={"mode": "pickup"})
    counter.do(approve, no)
    assert "Counter agrees with you on when the goods are picked up." in counter.text(no)

    counter.do(schedule, no, "2025-03-10 14:00", "2025-03-10 16:00", "5 Zhongshan Lu")

    text = counter.text(no)
    assert "Counter picks the goods up between Mon 10 Mar 2025 14:00 and 16:00." in text
    assert counter.facts(no)["At"] == "5 Zhongshan Lu"


def test_the_newest_appointment_counts(counter: Counter) -> None:
    no = counter.submitted(
        reason="quality",
        draft={
            "mode": "pickup",
            "slot_from": "2025-03-10 14:00",
            "slot_to": "2025-03-10 16:00",
            "address": "here",
        },
    )
    counter.do(approve, no)
    counter.do(schedule, no, "2025-03-11 22:00", "2025-03-12 01:00")

    assert "between Tue 11 Mar 2025 22:00 and Wed 12 Mar 2025 01:00" in counter.text(no)
    assert "14:00" not in counter.text(no)


def test_a_refusal_says_why_what_would_change_it_and_how_to_appeal(counter: Counter) -> None:
    no = counter.submitted(resale_ok=False)
    counter.do(refuse, no, "It was worn.")

    text, facts = counter.text(no), counter.facts(no)

    assert facts["Decided"] == "refused"
    assert facts["By rule"] == "NR2-I"
    assert "We cannot take the goods back: It was worn." in text
    assert "- With the goods fit for resale it would be: refund or exchange" in text
    assert "- A fault would still be judged: until Wed 3 Mar 2027." in text
    assert "say so at the counter within 7 days" in text


def test_a_refusal_against_the_verdict_promises_nothing_that_would_change_it(
    counter: Counter, supervisor: Actor
) -> None:
    no = counter.submitted()
    counter.as_(supervisor).do(refuse, no, "Somebody else bought it.")

    text = counter.text(no)

    assert counter.facts(no)["As an exception by"] == "Sun"
    assert "What would change it" not in text
    assert "Somebody else bought it." in text


def test_an_appeal_is_with_the_supervisor_again(counter: Counter) -> None:
    no = counter.submitted(resale_ok=False)
    counter.do(refuse, no, "It was worn.")
    counter.do(appeal, no, "It was not.")

    text = counter.text(no)

    assert "A supervisor looks at it." in text
    assert "We cannot take the goods back" not in text


def test_an_exception_names_who_made_it_and_not_why(counter: Counter, supervisor: Actor) -> None:
    no = counter.submitted(resale_ok=False)
    counter.as_(supervisor).do(override, no, TOWELS, "refund", "A good customer.")
    counter.as_(supervisor).do(approve, no)

    facts = counter.facts(no)

    assert facts["Decided"] == "refund"
    assert facts["As an exception by"] == "Sun"
    assert "By rule" not in facts
    assert "A good customer." not in counter.text(no)


def test_goods_that_came_in_name_the_day_of_the_money(counter: Counter) -> None:
    no = counter.submitted(quantity="2")
    counter.do(approve, no)
    counter.do(receive, no)

    assert counter.facts(no)["Taken in"] == "2"
    assert "Your money goes back by Wed 12 Mar 2025." in counter.text(no)


def test_goods_that_came_in_otherwise_than_said_promise_no_money(counter: Counter) -> None:
    no = counter.submitted(quantity="2")
    counter.do(approve, no)
    counter.do(receive, no, [ReceivedLine(TOWELS, answers={"resale_ok": False})])

    text = counter.text(no)

    assert "The goods are not as we were told." in text
    assert "Money back" not in text
    assert "Your money goes back" not in text


def test_a_refund_under_way_shows_its_ways_and_its_days(counter: Counter) -> None:
    no = counter.submitted(quantity="2")
    counter.do(approve, no)
    counter.do(receive, no)
    counter.do(refund, no)

    text, facts = counter.text(no), counter.facts(no)

    assert facts["Money back"] == "23.60 CNY"
    assert facts["WeChat"] == "23.60 CNY"
    assert "Your money goes back by Wed 12 Mar 2025." in text
    assert "At the very latest: Tue 18 Mar 2025." in text


def test_a_refund_that_was_paid_back_shows_day_way_and_reference(counter: Counter) -> None:
    no = counter.submitted(quantity="2")
    counter.do(approve, no)
    counter.do(receive, no)
    counter.do(refund, no)
    counter.do(settle, no, ref="T-77")

    text, facts = counter.text(no), counter.facts(no)

    assert facts["WeChat"] == "23.60 CNY"
    assert facts["Reference"] == "T-77"
    assert "We paid the money back on Sat 8 Mar 2025." in text


def test_what_lowered_a_refund_is_told(counter: Counter) -> None:
    no = counter.submitted(quantity="2", draft={"mode": "mail"})
    counter.do(approve, no)
    counter.do(receive, no)
    counter.do(refund, no, freight_minor=500)

    facts = counter.facts(no)

    assert facts["Price of the goods"] == "23.60 CNY"
    assert facts["less freight"] == "5.00 CNY"
    assert facts["Money back"] == "18.60 CNY"


def test_a_failed_refund_is_not_on_the_slip(counter: Counter, supervisor: Actor) -> None:
    no = counter.submitted(quantity="2")
    counter.do(approve, no)
    counter.do(receive, no)
    counter.do(refund, no)
    counter.do(fail, no, "account closed")
    counter.do(refund, no, method="cash", reason="account closed")
    counter.as_(supervisor).do(authorise, no)

    facts = counter.facts(no)

    assert facts["cash"] == facts["Money back"] == "23.60 CNY"
    assert "WeChat" not in facts


def test_an_exchange_says_what_went_out_and_from_when_it_is_guaranteed(
    counter: Counter, clock: Clock
) -> None:
    no = counter.submitted(COOKER, reason="quality", draft={"remedy": "exchange"})
    counter.do(approve, no)
    counter.do(receive, no)
    clock.forward(hours=15)
    counter.do(exchange, no, [Replacement(COOKER, serial_no="NEW-1")])
    clock.forward(days=9)

    facts = counter.facts(no)

    assert facts["Handed out"] == "1 x Rice cooker 4 l"
    assert facts["Serial number"] == "SN-20250303-0117"
    assert facts["New serial number"] == "NEW-1"
    assert facts["Its guarantee starts"] == "Sun 9 Mar 2025"
    assert "You have the new goods." in counter.text(no)


def test_an_exchange_that_is_due_says_by_when(counter: Counter) -> None:
    no = counter.submitted(COOKER, reason="quality", draft={"remedy": "exchange"})
    counter.do(approve, no)
    counter.do(receive, no)

    assert "We have your goods. By Wed 12 Mar 2025 you get: exchange." in counter.text(no)


def test_goods_in_repair_name_the_ticket_that_goes_on(counter: Counter) -> None:
    no = counter.submitted(COOKER, reason="quality", draft={"remedy": "repair"})
    counter.do(approve, no)
    counter.do(receive, no)
    counter.do(repair, no)

    text = counter.text(no)

    assert "We have your goods and get them repaired." in text
    assert "Goes on as P-20250308-0001." in text


def test_goods_given_back_say_why(counter: Counter) -> None:
    no = counter.submitted()
    counter.do(approve, no)
    counter.do(receive, no)
    counter.do(give_back, no, "The customer keeps them.")

    assert "You have your goods again: The customer keeps them." in counter.text(no)


def test_a_withdrawn_return_decides_nothing(counter: Counter) -> None:
    no = counter.submitted()
    counter.do(withdraw, no, "changed their mind")

    text = counter.text(no)

    assert "You keep the goods. This return has ended." in text
    assert "Decided" not in text


def test_goods_that_did_not_come_end_the_return(counter: Counter, clock: Clock) -> None:
    no = counter.submitted()
    counter.do(approve, no)
    clock.forward(days=16)
    assert counter.do(expire_due) == (no,)

    assert "The goods did not reach us in time" in counter.text(no)


def test_compensation_is_on_the_slip_once_it_is_granted(
    counter: Counter, supervisor: Actor
) -> None:
    no = counter.submitted(reason="quality")
    counter.do(approve, no)
    counter.do(propose, no, legal_base="CPL 55", amount_minor=50000)
    assert "Compensation" not in counter.text(no)

    counter.as_(supervisor).do(grant, no)
    assert counter.facts(no)["Compensation"] == "500.00 CNY"
    assert counter.text(no).count("granted") == 1

    counter.do(pay, no, "cash")
    assert counter.text(no).count("paid") == 1


def test_no_step_of_a_return_is_without_words() -> None:
    from counter.return_promises import _NEXT

    assert set(_NEXT) == set(ReturnStatus)


# --- a plain ticket -------------------------------------------------------------------------


def a_ticket(counter: Counter, sale: Sale, **given: Any) -> str:
    usual = {"kind": "complaint", "summary": "Kettle does not heat"}
    return counter.do(open_ticket, TicketDraft(**{**usual, **given})).no


def test_a_ticket_says_what_was_said(counter: Counter, sale: Sale) -> None:
    no = a_ticket(counter, sale, body="It stopped\nyesterday.", customer_id=sale.customer_id)

    text = counter.text(no)

    assert counter.slip(no).title == "Complaint"
    assert "Kettle does not heat\nIt stopped\nyesterday." in text
    assert "138****5678" in text
    assert "We look into it" in text
    assert "Return rules" not in text


def test_a_long_story_does_not_become_a_long_slip(counter: Counter, sale: Sale) -> None:
    no = a_ticket(counter, sale, body="word " * 3000)

    assert len(counter.text(no, 42).splitlines()) < 50


def test_a_ticket_that_waits_says_until_when(counter: Counter, sale: Sale) -> None:
    no = a_ticket(counter, sale)
    counter.do(take, no)
    counter.do(wait_for_customer, no, "which colour?", "2025-03-12")

    assert "We wait for your answer and ask again on Wed 12 Mar 2025." in counter.text(no)


def test_a_ticket_at_a_partner_says_when_the_customer_hears(counter: Counter, sale: Sale) -> None:
    no = a_ticket(counter, sale)
    counter.do(take, no)
    counter.do(wait_for_third_party, no, "the maker", "2025-03-13")

    assert "You hear from us on Thu 13 Mar 2025 at the latest." in counter.text(no)


def test_a_ticket_that_is_done_says_how(counter: Counter, sale: Sale) -> None:
    no = a_ticket(counter, sale, kind="inquiry")
    counter.do(take, no)
    counter.do(resolve, no, outcome="informed", cause="other", text="rude, be careful")

    text = counter.text(no)

    assert "This is done: informed." in text
    assert "rude" not in text


def test_a_cancelled_ticket_says_so(counter: Counter, sale: Sale) -> None:
    no = a_ticket(counter, sale)
    counter.do(cancel, no, "twice")

    assert "This was cancelled." in counter.text(no)


# --- printed again --------------------------------------------------------------------------


def test_a_slip_that_was_printed_before_is_a_copy(counter: Counter) -> None:
    no = counter.submitted()

    assert "COPY" not in counter.text(no)
    assert counter.do(record_print, no) == 1
    assert counter.slip(no).copy
    assert "COPY" in counter.text(no)
    assert counter.do(record_print, no) == 2


def test_each_print_stands_in_the_audit(counter: Counter, shop: Shop) -> None:
    no = counter.submitted()
    counter.do(record_print, no.lower())

    assert rows(shop, "SELECT actor FROM audit_entry WHERE action = 'slip.print'") == [("li",)]


def test_an_auditor_reads_a_slip_and_prints_none(counter: Counter, shop: Shop) -> None:
    no = counter.submitted()
    auditor = counter.as_(hire(shop, "ann", Role.AUDITOR))

    assert no in auditor.text(no)
    with pytest.raises(NotAllowed):
        auditor.do(record_print, no)


@pytest.mark.parametrize("no", ["", " ", "R-1"])
def test_a_number_of_nothing_has_no_slip(counter: Counter, no: str) -> None:
    wanted = NotFound if no.strip() else InvalidInput
    with pytest.raises(wanted):
        counter.slip(no)
    with pytest.raises(wanted):
        counter.do(record_print, no)


# --- on paper of a width --------------------------------------------------------------------

HOSTILE = "a\x1b@\x1dV\x00\x1b]0;owned\x07\x9b2Jb\x7f\u202ec\u2066d\r\n\x10\x04"


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_no_line_is_wider_than_the_paper(counter: Counter, columns: int, lang: str) -> None:
    language.use(lang)
    no = counter.submitted(
        resale_ok=False, draft={"note": "字" * 90, "tracking_no": "X" * 64, "mode": "mail"}
    )
    refused = counter.submitted(COOKER, resale_ok=False)
    counter.do(refuse, refused, "很" * 100 + "w" * 100)
    ticket = counter.do(
        open_ticket, TicketDraft(kind="inquiry", summary="S" * 200, body="混 mixed 字" * 40)
    ).no

    for one in (no, refused, ticket):
        slip = counter.slip(one)
        for text, style in laid_out(slip, columns):
            assert cell_len(text) * (2 if style is Style.BIG else 1) <= columns
        assert all(cell_len(line) <= columns for line in text_of(slip, columns).splitlines())


def test_nothing_is_lost_where_a_value_needs_a_line_of_its_own() -> None:
    slip = Slip("R-1", "Return", (SlipLine("What it is called", "v" * 20),), "R-1", copy=False)

    assert text_of(slip, 32) == f"What it is called\n{' ' * 12}{'v' * 20}"


def test_a_long_value_goes_on_below() -> None:
    slip = Slip("R-1", "Return", (SlipLine("At", "word " * 12),), "R-1", copy=False)

    lines = text_of(slip, 32).splitlines()

    assert " ".join(line.strip() for line in lines) == "At " + " ".join(["word"] * 12)


def test_an_item_of_a_list_hangs() -> None:
    slip = Slip("R-1", "Return", (SlipLine("- one two three"),), "R-1", copy=False)

    assert text_of(slip, 9) == "- one two\n  three"


def test_nothing_that_a_printer_would_obey_reaches_the_slip(counter: Counter, shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE receipt_line SET description = :name", {"name": HOSTILE}
        )
        desk.session.connection().exec_driver_sql("UPDATE site SET name = :name", {"name": HOSTILE})
    no = counter.submitted()

    text = counter.text(no, 42)

    assert all(sign == "\n" or sign.isprintable() for sign in text)
    assert "a@V]0;owned2Jbcd" in text


def test_a_slip_speaks_the_active_language(counter: Counter, chinese: None) -> None:
    no = counter.submitted()
    counter.do(approve, no)

    text = counter.text(no, 42)

    assert counter.slip(no).title == "退货"
    assert "2025年3月8日 周六 10:00" in text
    assert "退款" in text
