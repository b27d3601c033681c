"""The shipped return rules as a decision model of zen-engine: one table, the first row that fits.

The engine knows no rest days, so whoever asks it says by how many days the request is too late for
each period (:func:`prepared`): the whole arithmetic of the deadlines is not counted against it. It
answers with verdict and rule: no dates, no amounts, nothing of what else is missing.
"""

from __future__ import annotations

from typing import Any, Final

from counter.rules.case import Case
from counter.rules.deadlines import Window
from counter.rules.facts import Facts
from counter.rules.policy import Policy

KEY: Final = "returns"
"""The name of the model where an engine loads it by name."""

PLAIN_FACTS: Final = (
    "open_refund", "reason", "proof", "category", "channel", "misuse", "fault_disputed",
    "same_model_available", "repairs_done", "wait_days", "wait_cause", "fault_part",
    "purpose_defeated", "opened", "used", "activated", "seal_intact", "confirmed_no_return",
    "accessories_complete", "resale_ok", "tags_attached", "packaging_intact", "store_promise",
)  # fmt: skip
"""What is handed over as it is."""


def prepared(facts: Facts, policy: Policy) -> dict[str, Any]:
    """The facts that the model reads, in JSON's types, and how late each period's end is."""
    case = Case(facts, policy)
    given: dict[str, Any] = {}
    for name in PLAIN_FACTS:
        value = getattr(facts, name)
        given[name] = str(value) if isinstance(value, str) else value
    given["too_many"] = facts.quantity_requested - (
        facts.quantity_sold - facts.quantity_returned_before
    )
    given["made_known"] = facts.production_date is not None
    given["received"] = facts.received_date is not None
    periods = {
        "days_1": case.days(1),
        "days_7": case.days(7),
        "anew_15": case.days(15, case.guarantee_start),
        "promise_7": case.promised(policy.store_refund_days),
        "promise_15": case.promised(policy.store_exchange_days),
        "months_6": case.months(6),
        "months_24": case.outer_limit,
        "warranty": case.warranty if case.guarantee else None,
    }
    return given | {name: _late(facts, period) for name, period in periods.items()}


def decided_by(answer: dict[str, Any]) -> tuple[str, str]:
    """Verdict and rule of the engine's answer."""
    return answer["result"]["verdict"], answer["result"]["rule"]


def _late(facts: Facts, period: Window | None) -> int:
    """By how many days the request is too late; 0 or less where it is in time."""
    return (facts.checked_on - period.last_day).days if period else 0


def model() -> dict[str, Any]:
    """The model: input, table, output."""
    names = dict.fromkeys(name for _verdict, _rule, cells in ROWS for name in cells)
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": name, "name": name, "field": name} for name in ("verdict", "rule")],
        "rules": [
            {"_id": str(at), **cells, "verdict": f'"{verdict}"', "rule": f'"{rule}"'}
            for at, (verdict, rule, cells) in enumerate(ROWS)
        ],
    }
    return {
        "nodes": [
            _node("in", "inputNode", {}),
            _node("table", "decisionTableNode", table),
            _node("out", "outputNode", {}),
        ],
        "edges": [
            {"id": "first", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "second", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def _node(name: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    place = {"x": 0, "y": 0}
    return {"id": name, "name": name, "type": kind, "position": place, "content": content}


# --- the rows -------------------------------------------------------------------------------

Row = tuple[str, str, dict[str, str]]
"""Verdict, rule, and what each cell wants, by its column; a column not named may be anything."""

_IN_TIME, _LATE, _YES, _NO = "<= 0", "> 0", "true", "false"


def _any(*terms: str) -> str:
    return ", ".join(f'"{term}"' for term in terms)


_DEFECTS = _any("quality", "not_as_described", "delivery_damage")
_DEVICES = _any("appliance", "tv", "phone", "computer")
_DURABLE = _any("appliance", "tv", "computer")
_SEALED = _any("cosmetics", "packaged_food", "near_expiry_food", "medicine", "underwear")
_SPOILED = _any("medicine", "underwear", "cosmetics", "packaged_food")
_LEFT_OUT = _any("fresh_food", "custom_made", "digital", "periodical", "medicine", "underwear")


def _track(rows: list[Row], **guard: str) -> list[Row]:
    """The rows of one track, each with what leads into the track."""
    return [(verdict, rule, guard | cells) for verdict, rule, cells in rows]


def _exchange(rule: str, **cells: str) -> list[Row]:
    """An exchange, or the money where the same model is not there."""
    return [
        ("exchange", rule, cells | {"same_model_available": _YES}),
        ("refund", "W9", cells),
    ]


_GATES: Final[list[Row]] = [
    ("refer", "R03", {"open_refund": _YES}),
    ("refuse", "R00", {"too_many": "> 0"}),
    ("refund", "K1", {"reason": '"recall"'}),
    ("refer", "R01", {"proof": '"none"'}),
    ("refer", "R01", {"proof": '"serial_only"', "category": '$ != "phone"'}),
    ("refer", "R01", {"proof": '"serial_only"', "made_known": _NO}),
    ("refer", "R01", {"proof": '"serial_only"', "reason": f"not in [{_DEFECTS}]"}),
    ("refund", "A1", {"reason": '"authority_failed"'}),
    ("refer", "F1", {"reason": _any("expired_at_sale", "food_unsafe")}),
    ("refer", "D1", {"reason": '"counterfeit"'}),
]

_WRONG: Final[list[Row]] = [
    ("refund", "S1", {"days_7": _IN_TIME}),
    ("exchange", "S1", {"months_24": _IN_TIME}),
    ("refuse", "S1", {}),
]

_GUARANTEED: Final[list[Row]] = [
    ("refuse", "W7", {"misuse": _YES}),
    ("repair", "W11", {"proof": '"serial_only"', "warranty": _IN_TIME}),
    ("refuse", "W8", {"proof": '"serial_only"'}),
    ("refer", "B1", {"fault_disputed": _YES, "category": _DURABLE, "months_6": _IN_TIME}),
    ("refund", "W1", {"days_7": _IN_TIME}),
    *_exchange("W2", anew_15=_IN_TIME),
    ("refuse", "W8", {"warranty": _LATE}),
    *_exchange("W6", wait_cause='"repairer"', wait_days="> 30"),
    *_exchange("W5", wait_cause='"parts"', wait_days="> 90"),
    *_exchange("W5", wait_cause='"parts"', wait_days="> 60", category=_any("phone", "computer")),
    *_exchange("W4", repairs_done=">= 2"),
    ("repair", "W12", {"fault_part": '"main"'}),
    ("repair", "W3", {}),
]

_FRESH: Final[list[Row]] = [
    ("refuse", "Q3", {"misuse": _YES}),
    ("refund", "F3", {"days_1": _IN_TIME}),
    ("refer", "F3", {"days_7": _IN_TIME}),
    ("refuse", "F3", {}),
]

_GENERAL: Final[list[Row]] = [
    ("refuse", "Q3", {"misuse": _YES}),
    ("refund", "Q1", {"days_7": _IN_TIME}),
    ("refuse", "Q2", {"months_24": _LATE}),
    ("refer", "Q2", {"purpose_defeated": _YES}),
    ("exchange", "Q2", {}),
]

_DISTANCE: Final[list[Row]] = [
    ("refuse", "NR1-X", {"category": _any("custom_made", "fresh_food", "periodical")}),
    ("refuse", "NR1-X", {"category": '"digital"', "opened": _YES}),
    ("refuse", "NR1-X", {"category": '"digital"', "activated": _YES}),
    ("refuse", "NR1-X", {"category": '"digital"', "seal_intact": _NO}),
    ("refuse", "NR1-C", {"confirmed_no_return": _YES, "category": '"near_expiry_food"'}),
    ("refuse", "NR1-C", {"confirmed_no_return": _YES, "category": _DEVICES, "activated": _YES}),
    ("refuse", "NR1-C", {"confirmed_no_return": _YES, "category": _DEVICES, "used": _YES}),
    ("refuse", "NR1-C", {"confirmed_no_return": _YES, "category": _SPOILED, "opened": _YES}),
    ("refuse", "NR1-I", {"accessories_complete": _NO}),
    ("refuse", "NR1-I", {"resale_ok": _NO}),
    ("refuse", "NR1-I", {"misuse": _YES}),
    ("refuse", "NR1-I", {"category": _SEALED, "seal_intact": _NO}),
    ("refuse", "NR1-I", {"category": _any("clothing", "shoes", "underwear"), "tags_attached": _NO}),
    ("refuse", "NR1-I", {"category": _DEVICES, "activated": _YES}),
    ("refuse", "NR1-T", {"received": _YES, "days_7": _LATE}),
    ("refund", "NR1", {}),
]

_STORE: Final[list[Row]] = [
    ("refuse", "NR0", {"store_promise": _NO}),
    ("refuse", "NR2-X", {"category": _LEFT_OUT}),
    ("refuse", "NR2-X", {"category": _any("cosmetics", "packaged_food"), "opened": _YES}),
    ("refuse", "NR2-I", {"packaging_intact": _NO}),
    ("refuse", "NR2-I", {"accessories_complete": _NO}),
    ("refuse", "NR2-I", {"resale_ok": _NO}),
    ("refund", "NR2", {"promise_7": _IN_TIME}),
    ("exchange", "NR2", {"promise_15": _IN_TIME}),
    ("refuse", "NR2-T", {}),
]


def _flaw(rows: list[Row]) -> list[Row]:
    """A harmless flaw of a label is judged as another return, but named F2."""
    return [(verdict, "F2", cells) for verdict, _rule, cells in rows]


ROWS: Final[list[Row]] = [
    *_GATES,
    *_track(_WRONG, reason=_any("wrong_item", "short_quantity")),
    *_track(_GUARANTEED, reason=_DEFECTS, category=_DEVICES),
    *_track(_FRESH, reason=_DEFECTS, category='"fresh_food"'),
    *_track(_GENERAL, reason=_DEFECTS),
    *_track(_STORE, reason='"no_reason"', channel='"store"'),
    *_track(_DISTANCE, reason='"no_reason"'),
    *_track(_flaw(_STORE), reason='"label_flaw"', channel='"store"'),
    *_track(_flaw(_DISTANCE), reason='"label_flaw"'),
]
"""Every row, in the order of the rules."""
