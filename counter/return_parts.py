"""What several steps of a return need: its lines, its rules, words, and goods that move."""

from __future__ import annotations

from counter.desk import WritingDesk
from counter.policy_versions import policy_by_id
from counter.return_events import OpenCase
from counter.rules.fields import Faults
from counter.rules.policy import Policy
from counter.rules.return_case import grants
from counter.ticket_opening import BODY_LIMIT
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.receipt import ReceiptLine
from models.returns import EligibilityDecision, GoodsMovement, ReturnCase, ReturnLine
from models.terms import MovementKind, Remedy, VerdictWord


def policy_of(desk: WritingDesk, opened: OpenCase) -> Policy:
    """The version of the rules that the case was judged by."""
    version = opened.ticket.policy_version_id
    if version is None:
        raise RuntimeError("A return case names no version of the rules.")
    return policy_by_id(desk.ask, version).policy


def line_numbered(desk: WritingDesk, opened: OpenCase, line_no: int) -> ReturnLine:
    """The line of a case that has this number on the receipt.

    Raises:
        InvalidInput: the case has none.
    """
    for line in opened.lines:
        if receipt_line(desk, line).line_no == line_no:
            return line
    raise InvalidInput(
        N_("{no} has no line {line}."), field="line_no", no=opened.ticket.no, line=line_no
    )


def receipt_line(desk: WritingDesk, line: ReturnLine) -> ReceiptLine:
    """What was sold."""
    return desk.session.get_one(ReceiptLine, line.receipt_line_id)


def explain(case: ReturnCase, sentence: str, **values: object) -> None:
    """Add how a day was counted to the case (invariant 21); values are JSON's."""
    case.explained = [*case.explained, {"sentence": sentence, "values": values}]


def written(field: str, text: str) -> str:
    """Words that must not be missing.

    Raises:
        InvalidInput: they are, or are too many.
    """
    faults = Faults()
    found = faults.text(field, text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return found or ""


def optional(field: str, text: str) -> str | None:
    """Words that may be missing.

    Raises:
        InvalidInput: they are too many.
    """
    faults = Faults()
    found = faults.text(field, text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return found


# --- what was granted, and the goods ---------------------------------------------------------


def refuse_other_remedy(opened: OpenCase, possible: frozenset[Remedy]) -> None:
    """Only what was granted is carried out.

    Raises:
        InvalidInput: the case's remedy is another one.
    """
    if Remedy(opened.case.remedy) not in possible:
        raise InvalidInput(
            N_("Granted was: {remedy}. A supervisor may decide otherwise."),
            field="remedy",
            remedy=Remedy(opened.case.remedy),
        )


def is_granted(decision: EligibilityDecision, wish: Remedy) -> bool:
    """Whether a decision grants a remedy without a supervisor."""
    return grants(VerdictWord(decision.verdict), decision.remedies, wish)


def refuse_not_granted(opened: OpenCase, decision: EligibilityDecision) -> None:
    """What came in may be otherwise than was said: the newest decision has to grant the remedy.

    Raises:
        WrongState: it does not.
    """
    if not is_granted(decision, Remedy(opened.case.remedy)):
        raise WrongState(
            N_(
                "As the goods came in, rule {rule} does not grant this. A supervisor may override "
                "it, or give the goods back."
            ),
            rule=decision.rule,
        )


def move(
    desk: WritingDesk,
    line: ReturnLine,
    kind: MovementKind,
    qty_milli: int,
    *,
    product_id: int | None = None,
    serial_no: str | None = None,
) -> None:
    """Write down goods that went over the counter; nothing where none did."""
    if not qty_milli:
        return
    sold = receipt_line(desk, line)
    desk.session.add(
        GoodsMovement(
            return_line_id=_key(line),
            kind=kind,
            product_id=product_id or sold.product_id,
            qty_milli=qty_milli,
            serial_no=serial_no or (line.serial_no if product_id is None else None),
            at=desk.now,
            actor_id=desk.actor.id,
        )
    )
    desk.session.flush()


def _key(line: ReturnLine) -> int:
    if line.id is None:
        raise RuntimeError("A line of a return was not stored.")
    return line.id
