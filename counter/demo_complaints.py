"""Complaints of the demo shop: their steps go through the operations of a real counter."""

from __future__ import annotations

from counter import complaints, follow_ups
from counter.desk import WritingDesk
from data.demo import MadeStep


def go_on(desk: WritingDesk, no: str, step: MadeStep) -> None:
    """One step of a complaint, or the call-back after it, through the operation of its name."""
    text, values = step.text, step.values
    match step.action:
        case "check":
            complaints.check(desk, no, values["step"], text)
        case "propose":
            complaints.propose(desk, no, text, amount=values.get("offer", ""))
        case "investigate" | "accept" | "dispute" | "mediate" | "perform" | "escalate":
            getattr(complaints, step.action)(desk, no, text)
        case "call":
            follow_ups.record_call(desk, no, values["result"], text)
        case other:
            raise ValueError(f"A story has a step that nobody can do: {other}")
