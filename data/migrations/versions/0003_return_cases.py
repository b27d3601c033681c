# ruff: noqa: E501  lists of terms stand on one line, as they were made
"""A return case lives: its steps are events, and its tables hold what the steps need.

Nothing could write the tables of returns and policies before this version, so they are empty and
are made anew. SQLite cannot change a CHECK in place: the events move as they did in 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ACTIONS = "kind IN ('create', 'take', 'assign', 'note', 'ask_customer', 'answer', 'send_out', 'back', 'resolve', 'close', 'reopen', 'merge', 'cancel', 'correct', 'prioritise', 'respond', 'undo', 'submit', 'approve', 'refuse', 'refer', 'appeal', 'ship', 'schedule', 'receive', 'override', 'refund', 'authorise', 'settle', 'fail', 'exchange', 'repair', 'give_back', 'withdraw', 'expire', 'attach', 'compensate', 'grant_compensation', 'refuse_compensation', 'pay_compensation')"

EVENT_COLUMNS = "id, uid, change_no, ticket_id, event_no, at, actor_id, kind, from_status, to_status, text, payload"

REMADE = (
    "refund_allocation",
    "refund_deduction",
    "refund",
    "eligibility_decision",
    "condition_check",
    "return_line",
    "return_case",
    "compensation",
    "policy_version",
)
"""Tables that no program has written yet, those that refer to others first."""

APPEND_ONLY = ("condition_check", "eligibility_decision", "goods_movement")


def upgrade() -> None:
    """Widen what an event may be; make the tables of returns and policies as they are used."""
    bind = op.get_bind()
    for table in REMADE:
        if bind.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar():
            raise RuntimeError(f"The table {table} is not empty, though nothing could write it.")
        op.drop_table(table)
    if bind.dialect.name == "sqlite":
        _move_events()
    else:
        op.drop_constraint(op.f("ck_ticket_event_kind_known"), "ticket_event", type_="check")
        op.create_check_constraint(op.f("ck_ticket_event_kind_known"), "ticket_event", ACTIONS)
    for create in CREATED:
        create()
    if bind.dialect.name == "sqlite":
        for table in APPEND_ONLY:
            _guard(table)


def _guard(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _move_events() -> None:
    last_key = op.get_bind().exec_driver_sql(
        "SELECT seq FROM sqlite_sequence WHERE name = 'ticket_event'"
    )
    last = last_key.scalar()
    _create_events()
    op.execute(
        f"INSERT INTO ticket_event_moved ({EVENT_COLUMNS}) "
        f"SELECT {EVENT_COLUMNS} FROM ticket_event ORDER BY id"
    )
    op.drop_table("ticket_event")
    op.rename_table("ticket_event_moved", "ticket_event")
    if last is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'ticket_event'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket_event', {last})")
    op.create_index(op.f("ix_ticket_event_change_no"), "ticket_event", ["change_no"], unique=False)
    _guard("ticket_event")


def _create_events() -> None:
    op.create_table(
        "ticket_event_moved",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_status", sa.String(), nullable=True),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "from_status IN ('new', 'open', 'waiting_customer', 'waiting_third_party', 'resolved', 'closed', 'merged', 'cancelled')",
            name=op.f("ck_ticket_event_from_status_known"),
        ),
        sa.CheckConstraint(ACTIONS, name=op.f("ck_ticket_event_kind_known")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_ticket_event_text_not_empty")),
        sa.CheckConstraint(
            "to_status IN ('new', 'open', 'waiting_customer', 'waiting_third_party', 'resolved', 'closed', 'merged', 'cancelled')",
            name=op.f("ck_ticket_event_to_status_known"),
        ),
        sa.CheckConstraint("event_no > 0", name=op.f("ck_ticket_event_event_no_positive")),
        sa.ForeignKeyConstraint(["actor_id"], ["staff.id"], name=op.f("fk_ticket_event_actor_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
        sa.UniqueConstraint(
            "ticket_id", "event_no", name=op.f("uq_ticket_event_ticket_id_event_no")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_ticket_event_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _policy_version() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("added_by_id", Key, nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=True),
        sa.Column("approved_by_id", Key, nullable=True),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_policy_version_code_not_empty")),
        sa.CheckConstraint("scope <> ''", name=op.f("ck_policy_version_scope_not_empty")),
        sa.CheckConstraint(
            "status IN ('draft', 'approved', 'effective', 'superseded', 'withdrawn')",
            name=op.f("ck_policy_version_status_known"),
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to >= effective_from",
            name=op.f("ck_policy_version_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["staff.id"], name=op.f("fk_policy_version_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["staff.id"], name=op.f("fk_policy_version_approved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint(
            "code", "scope", "version_no", name=op.f("uq_policy_version_code_scope_version_no")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_policy_version_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_policy_version_change_no"), "policy_version", ["change_no"], unique=False
    )


def _return_case() -> None:
    op.create_table(
        "return_case",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("receipt_id", Key, nullable=False),
        sa.Column("submitted_by_id", Key, nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("freight_payer", sa.String(), nullable=True),
        sa.Column("tracking_no", sa.String(64), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("goods_due_on", sa.Date(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("explained", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "freight_payer IN ('store', 'customer')",
            name=op.f("ck_return_case_freight_payer_known"),
        ),
        sa.CheckConstraint(
            "mode IN ('counter', 'mail', 'pickup')", name=op.f("ck_return_case_mode_known")
        ),
        sa.CheckConstraint(
            "remedy IN ('refund', 'exchange', 'exchange_other_model', 'refund_with_depreciation', 'repair', 'paid_repair', 'compensation')",
            name=op.f("ck_return_case_remedy_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'refused', 'referred', 'received', 'refund_pending', 'exchange_done', 'to_repair', 'returned_to_customer', 'refunded', 'closed', 'expired', 'withdrawn')",
            name=op.f("ck_return_case_status_known"),
        ),
        sa.CheckConstraint(
            "working = (status IN ('draft', 'submitted', 'referred', 'approved', 'received', 'refund_pending'))",
            name=op.f("ck_return_case_working_means_open"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_return_case_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["staff.id"], name=op.f("fk_return_case_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_return_case_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_case")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_return_case_ticket_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_return_case_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_return_case_change_no"), "return_case", ["change_no"], unique=False)
    op.create_index(op.f("ix_return_case_receipt_id"), "return_case", ["receipt_id"], unique=False)
    op.create_index(
        "ix_return_case_status_due_at", "return_case", ["status", "due_at", "id"], unique=False
    )
    op.create_index(
        "ix_return_case_working",
        "return_case",
        ["due_at", "id", "status"],
        unique=False,
        sqlite_where=sa.text("working"),
        postgresql_where=sa.text("working"),
    )


def _return_line() -> None:
    op.create_table(
        "return_line",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("return_case_id", Key, nullable=False),
        sa.Column("receipt_line_id", Key, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_milli", sa.BigInteger(), nullable=False),
        sa.Column("received_milli", sa.BigInteger(), nullable=False),
        sa.Column("resellable_milli", sa.BigInteger(), nullable=False),
        sa.Column("scrapped_milli", sa.BigInteger(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=True),
        sa.Column("counted_milli", sa.BigInteger(), nullable=False),
        sa.Column("serial_no", sa.String(64), nullable=True),
        sa.Column("waived", sa.String(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('no_reason', 'quality', 'not_as_described', 'wrong_item', 'short_quantity', 'delivery_damage', 'expired_at_sale', 'food_unsafe', 'label_flaw', 'counterfeit', 'authority_failed', 'recall')",
            name=op.f("ck_return_line_reason_known"),
        ),
        sa.CheckConstraint(
            "remedy IN ('refund', 'exchange', 'exchange_other_model', 'refund_with_depreciation', 'repair', 'paid_repair', 'compensation')",
            name=op.f("ck_return_line_remedy_known"),
        ),
        sa.CheckConstraint("serial_no <> ''", name=op.f("ck_return_line_serial_no_not_empty")),
        sa.CheckConstraint("waived <> ''", name=op.f("ck_return_line_waived_not_empty")),
        sa.CheckConstraint("counted_milli >= 0", name=op.f("ck_return_line_counted_not_negative")),
        sa.CheckConstraint(
            "received_milli >= 0", name=op.f("ck_return_line_received_not_negative")
        ),
        sa.CheckConstraint("requested_milli > 0", name=op.f("ck_return_line_requested_positive")),
        sa.CheckConstraint(
            "resellable_milli + scrapped_milli <= received_milli",
            name=op.f("ck_return_line_received_is_sorted"),
        ),
        sa.CheckConstraint(
            "resellable_milli >= 0", name=op.f("ck_return_line_resellable_not_negative")
        ),
        sa.CheckConstraint(
            "scrapped_milli >= 0", name=op.f("ck_return_line_scrapped_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_line_id"], ["receipt_line.id"], name=op.f("fk_return_line_receipt_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_case_id"], ["return_case.id"], name=op.f("fk_return_line_return_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
        sa.UniqueConstraint(
            "return_case_id",
            "receipt_line_id",
            name=op.f("uq_return_line_return_case_id_receipt_line_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_return_line_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_return_line_change_no"), "return_line", ["change_no"], unique=False)
    op.create_index(
        "ix_return_line_receipt_line_id_counted",
        "return_line",
        ["receipt_line_id", "counted_milli"],
        unique=False,
    )


def _condition_check() -> None:
    op.create_table(
        "condition_check",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("return_line_id", Key, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("checked_by_id", Key, nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("activated", sa.Boolean(), nullable=False),
        sa.Column("misuse", sa.Boolean(), nullable=False),
        sa.Column("packaging_intact", sa.Boolean(), nullable=False),
        sa.Column("accessories_complete", sa.Boolean(), nullable=False),
        sa.Column("resale_ok", sa.Boolean(), nullable=False),
        sa.Column("tags_attached", sa.Boolean(), nullable=False),
        sa.Column("seal_intact", sa.Boolean(), nullable=False),
        sa.Column("photo_ref", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["staff.id"], name=op.f("fk_condition_check_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_line_id"], ["return_line.id"], name=op.f("fk_condition_check_return_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_check")),
        sa.UniqueConstraint("uid", name=op.f("uq_condition_check_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_condition_check_change_no"), "condition_check", ["change_no"], unique=False
    )
    op.create_index(
        op.f("ix_condition_check_return_line_id"),
        "condition_check",
        ["return_line_id"],
        unique=False,
    )


def _eligibility_decision() -> None:
    op.create_table(
        "eligibility_decision",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("return_line_id", Key, nullable=False),
        sa.Column("policy_version_id", Key, nullable=False),
        sa.Column("computed_at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", Key, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("remedies", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("failed_rules", sa.JSON(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("overrides_id", Key, nullable=True),
        sa.Column("override_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('refund', 'exchange', 'repair', 'refuse', 'refer')",
            name=op.f("ck_eligibility_decision_verdict_known"),
        ),
        sa.CheckConstraint(
            "(overrides_id IS NULL) = (override_reason IS NULL)",
            name=op.f("ck_eligibility_decision_override_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff.id"], name=op.f("fk_eligibility_decision_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["overrides_id"],
            ["eligibility_decision.id"],
            name=op.f("fk_eligibility_decision_overrides_id"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_eligibility_decision_policy_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["return_line_id"],
            ["return_line.id"],
            name=op.f("fk_eligibility_decision_return_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_decision")),
        sa.UniqueConstraint("uid", name=op.f("uq_eligibility_decision_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_eligibility_decision_change_no"),
        "eligibility_decision",
        ["change_no"],
        unique=False,
    )
    op.create_index(
        op.f("ix_eligibility_decision_return_line_id"),
        "eligibility_decision",
        ["return_line_id"],
        unique=False,
    )


def _refund() -> None:
    op.create_table(
        "refund",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("return_line_id", Key, nullable=False),
        sa.Column("receipt_line_id", Key, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("requested_by_id", Key, nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("due_target", sa.Date(), nullable=True),
        sa.Column("due_working", sa.Date(), nullable=True),
        sa.Column("due_statutory", sa.Date(), nullable=True),
        sa.Column("explained", sa.JSON(), nullable=False),
        sa.Column("authorised_by_id", Key, nullable=True),
        sa.Column("other_reason", sa.String(), nullable=True),
        sa.Column("failed_reason", sa.String(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("settled_by_id", Key, nullable=True),
        sa.CheckConstraint(
            "(status = 'settled') = (settled_at IS NOT NULL)",
            name=op.f("ck_refund_settled_has_time"),
        ),
        sa.CheckConstraint("failed_reason <> ''", name=op.f("ck_refund_failed_reason_not_empty")),
        sa.CheckConstraint("other_reason <> ''", name=op.f("ck_refund_other_reason_not_empty")),
        sa.CheckConstraint(
            "status IN ('requested', 'authorised', 'settled', 'failed')",
            name=op.f("ck_refund_status_known"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_refund_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["authorised_by_id"], ["staff.id"], name=op.f("fk_refund_authorised_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_line_id"], ["receipt_line.id"], name=op.f("fk_refund_receipt_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["staff.id"], name=op.f("fk_refund_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_line_id"], ["return_line.id"], name=op.f("fk_refund_return_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["staff.id"], name=op.f("fk_refund_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("uid", name=op.f("uq_refund_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_refund_change_no"), "refund", ["change_no"], unique=False)
    op.create_index(
        "ix_refund_one_open_per_line",
        "refund",
        ["receipt_line_id"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('settled', 'failed')"),
        postgresql_where=sa.text("status NOT IN ('settled', 'failed')"),
    )
    op.create_index(op.f("ix_refund_receipt_line_id"), "refund", ["receipt_line_id"], unique=False)
    op.create_index(op.f("ix_refund_return_line_id"), "refund", ["return_line_id"], unique=False)
    op.create_index(
        "ix_refund_settled_at",
        "refund",
        ["settled_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )


def _refund_deduction() -> None:
    op.create_table(
        "refund_deduction",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("refund_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('gift', 'depreciation', 'freight')",
            name=op.f("ck_refund_deduction_kind_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_deduction_positive")),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_refund_deduction_refund_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_deduction")),
        sa.UniqueConstraint("uid", name=op.f("uq_refund_deduction_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_refund_deduction_change_no"), "refund_deduction", ["change_no"], unique=False
    )
    op.create_index(
        op.f("ix_refund_deduction_refund_id"), "refund_deduction", ["refund_id"], unique=False
    )


def _refund_allocation() -> None:
    op.create_table(
        "refund_allocation",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refund_id", Key, nullable=False),
        sa.Column("tender_id", Key, nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("executed_ref", sa.String(), nullable=True),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'wechat', 'alipay', 'gift_card', 'points', 'mixed')",
            name=op.f("ck_refund_allocation_method_known"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_refund_allocation_not_negative")),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_refund_allocation_refund_id")
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_refund_allocation_tender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_allocation")),
        sa.UniqueConstraint(
            "refund_id", "tender_id", name=op.f("uq_refund_allocation_refund_id_tender_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_refund_allocation_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_refund_allocation_change_no"), "refund_allocation", ["change_no"], unique=False
    )
    op.create_index(
        op.f("ix_refund_allocation_refund_id"), "refund_allocation", ["refund_id"], unique=False
    )
    op.create_index(
        op.f("ix_refund_allocation_tender_id"), "refund_allocation", ["tender_id"], unique=False
    )


def _compensation() -> None:
    op.create_table(
        "compensation",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("legal_base", sa.String(), nullable=False),
        sa.Column("formula", sa.String(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("proposed_by_id", Key, nullable=False),
        sa.Column("approver_id", Key, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("paid_at", UTCDateTime(), nullable=True),
        sa.Column("paid_by_id", Key, nullable=True),
        sa.CheckConstraint(
            "(status = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_compensation_paid_has_time")
        ),
        sa.CheckConstraint("formula <> ''", name=op.f("ck_compensation_formula_not_empty")),
        sa.CheckConstraint("legal_base <> ''", name=op.f("ck_compensation_legal_base_not_empty")),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'wechat', 'alipay', 'gift_card', 'points', 'mixed')",
            name=op.f("ck_compensation_method_known"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'approved', 'paid', 'refused')",
            name=op.f("ck_compensation_status_known"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_compensation_not_negative")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["staff.id"], name=op.f("fk_compensation_approver_id")
        ),
        sa.ForeignKeyConstraint(
            ["paid_by_id"], ["staff.id"], name=op.f("fk_compensation_paid_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["staff.id"], name=op.f("fk_compensation_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_compensation_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation")),
        sa.UniqueConstraint("uid", name=op.f("uq_compensation_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_compensation_change_no"), "compensation", ["change_no"], unique=False)
    op.create_index(
        "ix_compensation_paid_at",
        "compensation",
        ["paid_at"],
        unique=False,
        sqlite_where=sa.text("paid_at IS NOT NULL"),
        postgresql_where=sa.text("paid_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_compensation_ticket_id"), "compensation", ["ticket_id"], unique=False)


def _goods_movement() -> None:
    op.create_table(
        "goods_movement",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("return_line_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("product_id", Key, nullable=False),
        sa.Column("qty_milli", sa.BigInteger(), nullable=False),
        sa.Column("serial_no", sa.String(64), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", Key, nullable=False),
        sa.CheckConstraint(
            "(qty_milli > 0) = (kind = 'return_in')", name=op.f("ck_goods_movement_qty_moves")
        ),
        sa.CheckConstraint(
            "kind IN ('return_in', 'replacement_out', 'given_back')",
            name=op.f("ck_goods_movement_kind_known"),
        ),
        sa.CheckConstraint("serial_no <> ''", name=op.f("ck_goods_movement_serial_no_not_empty")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff.id"], name=op.f("fk_goods_movement_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_goods_movement_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_line_id"], ["return_line.id"], name=op.f("fk_goods_movement_return_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_movement")),
        sa.UniqueConstraint("uid", name=op.f("uq_goods_movement_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_goods_movement_change_no"), "goods_movement", ["change_no"], unique=False
    )
    op.create_index(
        op.f("ix_goods_movement_return_line_id"), "goods_movement", ["return_line_id"], unique=False
    )


def _serial_unit() -> None:
    op.create_table(
        "serial_unit",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("serial_no", sa.String(64), nullable=False),
        sa.Column("product_id", Key, nullable=False),
        sa.Column("receipt_line_id", Key, nullable=False),
        sa.Column("warranty_start", sa.Date(), nullable=True),
        sa.Column("exchanged_to_id", Key, nullable=True),
        sa.CheckConstraint("serial_no <> ''", name=op.f("ck_serial_unit_serial_no_not_empty")),
        sa.ForeignKeyConstraint(
            ["exchanged_to_id"], ["serial_unit.id"], name=op.f("fk_serial_unit_exchanged_to_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_serial_unit_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_line_id"], ["receipt_line.id"], name=op.f("fk_serial_unit_receipt_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_unit")),
        sa.UniqueConstraint("serial_no", name=op.f("uq_serial_unit_serial_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_serial_unit_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_serial_unit_change_no"), "serial_unit", ["change_no"], unique=False)
    op.create_index(
        op.f("ix_serial_unit_receipt_line_id"), "serial_unit", ["receipt_line_id"], unique=False
    )


def _appointment() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slot_from", UTCDateTime(), nullable=False),
        sa.Column("slot_to", UTCDateTime(), nullable=False),
        sa.Column("address", sa.String(400), nullable=True),
        sa.Column("crew", sa.String(80), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.CheckConstraint("address <> ''", name=op.f("ck_appointment_address_not_empty")),
        sa.CheckConstraint("crew <> ''", name=op.f("ck_appointment_crew_not_empty")),
        sa.CheckConstraint(
            "kind IN ('delivery', 'installation', 'pickup', 'home_visit', 'counter')",
            name=op.f("ck_appointment_kind_known"),
        ),
        sa.CheckConstraint(
            "result IN ('on_time', 'late', 'wrong', 'damaged', 'no_access')",
            name=op.f("ck_appointment_result_known"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'confirmed', 'in_progress', 'done', 'no_access', 'rescheduled', 'cancelled')",
            name=op.f("ck_appointment_status_known"),
        ),
        sa.CheckConstraint("slot_from < slot_to", name=op.f("ck_appointment_slot_in_order")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_appointment_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_appointment_change_no"), "appointment", ["change_no"], unique=False)
    op.create_index(
        "ix_appointment_status_slot_from",
        "appointment",
        ["status", "slot_from", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_appointment_ticket_id"), "appointment", ["ticket_id"], unique=False)


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by_id", Key, nullable=False),
        sa.CheckConstraint("media_type <> ''", name=op.f("ck_attachment_media_type_not_empty")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_attachment_name_not_empty")),
        sa.CheckConstraint("bytes >= 0", name=op.f("ck_attachment_bytes_not_negative")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["staff.id"], name=op.f("fk_attachment_added_by_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_attachment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("ticket_id", "sha256", name=op.f("uq_attachment_ticket_id_sha256")),
        sa.UniqueConstraint("uid", name=op.f("uq_attachment_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_attachment_change_no"), "attachment", ["change_no"], unique=False)


def _typed_receipt() -> None:
    op.create_table(
        "typed_receipt",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("receipt_id", Key, nullable=False),
        sa.Column("typed_by_id", Key, nullable=False),
        sa.Column("typed_at", UTCDateTime(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("note", sa.String(400), nullable=True),
        sa.CheckConstraint("note <> ''", name=op.f("ck_typed_receipt_note_not_empty")),
        sa.CheckConstraint(
            "proof IN ('receipt', 'invoice', 'payment_record', 'member_record', 'parcel_record', 'serial_only', 'none')",
            name=op.f("ck_typed_receipt_proof_known"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_typed_receipt_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["typed_by_id"], ["staff.id"], name=op.f("fk_typed_receipt_typed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_receipt")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_typed_receipt_receipt_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_typed_receipt_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_typed_receipt_change_no"), "typed_receipt", ["change_no"], unique=False
    )


CREATED = (
    _policy_version,
    _return_case,
    _return_line,
    _condition_check,
    _eligibility_decision,
    _refund,
    _refund_deduction,
    _refund_allocation,
    _compensation,
    _goods_movement,
    _serial_unit,
    _appointment,
    _attachment,
    _typed_receipt,
)
"""In this order: those that are referred to first."""
