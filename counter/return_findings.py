"""Examining returns: cases, quantities, money, decisions and units against what they come from.

What their own events say of cases, lines and refunds can be put right (``counter.repairing``), and
so can the name of a unit that was handed out. No repair invents money, goods or a verdict.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from counter.findings import Finding, Tally, fault, ok
from counter.return_histories import case_histories
from counter.rules import refunds as rules
from data import return_checks
from data.reading import Reader
from data.returns import line_amounts, tendered
from models.errors import CounterError
from models.messages import N_

if TYPE_CHECKING:
    from counter.rules.policy import Policy

# --- cases ----------------------------------------------------------------------------------


def cases(reader: Reader) -> Iterator[Finding]:
    """Every case, its lines and its refunds are what the events of its ticket add up to."""
    whole, differing = 0, Tally()
    for history in case_histories(reader):
        whole += 1
        fields = history.differences()
        if fields:
            differing.add(history.no, ", ".join(fields))
    if differing.count:
        yield fault(
            "return_cases",
            N_(
                "{count} of {cases} returns differ from their events; first {no}: {fields}. "
                "Repair: counter doctor --repair"
            ),
            count=differing.count,
            cases=whole,
            no=differing.no,
            fields=differing.detail,
        )
    else:
        yield ok("return_cases", N_("All {cases} returns are what their events say."), cases=whole)


def returned_within_sold(reader: Reader) -> Iterator[Finding]:
    """Till and cases together took back no more of a line than was sold (invariant 1)."""
    wrong = Tally()
    for receipt_no, line_no in return_checks.lines_oversold(reader):
        wrong.add(f"{receipt_no}/{line_no}")
    if wrong.count:
        yield fault(
            "returned_within_sold",
            N_(
                "More came back of {count} receipt lines than was sold; the first is {line}. "
                "Look at its returns: one of them is wrong."
            ),
            count=wrong.count,
            line=wrong.no,
        )
    else:
        yield ok("returned_within_sold", N_("No more came back of any line than was sold."))


# --- money ----------------------------------------------------------------------------------


def refunds(reader: Reader) -> Iterator[Finding]:
    """One refund of a line at a time, never more than was paid, in the receipt's currency."""
    found = [
        finding
        for sentence, wrong in (
            (
                N_("Two refunds of one line are under way ({count} lines); the first is {line}."),
                return_checks.lines_refunded_twice(reader),
            ),
            (
                N_(
                    "{count} refunds are in another currency than the receipt; the first is of "
                    "{line}."
                ),
                return_checks.refunds_of_other_money(reader),
            ),
            (
                N_("The shares of {count} refunds do not add up; the first is of {line}."),
                return_checks.refunds_not_shared_out(reader),
            ),
            (
                N_(
                    "More went back than was paid by {count} means of payment; the first is {line}."
                ),
                return_checks.tenders_overdrawn(reader),
            ),
            (
                N_("More went back for {count} lines than was paid; the first is {line}."),
                _lines_overpaid(reader),
            ),
        )
        for finding in _money(sentence, wrong)
    ]
    yield from found
    if not found:
        yield ok("refunds", N_("No refund is more than was paid, by line or means of payment."))


def _money(sentence: str, wrong: Iterator[tuple[Any, ...]]) -> Iterator[Finding]:
    tally = Tally()
    for receipt_no, number in wrong:
        tally.add(f"{receipt_no}/{number}")
    if tally.count:
        yield fault("refunds", sentence, count=tally.count, line=tally.no)


def _lines_overpaid(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Receipt and number of every line for which more went back than it cost (invariant 3)."""
    for receipt, receipt_no, key, number, qty, price, back in return_checks.lines_settled(reader):
        lines = [rules.SoldLine(*line) for line in line_amounts(reader, receipt)]
        totals = rules.line_totals(lines, tendered(reader, receipt))
        if back > max(totals[key], rules.price_of(qty, price)):
            yield receipt_no, number


# --- decisions ------------------------------------------------------------------------------


def decisions(reader: Reader) -> Iterator[Finding]:
    """Every kept verdict is the one that its facts and its version of the rules give.

    What a supervisor decided names the decision before, of the same line (invariants 9 and 11).
    """
    from counter.policy_versions import policy_by_id

    @lru_cache(maxsize=64)
    def policy_of(version_id: int) -> Policy | None:
        try:
            return policy_by_id(reader, version_id).policy
        except CounterError:  # what is wrong with the version is said of the version
            return None

    whole, wrong = 0, Tally()
    for row in return_checks.decisions(reader):
        whole += 1
        if not _holds(row, policy_of):
            wrong.add(row[1])
    if wrong.count:
        yield fault(
            "decisions",
            N_(
                "{count} of {decisions} decisions are not what the rules gave; the first is one "
                "of {no}. Nothing can repair that: compare with a backup from before."
            ),
            count=wrong.count,
            decisions=whole,
            no=wrong.no,
        )
    else:
        yield ok(
            "decisions",
            N_("All {decisions} decisions are what their version of the rules gives."),
            decisions=whole,
        )


def _holds(row: tuple[Any, ...], policy_of: Callable[[int], Policy | None]) -> bool:
    """Whether one decision is as it was made; also where its version cannot be read any more."""
    from counter.return_decisions import is_override_of, recomputed

    key, _, line, version_id, facts, result, sha256, *said, over, over_line, over_sha256 = row
    try:
        kept_facts, kept = json.loads(facts), json.loads(result)
        remedies, failed = json.loads(said[1]), json.loads(said[3])
    except (ValueError, TypeError):
        return False
    if not isinstance(kept, dict):
        return False
    if over is not None:
        return bool(over < key and over_line == line) and is_override_of(over_sha256, kept, sha256)
    columns = {
        "verdict": said[0],
        "remedies": remedies,
        "rule": said[2],
        "failed_rules": failed,
        "last_day": said[4],
    }
    if any(kept.get(name) != value for name, value in columns.items()):
        return False
    policy = policy_of(version_id)
    return policy is None or recomputed(kept_facts, policy, kept, sha256)


# --- units ----------------------------------------------------------------------------------


def serial_units(reader: Reader) -> Iterator[Finding]:
    """Every unit handed out in exchange is known, and the old one names it (invariant 17)."""
    wrong = Tally()
    for row in return_checks.units_misnamed(reader):
        wrong.add(row[1])
    if wrong.count:
        yield fault(
            "serial_units",
            N_(
                "{count} units handed out in exchange are not named by the old ones; the first is "
                "{serial}. Repair: counter doctor --repair"
            ),
            count=wrong.count,
            serial=wrong.no,
        )
    else:
        yield ok("serial_units", N_("Every unit that was exchanged names the new one."))
