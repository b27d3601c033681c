"""What is typed at the return check: which receipt, which lines, the answers about each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from counter.return_answers import Asked, answers_of, asked
from counter.return_check import Judged, judge
from counter.return_opening import ReturnDraft, ReturnLineDraft
from counter.return_outlook import CheckedReceipt, Outlook, outlook
from models.errors import InvalidInput
from models.return_views import SoldGoods
from models.terms import Remedy, ReturnMode

FORM: Final = "return_check"
"""Name of the form's draft."""

_RECEIPT: Final = "receipt_no"
_LINE: Final = "line"
_MARKED: Final = "marked"


class ReturnTyping:
    """The receipt at the counter and everything that was answered about it.

    Attributes:
        checked: the receipt as the store knows it; None before one was found.
        line_no: the line under the cursor.
        lines: the answers as they are typed, by line.
        case: the answers about the case, as they are typed.
        marked: numbers of the lines that come back.
    """

    def __init__(self) -> None:
        self.checked: CheckedReceipt | None = None
        self.line_no = 0
        self.lines: dict[int, dict[str, str]] = {}
        self.case: dict[str, str] = {}
        self.marked: set[int] = set()
        self._judged: dict[tuple[int, str], Judged | InvalidInput] = {}

    def begin(self, checked: CheckedReceipt, line_no: int | None = None) -> None:
        """Take a receipt; the first line with something left, unless another is named.

        The same receipt again keeps its answers: somebody else may have taken goods back meanwhile.
        """
        before = self.checked
        is_same = before is not None and before.receipt.receipt_no == checked.receipt.receipt_no
        if not is_same:
            self.lines, self.case, self.marked = {}, {}, set()
        self.checked = checked
        self._judged.clear()
        numbers = [one.line_no for one in checked.goods]
        left = [one.line_no for one in checked.goods if one.left_milli > 0]
        if line_no is not None and line_no in numbers:
            self.line_no = line_no
        elif not is_same or self.line_no not in numbers:
            self.line_no = next(iter([*left, *numbers]), 0)

    def forget(self) -> None:
        """Begin anew with nothing."""
        self.checked, self.line_no = None, 0
        self.lines, self.case, self.marked = {}, {}, set()
        self._judged.clear()

    def turn(self, line_no: int) -> None:
        """Take a line into the case, or out of it."""
        self.marked ^= {line_no}

    # --- one line ---------------------------------------------------------------------------

    @property
    def goods(self) -> SoldGoods | None:
        """The line under the cursor."""
        return self.checked.line(self.line_no) if self.checked else None

    @property
    def typed(self) -> dict[str, str]:
        """What is answered about the line under the cursor."""
        return self.lines.get(self.line_no, {})

    def asked(self, line_no: int) -> Asked | None:
        """What to ask about a line now."""
        goods = self.checked.line(line_no) if self.checked else None
        if self.checked is None or goods is None:
            return None
        return asked(goods, self.checked.stored, self.lines.get(line_no, {}))

    def answer(self, typed: dict[str, str]) -> None:
        """Keep the answers about the line under the cursor.

        A reason takes the line into the case, and with it goes to the marked ones without any.
        """
        had_reason = "reason" in self.typed
        self.lines[self.line_no] = typed
        if "reason" not in typed or had_reason:
            return
        self.marked.add(self.line_no)
        for number in self.marked:
            if "reason" not in self.lines.get(number, {}):
                self.lines[number] = {**self.lines.get(number, {}), "reason": typed["reason"]}

    def verdict_on(self, line_no: int, on: date, zone: ZoneInfo) -> Judged:
        """The verdict on a line by its answers.

        Raises:
            InvalidInput: an answer is missing or impossible.
        """
        typed = self.lines.get(line_no, {})
        key = (line_no, repr((on, sorted(typed.items()))))
        found = self._judged.get(key)
        if found is None:
            try:
                found = self._worked_out(line_no, typed, on, zone)
            except InvalidInput as error:
                found = error
            self._judged[key] = found
        if isinstance(found, InvalidInput):
            raise found
        return found

    def _worked_out(
        self, line_no: int, typed: Mapping[str, str], on: date, zone: ZoneInfo
    ) -> Judged:
        goods = self.checked.line(line_no) if self.checked else None
        if self.checked is None or goods is None:
            raise RuntimeError("There is no such line.")
        stored = self.checked.stored
        return judge(goods, stored, answers_of(goods, stored, typed, goods.currency), on, zone)

    # --- the case ---------------------------------------------------------------------------

    @property
    def in_case(self) -> tuple[int, ...]:
        """The lines of the case: the marked ones, else the one under the cursor."""
        return tuple(sorted(self.marked)) or ((self.line_no,) if self.line_no else ())

    def judged(self, on: date, zone: ZoneInfo) -> list[Judged]:
        """The verdicts on the lines of the case that have one."""
        found = []
        for number in self.in_case:
            try:
                found.append(self.verdict_on(number, on, zone))
            except InvalidInput:
                continue
        return found

    def outlook(self, on: date, zone: ZoneInfo) -> Outlook | None:
        """What the case would bring; None while no line has a verdict."""
        judged = self.judged(on, zone)
        if not judged or self.checked is None:
            return None
        wish = self.case.get("wish")
        return outlook(judged, self.checked, Remedy(wish) if wish else None, on)

    def outlook_of(self, judged: Judged, on: date) -> Outlook:
        """What a case about this line alone would bring."""
        if self.checked is None:
            raise RuntimeError("Goods were judged without their receipt.")
        return outlook([judged], self.checked, None, on)

    def draft(self, customer_id: int | None, shown: Outlook | None) -> ReturnDraft:
        """The return as it is to be submitted.

        Args:
            customer_id: who was chosen; else the one on the receipt.
            shown: what stands on the screen; what the case wishes for is what stands there.

        Raises:
            InvalidInput: an answer is missing or impossible; its ``values`` name the ``line``.
        """
        if self.checked is None:
            raise RuntimeError("There is no receipt.")
        lines = []
        for number in self.in_case:
            goods = self.checked.line(number)
            if goods is None:
                continue
            typed = self.lines.get(number, {})
            try:
                given = answers_of(goods, self.checked.stored, typed, goods.currency)
            except InvalidInput as error:
                error.values = {**error.values, _LINE: number}
                raise
            lines.append(ReturnLineDraft(number, given))
        case = self.case
        return ReturnDraft(
            self.checked.receipt.receipt_no,
            lines,
            remedy=str(shown.remedy) if shown and shown.remedies else "",
            mode=case.get("mode", "") or ReturnMode.COUNTER,
            freight_payer=case.get("freight_payer", ""),
            tracking_no=case.get("tracking_no", ""),
            note=case.get("note", ""),
            customer_id=customer_id,
            slot_from=case.get("slot_from", ""),
            slot_to=case.get("slot_to", ""),
            address=case.get("address", ""),
        )

    # --- the draft that is kept -------------------------------------------------------------

    def content(self) -> dict[str, str]:
        """What a draft keeps; nothing before anything was answered."""
        if self.checked is None or not (any(self.lines.values()) or self.case):
            return {}
        kept = {_RECEIPT: self.checked.receipt.receipt_no, _LINE: str(self.line_no)}
        kept[_MARKED] = ",".join(map(str, sorted(self.marked)))
        for number, typed in self.lines.items():
            kept |= {f"{number}.{name}": value for name, value in typed.items()}
        return kept | {f"case.{name}": value for name, value in self.case.items()}

    def restore(self, content: Mapping[str, str], checked: CheckedReceipt) -> None:
        """Put back what a draft kept."""
        self.checked = None
        line = content.get(_LINE, "")
        self.begin(checked, int(line) if line.isascii() and line.isdigit() else None)
        numbers = {str(one.line_no): one.line_no for one in checked.goods}
        self.marked = {
            numbers[one] for one in content.get(_MARKED, "").split(",") if one in numbers
        }
        for key, value in content.items():
            place, dot, name = key.partition(".")
            if dot and place == "case":
                self.case[name] = value
            elif dot and place in numbers:
                self.lines.setdefault(numbers[place], {})[name] = value


def receipt_of(content: Mapping[str, str]) -> str:
    """The receipt that a draft is about."""
    return content.get(_RECEIPT, "")
