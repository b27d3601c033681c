# ruff: noqa: E501  lists of terms stand on one line, as they were made
"""Complaints live and clocks run: steps of a complaint are events, every due time has a row.

Nothing could write the tables of complaints and call-backs before this version, so they are empty
and are made anew.
SQLite cannot change a CHECK in place: events and the book of imports move as they did in 0002.
Clocks are worked out from the events by the program that opens the store.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ACTIONS = "kind IN ('create', 'take', 'assign', 'note', 'ask_customer', 'answer', 'send_out', 'back', 'resolve', 'close', 'reopen', 'merge', 'cancel', 'correct', 'prioritise', 'respond', 'undo', 'submit', 'approve', 'refuse', 'refer', 'appeal', 'ship', 'schedule', 'receive', 'override', 'refund', 'authorise', 'settle', 'fail', 'exchange', 'repair', 'give_back', 'withdraw', 'expire', 'attach', 'compensate', 'grant_compensation', 'refuse_compensation', 'pay_compensation', 'absorb', 'detail', 'investigate', 'propose', 'accept', 'dispute', 'mediate', 'perform', 'escalate', 'check', 'level', 'wake', 'retarget')"
IMPORTS = "kind IN ('receipts', 'products', 'customers', 'staff', 'complaints')"

EVENT_COLUMNS = "id, uid, change_no, ticket_id, event_no, at, actor_id, kind, from_status, to_status, text, payload"
IMPORT_COLUMNS = "id, uid, kind, profile, file, sha256, status, started_at, finished_at, next_row, rows, accepted, unchanged, matched_returns, rejected, rejects_sha256"


REMADE = ("complaint", "follow_up")
"""Tables that no program has written yet."""


def upgrade() -> None:
    """Widen what an event and an import may be; make the tables of complaints and clocks."""
    bind = op.get_bind()
    for table in REMADE:
        if bind.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar():
            raise RuntimeError(f"The table {table} is not empty, though nothing could write it.")
        op.drop_table(table)
    if bind.dialect.name == "sqlite":
        _move("ticket_event", EVENT_COLUMNS, _create_ticket_event)
        op.create_index(
            op.f("ix_ticket_event_change_no"), "ticket_event", ["change_no"], unique=False
        )
        _guard("ticket_event")
        _move("import_batch", IMPORT_COLUMNS, _create_import_batch)
        op.create_index(
            "ix_import_batch_sha256", "import_batch", ["sha256", "kind", "profile"], unique=False
        )
    else:
        _allow("ticket_event", ACTIONS)
        _allow("import_batch", IMPORTS)
    for create in CREATED:
        create()
    op.create_index(
        "ix_ticket_board", "ticket", ["id", "kind", "owner_id", "department"], unique=False
    )
    op.execute(
        "INSERT INTO store_fact (name, value) SELECT 'clocks_built_to', '0' "
        "WHERE EXISTS (SELECT 1 FROM ticket)"
    )


def _allow(table: str, kinds: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_kind_known"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_kind_known"), table, kinds)


def _guard(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _move(table: str, columns: str, create: Callable[[], None]) -> None:
    bind = op.get_bind()
    last = bind.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).scalar()
    create()
    op.execute(f"INSERT INTO {table}_moved ({columns}) SELECT {columns} FROM {table} ORDER BY id")
    op.drop_table(table)
    op.rename_table(f"{table}_moved", table)
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")
    if last is not None:
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {last})")


def _create_ticket_event() -> None:
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


def _create_import_batch() -> None:
    op.create_table(
        "import_batch_moved",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("next_row", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("matched_returns", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("rejects_sha256", sa.String(64), nullable=True),
        sa.CheckConstraint(IMPORTS, name=op.f("ck_import_batch_kind_known")),
        sa.CheckConstraint(
            "status IN ('running', 'done')", name=op.f("ck_import_batch_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_import_batch_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _complaint() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("demand", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("amount_claimed_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("authority_ref", sa.String(64), nullable=True),
        sa.Column("batch_no", sa.String(64), nullable=True),
        sa.Column("complaint_class", sa.String(), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "authority_ref <> ''", name=op.f("ck_complaint_authority_ref_not_empty")
        ),
        sa.CheckConstraint("batch_no <> ''", name=op.f("ck_complaint_batch_no_not_empty")),
        sa.CheckConstraint(
            "complaint_class IN ('product', 'service', 'delivery', 'price', 'policy', 'other')",
            name=op.f("ck_complaint_complaint_class_known"),
        ),
        sa.CheckConstraint(
            "demand IN ('refund', 'exchange', 'repair', 'compensation', 'apology', 'other')",
            name=op.f("ck_complaint_demand_known"),
        ),
        sa.CheckConstraint("proposal <> ''", name=op.f("ck_complaint_proposal_not_empty")),
        sa.CheckConstraint(
            "severity IN ('normal', 'safety', 'health', 'media', 'authority')",
            name=op.f("ck_complaint_severity_known"),
        ),
        sa.CheckConstraint(
            "status IN ('registered', 'acknowledged', 'investigating', 'proposed', 'agreed', 'performed', 'escalated', 'mediation', 'closed', 'closed_unsettled')",
            name=op.f("ck_complaint_status_known"),
        ),
        sa.CheckConstraint(
            "(amount_claimed_minor IS NULL) = (currency IS NULL)",
            name=op.f("ck_complaint_claim_has_currency"),
        ),
        sa.CheckConstraint(
            "amount_claimed_minor >= 0", name=op.f("ck_complaint_claim_not_negative")
        ),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_complaint_level_known")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_complaint_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_complaint_ticket_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_complaint_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_complaint_change_no"), "complaint", ["change_no"], unique=False)


def _follow_up() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("ticket_id", Key, nullable=True),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("questionnaire_id", Key, nullable=True),
        sa.Column("owner_id", Key, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("window_from", sa.String(5), nullable=True),
        sa.Column("window_to", sa.String(5), nullable=True),
        sa.Column("script", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("planned_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(status NOT IN ('scheduled', 'due')) = (ended_at IS NOT NULL)",
            name=op.f("ck_follow_up_ended_has_time"),
        ),
        sa.CheckConstraint(
            "ended_because <> ''", name=op.f("ck_follow_up_ended_because_not_empty")
        ),
        sa.CheckConstraint(
            "kind IN ('after_service', 'care', 'survey', 'promise', 'maintenance')",
            name=op.f("ck_follow_up_kind_known"),
        ),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_follow_up_priority_known")
        ),
        sa.CheckConstraint("script <> ''", name=op.f("ck_follow_up_script_not_empty")),
        sa.CheckConstraint(
            "status IN ('scheduled', 'due', 'done', 'unreachable', 'refused', 'cancelled')",
            name=op.f("ck_follow_up_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_follow_up_customer_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_follow_up_owner_id")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_follow_up_questionnaire_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_follow_up_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("uid", name=op.f("uq_follow_up_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_follow_up_change_no"), "follow_up", ["change_no"], unique=False)
    op.create_index(op.f("ix_follow_up_customer_id"), "follow_up", ["customer_id"], unique=False)
    op.create_index(
        "ix_follow_up_status_due_on",
        "follow_up",
        ["status", "due_on", "priority", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_follow_up_ticket_id"), "follow_up", ["ticket_id"], unique=False)


def _service_version() -> None:
    op.create_table(
        "service_version",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_by_id", Key, nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_service_version_body_not_empty")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_service_version_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["staff.id"], name=op.f("fk_service_version_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_version")),
        sa.UniqueConstraint("uid", name=op.f("uq_service_version_uid")),
        sa.UniqueConstraint("version_no", name=op.f("uq_service_version_version_no")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_service_version_change_no"), "service_version", ["change_no"], unique=False
    )


def _clock() -> None:
    op.create_table(
        "clock",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(36), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("order_at", UTCDateTime(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_level", sa.Integer(), nullable=True),
        sa.Column("next_level_at", UTCDateTime(), nullable=True),
        sa.Column("service_version_no", sa.Integer(), nullable=False),
        sa.Column("calendar_id", Key, nullable=True),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'paused') = (due_at IS NULL)", name=op.f("ck_clock_paused_has_no_due_time")
        ),
        sa.CheckConstraint(
            "kind IN ('first_response', 'resolution', 'return_audit', 'refund', 'refund_statutory', 'repair_promise', 'appointment', 'hand_over', 'call_back')",
            name=op.f("ck_clock_kind_known"),
        ),
        sa.CheckConstraint(
            "open = (state IN ('running', 'paused'))", name=op.f("ck_clock_open_means_going_on")
        ),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'met', 'breached', 'merged')",
            name=op.f("ck_clock_state_known"),
        ),
        sa.CheckConstraint("subject <> ''", name=op.f("ck_clock_subject_not_empty")),
        sa.CheckConstraint(
            "(next_level IS NULL) = (next_level_at IS NULL)", name=op.f("ck_clock_level_to_come")
        ),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_clock_level_known")),
        sa.CheckConstraint("open OR NOT leads", name=op.f("ck_clock_leads_while_open")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_clock_calendar_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_clock_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint(
            "ticket_id", "kind", "subject", name=op.f("uq_clock_ticket_id_kind_subject")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_clock_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_clock_change_no"), "clock", ["change_no"], unique=False)
    op.create_index(
        "ix_clock_leads",
        "clock",
        ["order_at", "id"],
        unique=False,
        sqlite_where=sa.text("leads"),
        postgresql_where=sa.text("leads"),
    )
    op.create_index(
        "ix_clock_next_level",
        "clock",
        ["next_level_at", "id"],
        unique=False,
        sqlite_where=sa.text("next_level_at IS NOT NULL"),
        postgresql_where=sa.text("next_level_at IS NOT NULL"),
    )
    op.create_index(
        "ix_clock_open_due",
        "clock",
        [
            "due_at",
            "id",
            "ticket_id",
            "kind",
            "calendar_id",
            "level",
            "next_level",
            "next_level_at",
            "open",
        ],
        unique=False,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )


def _mediated_complaint() -> None:
    op.create_table(
        "mediated_complaint",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("source_key", sa.String(64), nullable=False),
        sa.Column("respondent", sa.String(200), nullable=True),
        sa.Column("industry", sa.String(120), nullable=True),
        sa.Column("complaint_class", sa.String(120), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("ended_as", sa.String(200), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("restitution_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint(
            "complaint_class <> ''", name=op.f("ck_mediated_complaint_complaint_class_not_empty")
        ),
        sa.CheckConstraint("industry <> ''", name=op.f("ck_mediated_complaint_industry_not_empty")),
        sa.CheckConstraint(
            "respondent <> ''", name=op.f("ck_mediated_complaint_respondent_not_empty")
        ),
        sa.CheckConstraint("ended_as <> ''", name=op.f("ck_mediated_complaint_ended_as_not_empty")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_mediated_complaint_source_not_empty")),
        sa.CheckConstraint(
            "source_key <> ''", name=op.f("ck_mediated_complaint_source_key_not_empty")
        ),
        sa.CheckConstraint(
            "closed_on >= opened_on", name=op.f("ck_mediated_complaint_dates_in_order")
        ),
        sa.CheckConstraint(
            "restitution_minor >= 0", name=op.f("ck_mediated_complaint_restitution_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_mediated_complaint_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mediated_complaint")),
        sa.UniqueConstraint(
            "source", "source_key", name=op.f("uq_mediated_complaint_source_source_key")
        ),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_mediated_complaint_ticket_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_mediated_complaint_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_mediated_complaint_change_no"), "mediated_complaint", ["change_no"], unique=False
    )
    op.create_index(
        "ix_mediated_complaint_closed_on", "mediated_complaint", ["closed_on", "id"], unique=False
    )


def _shift_note() -> None:
    op.create_table(
        "shift_note",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", Key, nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_shift_note_text_not_empty")),
        sa.CheckConstraint("ended_at >= began_at", name=op.f("ck_shift_note_shift_in_order")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shift_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_note")),
        sa.UniqueConstraint("uid", name=op.f("uq_shift_note_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_shift_note_change_no"), "shift_note", ["change_no"], unique=False)
    op.create_index("ix_shift_note_ended_at", "shift_note", ["ended_at", "id"], unique=False)


def _reply_template() -> None:
    op.create_table(
        "reply_template",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_reply_template_body_not_empty")),
        sa.CheckConstraint("code <> ''", name=op.f("ck_reply_template_code_not_empty")),
        sa.CheckConstraint(
            "kind IN ('inquiry', 'complaint', 'suggestion', 'return', 'repair', 'delivery', 'crisis')",
            name=op.f("ck_reply_template_kind_known"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_reply_template_title_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
        sa.UniqueConstraint("code", name=op.f("uq_reply_template_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_reply_template_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_reply_template_change_no"), "reply_template", ["change_no"], unique=False
    )


CREATED = (
    _complaint,
    _follow_up,
    _service_version,
    _clock,
    _mediated_complaint,
    _shift_note,
    _reply_template,
)
