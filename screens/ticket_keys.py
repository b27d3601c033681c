"""The keys of a ticket's steps, those that come next first: a narrow bar cuts the last."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from models.messages import N_

STEP_KEYS: Final = (
    Binding("t", "step('take')", N_("Take"), id="ticket.take"),
    Binding("b", "step('answer')", N_("Answer came"), id="ticket.answer"),
    Binding("c", "step('close')", N_("Close"), id="ticket.close"),
    Binding("o", "step('reopen')", N_("Reopen"), id="ticket.reopen"),
    Binding("j", "step('check')", N_("Checklist"), id="ticket.check"),
    Binding("f", "step('respond')", N_("First answer"), id="ticket.respond"),
    Binding("i", "step('investigate')", N_("Look into"), id="ticket.investigate"),
    Binding("l", "step('propose')", N_("Propose"), id="ticket.propose"),
    Binding("y", "step('accept')", N_("Accepted"), id="ticket.accept"),
    Binding("d", "step('dispute')", N_("Disputed"), id="ticket.dispute"),
    Binding("h", "step('perform')", N_("Done so"), id="ticket.perform"),
    Binding("n", "step('note')", N_("Note"), id="ticket.note"),
    Binding("r", "step('resolve')", N_("Resolve"), id="ticket.resolve"),
    Binding("w", "step('wait')", N_("Wait"), id="ticket.wait"),
    Binding("u", "undo", N_("Undo"), id="ticket.undo"),
    Binding("x", "explain", N_("Why due"), id="ticket.explain"),
    Binding("m", "step('mediate')", N_("Mediation"), id="ticket.mediate"),
    Binding("g", "step('escalate')", N_("Escalate"), id="ticket.escalate"),
    Binding("e", "step('detail')", N_("Details"), id="ticket.detail"),
    Binding("q", "step('compensate')", N_("Compensation"), id="ticket.compensate"),
    Binding("s", "step('send_out')", N_("Send out"), id="ticket.send_out"),
    Binding("a", "step('assign')", N_("Assign"), id="ticket.assign"),
    Binding("p", "step('priority')", N_("Priority"), id="ticket.priority"),
    Binding("exclamation_mark", "step('urgent')", N_("Urgent"), id="ticket.urgent"),
    Binding("plus", "step('merge')", N_("Merge"), id="ticket.merge"),
    Binding("z", "step('cancel')", N_("Cancel"), id="ticket.cancel"),
    Binding("k", "step('correct')", N_("Correct"), id="ticket.correct"),
)
"""Only those of the steps that are possible now are shown, and work."""
