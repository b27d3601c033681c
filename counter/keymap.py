"""The keys that a counter's settings give to actions, and what cannot be meant by them.

A wrong entry is left out and said: nobody is kept from work by a key. The ids stand here because
the commands say it, too, and never import a screen; a test compares them with the bindings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from models.errors import InvalidInput
from models.messages import N_

IDS: Final = frozenset(
    "overdue.assign overdue.back overdue.call overdue.clerk overdue.escalate overdue.explain "
    "overdue.export overdue.kind overdue.level overdue.print overdue.renew overdue.take "
    "call.phone handover.back handover.read handover.write "
    "app.cases app.find app.help app.intake app.lock app.menu app.more app.overdue app.palette "
    "app.quit app.returns app.tickets ask.clear ask.reply cases.back cases.cash_up cases.export "
    "cases.sort cases.view_1 cases.view_2 cases.view_3 cases.view_4 cases.view_5 "
    "customer.back customer.export customer.new_ticket first_run.back form.submit goods.open "
    "home.clear home.list home.resume imports.back imports.cancel imports.open imports.result "
    "intake.back intake.clear intake.same keys.back keys.change keys.usual lines.answer "
    "lines.mark list.down list.first list.last list.mark list.open list.page_down "
    "list.page_up list.unmark list.up paid.after paid.back paid.before paid.export paid.open "
    "paid.today path.complete people.open policy.approve policy.back policy.withdraw "
    "receipt.back receipt.customer receipt.export receipt.new_ticket receipt.returns "
    "return.appeal return.approve return.attach return.authorise return.back "
    "return.compensate return.exchange return.explain return.fail return.give_back "
    "return.next return.note return.override return.receipt return.receive return.refer "
    "return.refund return.refuse return.repair return.settle return.slip return.ticket "
    "return.way_back return.withdraw returns.back returns.clear returns.down returns.list "
    "returns.more returns.receipt returns.submit returns.type returns.up returns.why "
    "sign_in.clear sign_in.submit slip.print staff.add staff.back staff.change staff.export "
    "staff.leave staff.limit staff.reset ticket.accept ticket.answer ticket.assign "
    "ticket.back ticket.cancel ticket.check ticket.close ticket.compensate ticket.correct "
    "ticket.detail ticket.dispute ticket.escalate ticket.explain ticket.investigate "
    "ticket.mediate ticket.merge ticket.note ticket.perform ticket.priority ticket.propose "
    "ticket.receipt ticket.reopen ticket.resolve ticket.respond ticket.send_out ticket.take "
    "ticket.undo ticket.urgent ticket.wait tickets.assign tickets.back tickets.bulk "
    "tickets.escalate tickets.explain tickets.export tickets.filter tickets.kinds "
    "tickets.list tickets.narrow tickets.next tickets.note tickets.own_0 tickets.own_1 "
    "tickets.own_2 tickets.sort tickets.take tickets.undo tickets.view_1 tickets.view_2 "
    "tickets.view_3 tickets.view_4 tickets.view_5 tickets.view_6 tickets.view_7 tickets.views "
    "tickets.wait times.after times.back times.before times.calendar times.read "
    "times.this_month versions.read".split()
)
"""Everything that can be given another key."""

_NAMED: Final = frozenset(
    "backspace delete down end enter escape home insert left pagedown pageup right space tab up "
    "at comma full_stop minus plus slash backslash colon semicolon question_mark".split()
)
_MODIFIED: Final = re.compile(r"(?:(?:ctrl|alt|shift|super)\+)*(?P<key>.+)")
_FUNCTION_KEY: Final = re.compile(r"f(?:[1-9]|1[0-9]|2[0-4])")


def sorted_out(keymap: Mapping[str, str], path: Path) -> tuple[dict[str, str], list[InvalidInput]]:
    """The entries that can be meant, and a sentence for each of the others.

    Args:
        keymap: ids and the keys for them, several with commas.
        path: the file that holds them, for the sentences.
    """
    kept: dict[str, str] = {}
    faults: list[InvalidInput] = []
    for name, keys in keymap.items():
        wrong = next((key for key in keys.split(",") if not is_key(key.strip())), None)
        if name not in IDS:
            sentence = N_("{path}: there is no action {name} to give a key to. It is left out.")
        elif wrong is not None:
            sentence = N_("{path}: {name} keeps its own key, because there is no key '{key}'.")
        else:
            kept[name] = keys
            continue
        faults.append(InvalidInput(sentence, field="keymap", path=path, name=name, key=wrong or ""))
    return kept, faults


def is_key(name: str) -> bool:
    """Whether a terminal can send the key of that name: ``f9``, ``ctrl+k``, ``question_mark``."""
    matched = _MODIFIED.fullmatch(name)
    if matched is None:
        return False
    key = matched["key"]
    if len(key) == 1:
        return key.isprintable() and not key.isspace()
    return key in _NAMED or _FUNCTION_KEY.fullmatch(key) is not None or _is_sign(key)


def _is_sign(key: str) -> bool:
    """Whether it is the Unicode name of one character, as Textual writes it."""
    try:
        return bool(unicodedata.lookup(key.replace("_", " ")))
    except KeyError:
        return False
