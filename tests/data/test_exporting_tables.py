from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlalchemy as sa

from data.exporting.tables import NEVER, SCHEMA_VERSION, TABLES
from models.base import Changed
from models.schema import metadata

BY_NAME = {table.name: table for table in TABLES}


def subclasses(model: type) -> set[type]:
    found: set[type] = set(model.__subclasses__())
    return found.union(*(subclasses(one) for one in found))


CHANGED = {
    str(model.__tablename__)  # type: ignore[attr-defined]
    for model in subclasses(Changed)
    if hasattr(model, "__table__")
}


def column_of(table: str, name: str) -> sa.Column[object]:
    return metadata.tables[table].columns[name]


def test_every_table_that_draws_change_numbers_leaves() -> None:
    assert set(BY_NAME) == CHANGED


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_leaves_or_says_why_not(table: object) -> None:
    exported = BY_NAME[getattr(table, "name", "")]
    known = {column.name for column in metadata.tables[exported.name].columns}
    leaving = {column.source for column in exported.columns if column.source}
    staying = set(exported.left_out) | (set(NEVER) & known)

    assert leaving | staying | {"uid", "change_no"} == known
    assert leaving & staying == set()
    assert all(exported.left_out.values())


def test_no_secret_leaves() -> None:
    names = " ".join(name for table in TABLES for name in table.header)

    assert not re.search(r"pin|code_hash|code_expires|locked|failed_tries|session", names)


def test_no_two_columns_of_a_table_share_a_name() -> None:
    assert [table.name for table in TABLES if max(Counter(table.header).values()) > 1] == []


@pytest.mark.parametrize(
    ("table", "column"),
    [(table.name, column) for table in TABLES for column in table.columns if column.source],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_column_promises_what_the_store_keeps(table: str, column: object) -> None:
    exported = next(one for one in BY_NAME[table].columns if one is column)
    kept = column_of(table, exported.source or "")
    keys = [key.column.table.name for key in kept.foreign_keys]

    assert exported.required is not kept.nullable
    assert ([exported.refers] if exported.refers else []) == keys
    lists = [
        set(re.findall(r"'([^']*)'", str(one.sqltext)))
        for one in kept.table.constraints
        if isinstance(one, sa.CheckConstraint)
        and re.fullmatch(rf"{kept.name} IN \(.*\)", str(one.sqltext))
    ]
    assert [set(exported.terms)] * len(lists) == lists
    assert exported.summed is str(kept.name).endswith("_minor")


def test_an_amount_never_stands_without_its_currency() -> None:
    with_money = [table for table in TABLES if table.sums]

    assert with_money
    assert [table.name for table in with_money if "currency" not in table.header] == []


# Columns and tables are only ever appended: this is what left with each version.
FIRST = {
    "site": "code name tz currency jurisdiction language counter_calendar_uid",
    "staff": "login name role active goodwill_limit_minor currency",
    "customer": (
        "customer_ref name address birthday_md care_flags consent_contact consent_marketing "
        "source merged_into_uid erased_at"
    ),
    "customer_phone": "customer_uid phone digits active",
    "membership_account": "customer_uid member_no tier since valid_to",
    "points_entry": "account_uid kind points ref at",
    "warranty_profile": (
        "code whole_months main_part_months parts_wait_days repairer_delay_days "
        "depreciation_per_day source_ref"
    ),
    "category": "code name flags warranty_profile_uid",
    "product": (
        "sku barcode name category_uid brand supplier price_minor currency warranty_profile_uid "
        "serialised shelf_life_days"
    ),
    "receipt": "receipt_no sold_at channel customer_uid currency",
    "receipt_line": (
        "receipt_uid line_no product_uid description qty_milli unit_paid_minor list_minor "
        "currency serial_no received_on no_return_confirmed returned_milli"
    ),
    "tender": "receipt_uid tender_no method amount_minor currency",
    "till_return": "return_no return_line_no receipt_line_uid qty_milli returned_at",
    "ticket": (
        "no kind channel summary body opened_at opened_by_uid customer_uid receipt_uid "
        "receipt_line_uid parent_uid tier_at_creation policy_version_uid status working "
        "priority owner_uid department wake_on merged_into_uid outcome cause liability "
        "customer_informed first_response_at resolved_at closed_at event_count last_event_at"
    ),
    "ticket_event": "ticket_uid event_no at actor_uid kind from_status to_status text payload",
    "return_case": "ticket_uid mode freight_payer tracking_no status",
    "return_line": (
        "return_case_uid receipt_line_uid requested_milli received_milli resellable_milli "
        "scrapped_milli reason remedy"
    ),
    "condition_check": (
        "return_line_uid at checked_by_uid opened used activated misuse packaging_intact "
        "accessories_complete resale_ok tags_attached seal_intact photo_ref"
    ),
    "eligibility_decision": (
        "return_line_uid policy_version_uid computed_at actor_uid facts verdict remedies rule "
        "failed_rules last_day sha256 overrides_uid override_reason"
    ),
    "refund": (
        "return_line_uid receipt_line_uid amount_minor currency status due_working "
        "due_statutory authorised_by_uid settled_at"
    ),
    "refund_deduction": "refund_uid kind amount_minor currency",
    "refund_allocation": "refund_uid tender_uid amount_minor currency executed_ref",
    "compensation": "ticket_uid legal_base formula amount_minor currency approver_uid status",
    "complaint": (
        "ticket_uid status demand severity level amount_claimed_minor currency authority_ref "
        "batch_no"
    ),
    "follow_up": (
        "kind status priority ticket_uid customer_uid questionnaire_uid owner_uid due_on "
        "window_from window_to script attempts"
    ),
    "contact_attempt": "follow_up_uid at actor_uid result note",
    "questionnaire": "code version_no title active",
    "question": "questionnaire_uid position dimension text rated",
    "survey_response": (
        "response_ref questionnaire_uid ticket_uid customer_uid follow_up_uid mode status "
        "asked_at answered_at taken_by_uid voided_reason"
    ),
    "survey_answer": "survey_response_uid question_uid score text",
    "policy_version": (
        "code scope version_no body parameters effective_from effective_to status "
        "approved_by_uid approved_at sha256"
    ),
    "calendar": "code version_no tz weekly",
    "calendar_exception": "calendar_uid on_date kind windows name",
    "service_target": (
        "version_no priority calendar_uid first_response_min resolution_min warn_percent "
        "level3_percent"
    ),
}
"""Version 1: the columns of every table after uid and seq, in their order."""

ADDED_2 = {
    "return_case": (
        "receipt_uid submitted_by_uid working remedy submitted_at decided_at goods_due_on "
        "received_at due_at explained"
    ),
    "return_line": "counted_milli serial_no waived",
    "eligibility_decision": "result",
    "refund": (
        "requested_by_uid requested_at due_target explained other_reason failed_reason "
        "settled_by_uid"
    ),
    "refund_allocation": "method",
    "compensation": "proposed_by_uid method paid_at paid_by_uid",
    "policy_version": "added_by_uid added_at",
    "goods_movement": "return_line_uid kind product_uid qty_milli serial_no at actor_uid",
    "serial_unit": "serial_no product_uid receipt_line_uid warranty_start exchanged_to_uid",
    "appointment": "ticket_uid kind slot_from slot_to address crew status result",
    "attachment": "ticket_uid name media_type bytes sha256 added_at added_by_uid",
    "typed_receipt": "receipt_uid typed_by_uid typed_at proof note",
}
"""What version 2 appended to these tables, and the tables that it brought."""


ADDED_3 = {
    "complaint": "complaint_class proposal checklist",
    "follow_up": "planned_at ended_at ended_because",
    "clock": (
        "ticket_uid kind subject state started_at due_at level service_version_no calendar_uid "
        "explanation ended_at"
    ),
    "service_version": "version_no name body parameters sha256 added_by_uid added_at",
    "mediated_complaint": (
        "ticket_uid source source_key respondent industry complaint_class opened_on closed_on "
        "ended_as satisfied restitution_minor currency"
    ),
    "shift_note": "staff_uid began_at ended_at text numbers",
    "reply_template": "code kind title body active",
}
"""What version 3 appended to these tables, and the tables that it brought."""


def appended(before: dict[str, str], added: dict[str, str]) -> dict[str, str]:
    """The columns of a later version: each table's, then new tables."""
    return {
        table: " ".join(filter(None, (before.get(table), added.get(table))))
        for table in (*before, *(name for name in added if name not in before))
    }


SECOND = appended(FIRST, ADDED_2)
VERSIONS = {1: FIRST, 2: SECOND, 3: appended(SECOND, ADDED_3)}


def test_what_leaves_is_what_its_version_says_and_no_other() -> None:
    now = {table.name: " ".join(column.name for column in table.columns) for table in TABLES}

    assert now == VERSIONS[SCHEMA_VERSION]
    assert list(now) == list(VERSIONS[SCHEMA_VERSION]), "tables are appended, never moved"


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_every_version_goes_on_where_the_one_before_ended(version: int) -> None:
    before, after = VERSIONS[version], VERSIONS[version + 1]

    assert list(after)[: len(before)] == list(before)
    for table, columns in before.items():
        assert after[table].split()[: len(columns.split())] == columns.split()
