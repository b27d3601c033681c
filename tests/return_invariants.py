"""What holds of returns whatever was done to the store: the invariants of the domain, in plain SQL.

Each is asked of the rows that operations left behind, and in another way than the program keeps
it: quantities from the status of a case and from the goods that moved, money from what was paid.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Final

from counter.policy_versions import policy_by_id
from counter.return_decisions import recomputed
from counter.rules import return_case
from counter.rules.eligibility import decide
from counter.rules.facts import read_facts
from counter.rules.lifecycle import Event
from counter.shop import Shop
from data.reading import instant, maybe_day, maybe_instant
from models.terms import TicketAction, TicketStatus
from tests.premises import rows

_TAKEN: Final = """
    CASE WHEN c.status IN ('draft', 'submitted', 'referred', 'approved') THEN x.requested_milli
         WHEN c.status IN ('received', 'refund_pending', 'refunded', 'closed')
         THEN CASE WHEN x.waived IS NULL THEN x.received_milli ELSE x.requested_milli END
         ELSE 0 END
"""
"""What a line of a case takes of what was sold, by the status of the case."""

_PRICE: Final = "((l.qty_milli * l.unit_paid_minor + 500) / 1000)"

BROKEN: Final[dict[str, str]] = {
    "1: no more comes back than was sold": f"""
        SELECT l.id, l.qty_milli, l.returned_milli, sum({_TAKEN})
        FROM receipt_line l JOIN return_line x ON x.receipt_line_id = l.id
        JOIN return_case c ON c.id = x.return_case_id
        GROUP BY l.id HAVING l.returned_milli + sum({_TAKEN}) > l.qty_milli
    """,
    "1: what a line takes is what its case's status says": f"""
        SELECT x.id, x.counted_milli, {_TAKEN} FROM return_line x
        JOIN return_case c ON c.id = x.return_case_id WHERE x.counted_milli <> {_TAKEN}
    """,
    "1: no more than was asked for came in": """
        SELECT id, requested_milli, received_milli FROM return_line
        WHERE received_milli > requested_milli
    """,
    "1: the shop has no more of the goods than were sold": """
        SELECT l.id, l.qty_milli, sum(m.qty_milli) FROM receipt_line l
        JOIN return_line x ON x.receipt_line_id = l.id
        JOIN return_case c ON c.id = x.return_case_id AND c.status <> 'to_repair'
        JOIN goods_movement m ON m.return_line_id = x.id
        GROUP BY l.id HAVING l.returned_milli + sum(m.qty_milli) > l.qty_milli
    """,
    "1: what came in was moved, and what the customer has again went out": """
        SELECT x.id, c.status, x.received_milli,
               (SELECT coalesce(sum(m.qty_milli), 0) FROM goods_movement m
                 WHERE m.return_line_id = x.id) AS here
        FROM return_line x JOIN return_case c ON c.id = x.return_case_id
        WHERE here <> CASE WHEN c.status IN ('exchange_done', 'returned_to_customer')
                           THEN CASE WHEN x.waived IS NULL OR c.status <> 'exchange_done'
                                     THEN 0 ELSE -x.requested_milli END
                           ELSE x.received_milli END
    """,
    "2: one open refund of a line": """
        SELECT receipt_line_id, count(*) FROM refund WHERE status NOT IN ('settled', 'failed')
        GROUP BY receipt_line_id HAVING count(*) > 1
    """,
    "2: a line is refunded once for each case": """
        SELECT return_line_id FROM refund WHERE status <> 'failed'
        GROUP BY return_line_id HAVING count(*) > 1
    """,
    "3: no more goes back for a line than it cost": f"""
        SELECT l.id, sum(f.amount_minor + coalesce(d.minor, 0)), {_PRICE} FROM receipt_line l
        JOIN refund f ON f.receipt_line_id = l.id AND f.status <> 'failed'
        LEFT JOIN (SELECT refund_id, sum(amount_minor) AS minor FROM refund_deduction
                   GROUP BY refund_id) d ON d.refund_id = f.id
        GROUP BY l.id
        HAVING sum(f.amount_minor + coalesce(d.minor, 0)) > {_PRICE} + max(0, coalesce((
            SELECT sum(t.amount_minor) FROM tender t WHERE t.receipt_id = l.receipt_id), 0) - (
            SELECT sum((o.qty_milli * o.unit_paid_minor + 500) / 1000) FROM receipt_line o
             WHERE o.receipt_id = l.receipt_id))
    """,
    "3: no more goes back one way than was paid that way": """
        SELECT n.id, n.amount_minor, sum(a.amount_minor) FROM tender n
        JOIN refund_allocation a ON a.tender_id = n.id
        JOIN refund f ON f.id = a.refund_id AND f.status <> 'failed'
        GROUP BY n.id HAVING sum(a.amount_minor) > n.amount_minor
    """,
    "3: a receipt gives back no more than was paid": """
        SELECT l.receipt_id, sum(f.amount_minor) FROM refund f
        JOIN receipt_line l ON l.id = f.receipt_line_id
        WHERE f.status <> 'failed'
        GROUP BY l.receipt_id HAVING sum(f.amount_minor) > (
            SELECT sum(n.amount_minor) FROM tender n WHERE n.receipt_id = l.receipt_id)
    """,
    "3: the shares of a refund add up to it": """
        SELECT f.id, f.amount_minor FROM refund f WHERE f.amount_minor <> (
            SELECT coalesce(sum(a.amount_minor), 0) FROM refund_allocation a
             WHERE a.refund_id = f.id)
    """,
    "3: money goes back by a means of its own receipt": """
        SELECT a.id FROM refund_allocation a JOIN refund f ON f.id = a.refund_id
        JOIN receipt_line l ON l.id = f.receipt_line_id JOIN tender n ON n.id = a.tender_id
        WHERE n.receipt_id <> l.receipt_id OR n.method <> a.method
    """,
    "4: no refund without goods, but for three reasons": """
        SELECT f.id FROM refund f JOIN return_line x ON x.id = f.return_line_id
        WHERE x.received_milli = 0 AND (x.waived IS NULL
              OR x.reason NOT IN ('recall', 'authority_failed', 'short_quantity'))
    """,
    "4: no refund before the goods": """
        SELECT f.id FROM refund f JOIN return_line x ON x.id = f.return_line_id
        JOIN return_case c ON c.id = x.return_case_id
        WHERE c.received_at IS NULL OR f.requested_at < c.received_at
    """,
    "6: a refund is in the receipt's currency": """
        SELECT f.id FROM refund f JOIN receipt_line l ON l.id = f.receipt_line_id
        JOIN receipt r ON r.id = l.receipt_id WHERE f.currency <> r.currency
    """,
    "6: money is whole minor units": """
        SELECT 'refund', id FROM refund WHERE typeof(amount_minor) <> 'integer'
        UNION ALL SELECT 'share', id FROM refund_allocation
                   WHERE typeof(amount_minor) <> 'integer'
        UNION ALL SELECT 'deduction', id FROM refund_deduction
                   WHERE typeof(amount_minor) <> 'integer'
        UNION ALL SELECT 'compensation', id FROM compensation
                   WHERE typeof(amount_minor) <> 'integer'
    """,
    "7: events are numbered without a gap": """
        SELECT ticket_id FROM ticket_event GROUP BY ticket_id
        HAVING min(event_no) <> 1 OR max(event_no) <> count(*)
    """,
    "8: no event is earlier than the one before": """
        SELECT e.id FROM ticket_event e JOIN ticket_event b
          ON b.ticket_id = e.ticket_id AND b.event_no = e.event_no - 1 WHERE e.at < b.at
    """,
    "9: every line has a verdict of the rules, and overrides name what they override": """
        SELECT x.id FROM return_line x WHERE NOT EXISTS (
            SELECT 1 FROM eligibility_decision d
             WHERE d.return_line_id = x.id AND d.overrides_id IS NULL)
        UNION ALL
        SELECT d.id FROM eligibility_decision d
        JOIN eligibility_decision o ON o.id = d.overrides_id
        WHERE o.return_line_id <> d.return_line_id OR o.id >= d.id
    """,
    "9: an override is a supervisor's, with a reason": """
        SELECT d.id FROM eligibility_decision d JOIN staff s ON s.id = d.actor_id
        WHERE d.overrides_id IS NOT NULL AND (s.role NOT IN ('supervisor', 'admin')
              OR coalesce(trim(d.override_reason), '') = '')
    """,
    "10: nobody overrides in a case that they submitted or referred": """
        SELECT d.id FROM eligibility_decision d
        JOIN return_line x ON x.id = d.return_line_id
        JOIN return_case c ON c.id = x.return_case_id
        WHERE d.overrides_id IS NOT NULL AND (d.actor_id = c.submitted_by_id OR EXISTS (
            SELECT 1 FROM ticket_event e WHERE e.ticket_id = c.ticket_id AND e.kind = 'refer'
               AND e.actor_id = d.actor_id AND e.change_no < d.change_no))
    """,
    "10: nobody decides a referral of their own": """
        SELECT e.id FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id
        JOIN staff s ON s.login = json_extract(e.payload, '$.by')
        JOIN return_case c ON c.ticket_id = t.id
        WHERE e.kind IN ('approve', 'refuse') AND EXISTS (
            SELECT 1 FROM ticket_event r WHERE r.ticket_id = t.id
               AND r.event_no < e.event_no AND r.kind = 'refer'
               AND (r.actor_id = s.id OR c.submitted_by_id = s.id OR s.role NOT IN
                    ('supervisor', 'admin')))
    """,
    "10: nobody authorises a refund of their own": """
        SELECT f.id FROM refund f JOIN return_line x ON x.id = f.return_line_id
        JOIN return_case c ON c.id = x.return_case_id JOIN staff s ON s.id = f.authorised_by_id
        WHERE f.authorised_by_id IN (f.requested_by_id, c.submitted_by_id)
           OR s.role NOT IN ('supervisor', 'admin')
    """,
    "10: an exception, another way and much money need a second person": """
        SELECT f.id FROM refund f JOIN return_line x ON x.id = f.return_line_id
        WHERE f.status IN ('authorised', 'settled') AND f.authorised_by_id IS NULL
          AND (f.amount_minor > 100000 OR f.other_reason IS NOT NULL OR x.waived IS NOT NULL
            OR EXISTS (
              SELECT 1 FROM refund_allocation a JOIN receipt_line l ON l.id = x.receipt_line_id
              JOIN tender n ON n.receipt_id = l.receipt_id
               WHERE a.refund_id = f.id AND a.tender_id IS NULL)
            OR EXISTS (SELECT 1 FROM eligibility_decision d
                 WHERE d.id = (SELECT max(o.id) FROM eligibility_decision o
                                WHERE o.return_line_id = x.id AND o.computed_at <= f.requested_at)
                   AND d.overrides_id IS NOT NULL AND (d.remedies = '[]' OR EXISTS (
                        SELECT 1 FROM json_each(d.remedies) g WHERE g.value NOT IN (
                            SELECT r.value FROM json_each(d.result, '$.remedies') r))
                     OR json_extract(d.result, '$.payable_minor') <> max(0,
                        coalesce(json_extract(d.result, '$.refund_minor'), 0)
                        + coalesce(json_extract(d.result, '$.remainder_minor'), 0)))))
    """,
    "10: nobody grants a compensation of their own, but goodwill within their limit": """
        SELECT c.id FROM compensation c LEFT JOIN staff s ON s.id = c.approver_id
        WHERE (c.approver_id = c.proposed_by_id OR s.role NOT IN ('supervisor', 'admin'))
          AND NOT (c.approver_id = c.proposed_by_id AND c.legal_base = 'goodwill'
            AND EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = c.ticket_id
                AND e.kind = 'grant_compensation' AND e.actor_id = c.proposed_by_id
                AND json_extract(e.payload, '$.compensation') = c.uid
                AND json_extract(e.payload, '$.own_limit') >= c.amount_minor))
           OR (c.status IN ('approved', 'paid') AND c.approver_id IS NULL)
    """,
    "17: a unit that was exchanged does not come back": """
        SELECT x.id, x.serial_no FROM return_line x
        JOIN serial_unit u ON u.serial_no = x.serial_no AND u.exchanged_to_id IS NOT NULL
        JOIN goods_movement m ON m.kind = 'replacement_out' AND m.serial_no = (
            SELECT n.serial_no FROM serial_unit n WHERE n.id = u.exchanged_to_id)
        WHERE x.id > m.return_line_id
    """,
    "17: a unit handed out in exchange has a warranty from that day": """
        SELECT m.id, m.serial_no FROM goods_movement m
        LEFT JOIN serial_unit n ON n.serial_no = m.serial_no
        WHERE m.kind = 'replacement_out' AND m.serial_no IS NOT NULL
          AND (n.id IS NULL OR n.warranty_start IS NOT date(m.at, '+8 hours'))
    """,
    "17: the old unit names the new one": """
        SELECT x.id, x.serial_no FROM return_line x
        JOIN goods_movement m ON m.return_line_id = x.id AND m.kind = 'replacement_out'
        LEFT JOIN serial_unit o ON o.serial_no = x.serial_no
        LEFT JOIN serial_unit n ON n.id = o.exchanged_to_id
        WHERE x.serial_no IS NOT NULL AND n.serial_no IS NOT m.serial_no
    """,
    "21: what is due says how it was counted": """
        SELECT id FROM return_case WHERE due_at IS NOT NULL AND explained = '[]'
        UNION ALL SELECT id FROM refund WHERE explained = '[]'
    """,
    "a case and its ticket end together": """
        SELECT t.no, t.status, c.status FROM return_case c JOIN ticket t ON t.id = c.ticket_id
        WHERE c.working AND NOT t.working
    """,
}
"""For each invariant the question whose every answer breaks it."""


def assert_returns_hold(shop: Shop) -> None:
    """Every invariant of returns holds, and the history says what the columns say."""
    found = {name: broken for name, sql in BROKEN.items() if (broken := rows(shop, sql))}
    assert found == {}
    assert_history_says_the_same(shop)
    assert_verdicts_hold(shop)
    assert_points_follow_the_money(shop)
    assert_all_of_a_receipt_gives_all_of_its_money(shop)


# --- the events are the truth (invariant 7) -------------------------------------------------

_CASES: Final = """
    SELECT t.id, t.status, t.event_count, c.status, c.working, c.remedy, c.mode, c.freight_payer,
           c.tracking_no, c.submitted_at, c.decided_at, c.goods_due_on, c.received_at, c.due_at
    FROM return_case c JOIN ticket t ON t.id = c.ticket_id
"""


def assert_history_says_the_same(shop: Shop) -> None:
    """The columns of every case and the status of every refund are the fold of the events."""
    for row in rows(shop, _CASES):
        events = [
            Event(TicketAction(kind), instant(at), TicketStatus(to), json.loads(payload))
            for kind, at, to, payload in rows(
                shop,
                "SELECT kind, at, to_status, payload FROM ticket_event WHERE ticket_id = :id "
                "ORDER BY event_no",
                id=row[0],
            )
        ]
        assert len(events) == row[2]
        assert events[-1].to_status == row[1]
        folded = return_case.fold(events)
        stored = (row[3], bool(row[4]), *row[5:9], maybe_instant(row[9]), maybe_instant(row[10]),
                  maybe_day(row[11]), maybe_instant(row[12]), maybe_instant(row[13]))  # fmt: skip
        assert tuple(folded[name] for name in return_case.FOLDED) == stored
        refunds = rows(
            shop,
            "SELECT f.uid, f.status FROM refund f JOIN return_line x ON x.id = f.return_line_id "
            "JOIN return_case c ON c.id = x.return_case_id WHERE c.ticket_id = :id",
            id=row[0],
        )
        assert return_case.refund_statuses(events) == dict(refunds)


# --- verdicts (invariants 9 and 11) ---------------------------------------------------------


def decisions(shop: Shop) -> list[tuple[Any, ...]]:
    """Every decision that was ever made, whole, the oldest first."""
    return rows(shop, "SELECT * FROM eligibility_decision ORDER BY id")


def assert_verdicts_hold(shop: Shop) -> None:
    """The same facts and rules give every kept verdict again, its last day too."""
    found = rows(
        shop,
        "SELECT policy_version_id, facts, result, sha256, last_day, verdict, rule "
        "FROM eligibility_decision WHERE overrides_id IS NULL",
    )
    with shop.reading(shop.system) as desk:
        for version, facts, result, sha256, last_day, verdict, rule in found:
            policy = policy_by_id(desk.ask, version).policy
            assert recomputed(json.loads(facts), policy, json.loads(result), sha256)
            again = decide(read_facts(json.loads(facts)), policy)
            assert (again.last_day, again.verdict, again.rule) == (
                maybe_day(last_day),
                verdict,
                rule,
            )


# --- money (invariants 5 and 18) ------------------------------------------------------------

_POINTS: Final = """
    SELECT r.receipt_no, m.id,
           (SELECT coalesce(sum(n.amount_minor), 0) FROM tender n WHERE n.receipt_id = r.id),
           (SELECT coalesce(sum(f.amount_minor), 0) FROM refund f
              JOIN receipt_line l ON l.id = f.receipt_line_id
             WHERE l.receipt_id = r.id AND f.status = 'settled'),
           (SELECT coalesce(sum(n.amount_minor), 0) FROM tender n
             WHERE n.receipt_id = r.id AND n.method = 'points'),
           (SELECT coalesce(sum(a.amount_minor), 0) FROM refund_allocation a
              JOIN refund f ON f.id = a.refund_id AND f.status = 'settled'
              JOIN tender n ON n.id = a.tender_id AND n.method = 'points'
             WHERE n.receipt_id = r.id)
    FROM receipt r JOIN membership_account m ON m.customer_id = r.customer_id
"""


def assert_points_follow_the_money(shop: Shop) -> None:
    """Of what a receipt earned and spent, as much was moved back as of its money."""
    for no, account, paid, back, by_points, points_back in rows(shop, _POINTS):
        moved = dict(
            rows(
                shop,
                "SELECT kind, sum(points) FROM points_entry WHERE ref = :no AND "
                "account_id = :account GROUP BY kind",
                no=no,
                account=account,
            )
        )
        earned, spent = moved.get("earn", 0), -moved.get("redeem", 0)
        assert -moved.get("reverse_earn", 0) == _part(earned, back, paid), no
        assert moved.get("restore_redeem", 0) == _part(spent, points_back, by_points), no


def _part(total: int, part: int, whole: int) -> int:
    return int(Fraction(total * part, whole) + Fraction(1, 2)) if whole else 0


_WHOLE: Final = """
    SELECT r.receipt_no,
           (SELECT sum(n.amount_minor) FROM tender n WHERE n.receipt_id = r.id),
           sum(f.amount_minor)
    FROM receipt r JOIN receipt_line l ON l.receipt_id = r.id
    JOIN return_line x ON x.receipt_line_id = l.id
    JOIN refund f ON f.return_line_id = x.id AND f.status = 'settled'
    WHERE NOT EXISTS (SELECT 1 FROM refund_deduction d JOIN refund g ON g.id = d.refund_id
                       JOIN receipt_line k ON k.id = g.receipt_line_id
                      WHERE k.receipt_id = r.id AND g.status = 'settled')
      AND NOT EXISTS (SELECT 1 FROM eligibility_decision o
                       JOIN return_line y ON y.id = o.return_line_id
                       JOIN receipt_line k ON k.id = y.receipt_line_id
                      WHERE k.receipt_id = r.id AND o.overrides_id IS NOT NULL)
    GROUP BY r.id
    HAVING sum(CASE WHEN x.waived IS NULL THEN x.received_milli ELSE x.requested_milli END) = (
        SELECT sum(k.qty_milli) FROM receipt_line k WHERE k.receipt_id = r.id)
"""


def assert_all_of_a_receipt_gives_all_of_its_money(shop: Shop) -> None:
    """Once every unit of a receipt was refunded by the rules, all that was paid is back."""
    for no, paid, back in rows(shop, _WHOLE):
        assert back == paid, no
