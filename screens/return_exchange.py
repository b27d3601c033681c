"""The window of an exchange on the spot: what goes out now, with its serial numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from counter import exchanges, returns
from counter.desk import WritingDesk
from counter.exchanges import Replacement
from counter.language import _, quantity
from counter.return_opening import ReturnDraft
from models.messages import N_
from models.return_views import ReturnHead, SoldGoods
from screens.widgets.ask import Ask
from screens.widgets.controls import Choice
from screens.widgets.dialog import open_dialog
from screens.widgets.form import ChoiceField, Field, TextField

if TYPE_CHECKING:
    from screens.returns import ReturnCheck

Save = Callable[[Callable[[WritingDesk], ReturnHead], str | None], None]
"""Keeps what an operation makes of the answers, and says so: a translated sentence with {no}."""

NOW = "now"
LATER = "later"


def exchange_now(screen: ReturnCheck, draft: ReturnDraft, save: Save) -> None:
    """Ask for what an exchange needs, then carry it out in one transaction, or submit it alone.

    Args:
        screen: the return check.
        draft: what is to be exchanged.
        save: keeps what the operation makes of the answers.
    """
    checked = screen.typing.checked
    if checked is None:
        return
    lines = [checked.line(line.line_no) for line in draft.lines]
    goods = [one for one in lines if one is not None]
    fields: list[Field] = [
        TextField(_serial_field(one), N_("New serial"), longest=64, hint=_hint(one))
        for one in goods
        if one.serial_no is not None
    ]
    fields.append(
        ChoiceField(
            "when",
            N_("Hand out"),
            [Choice(NOW, N_("now")), Choice(LATER, N_("later"))],
            hint=N_("Later: the case waits for the goods."),
            value=NOW,
        )
    )

    def needed(values: dict[str, str]) -> dict[str, str]:
        if values["when"] == LATER:
            return {}
        missing = _("Scan the serial number of the new unit.")
        return {name: missing for name, text in values.items() if not text}

    def answered(values: dict[str, str] | None) -> None:
        if values is None:
            return
        if values["when"] == LATER:
            save(lambda desk: returns.submit(desk, draft), None)
            return
        out = [
            Replacement(one.line_no, serial_no=values[_serial_field(one)])
            for one in goods
            if one.serial_no is not None
        ]
        said = _("Exchanged: {no}. Tell the customer this number.")
        save(lambda desk: exchanges.exchange_at_once(desk, draft, out), said)

    window = Ask(
        _("Exchange now"),
        fields,
        validate=needed,
        detail="\n".join(f"{_count(screen, one)} x {one.name}" for one in goods),
        submit=N_("Exchange"),
    )
    open_dialog(screen.app, window, answered)


def _serial_field(goods: SoldGoods) -> str:
    return f"serial_{goods.line_no}"


def _hint(goods: SoldGoods) -> Callable[[], str]:
    return lambda: _("{name}; comes back: {serial}").format(name=goods.name, serial=goods.serial_no)


def _count(screen: ReturnCheck, goods: SoldGoods) -> str:
    judged = screen.verdict_on(goods.line_no)
    return quantity(getattr(judged, "requested_milli", goods.qty_milli))
