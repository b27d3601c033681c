"""Compensation beyond the price: what the window asks for as it stands."""

from __future__ import annotations

from counter import compensations
from counter.desk import WritingDesk
from counter.goodwill import base_words
from counter.language import _, money
from models.errors import InvalidInput
from models.messages import N_
from models.return_views import CompensationRow, ReturnCaseDetail
from models.terms import CompensationStatus, TenderMethod
from screens.return_asked import (
    Asked,
    Head,
    Known,
    Taking,
    choice_field,
    minor_of,
    money_field,
    reason_field,
)
from screens.widgets.form import ChoiceField, TextField

_UNDER_WAY = (CompensationStatus.PROPOSED, CompensationStatus.APPROVED)


def compensation(known: Known) -> Asked:
    """What comes next for it: proposed, decided by a second person, or paid."""
    found = under_way(known.case)
    if found is None:
        return _proposal(known.case)
    return _decision(found) if found.status is CompensationStatus.PROPOSED else _payment(found)


def under_way(case: ReturnCaseDetail) -> CompensationRow | None:
    """The compensation that is neither paid nor refused."""
    return next((row for row in case.compensations if row.status in _UNDER_WAY), None)


def _proposal(case: ReturnCaseDetail) -> Asked:
    def operation(desk: WritingDesk, it: Taking) -> Head:
        return compensations.propose(
            desk,
            it.no,
            amount_minor=minor_of(it.typed["amount_minor"], case.currency, "amount_minor"),
            legal_base=it.typed["legal_base"],
            formula=it.typed["formula"],
            seen=it.seen,
        )

    amount = N_("In {currency}; empty: what the law of the verdict says.")
    base = N_("Article, or that it is goodwill; empty: the verdict's.")
    fields = [
        money_field("amount_minor", N_("Amount"), amount, case.currency),
        TextField("legal_base", N_("Base"), hint=base, longest=200),
        TextField("formula", N_("How"), hint=N_("How the amount came about."), longest=400),
    ]
    return Asked(_("Propose a compensation"), fields, operation)


def _decision(row: CompensationRow) -> Asked:
    def operation(desk: WritingDesk, it: Taking) -> Head:
        if not it.typed["decision"]:
            raise InvalidInput(N_("Please choose one."), field="decision")
        if it.typed["decision"] == "grant":
            return compensations.grant(desk, it.no, approval=it.approval, seen=it.seen)
        return compensations.refuse(
            desk, it.no, it.typed["reason"], approval=it.approval, seen=it.seen
        )

    choices = (("grant", N_("grant it")), ("refuse", N_("refuse it")))
    fields = [ChoiceField("decision", N_("Decision"), choices), reason_field(height=3)]
    said = _("Compensation of {amount}: {base}")
    return Asked(
        said.format(amount=money(row.amount_minor, row.currency), base=base_words(row.legal_base)),
        fields,
        operation,
    )


def _payment(row: CompensationRow) -> Asked:
    def operation(desk: WritingDesk, it: Taking) -> Head:
        return compensations.pay(desk, it.no, it.typed["method"], seen=it.seen)

    said = _("Compensation of {amount}: how is it paid?")
    method = choice_field("method", N_("Way"), TenderMethod)
    return Asked(said.format(amount=money(row.amount_minor, row.currency)), [method], operation)
