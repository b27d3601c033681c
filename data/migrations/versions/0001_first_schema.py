# ruff: noqa: E501  lists of terms stand on one line, as they were made
"""The first schema.

Made from the tables in ``models`` and then frozen: what a released revision does never changes,
so nothing here is computed from the models.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from data.driver import APPLICATION_ID

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

APPEND_ONLY = (
    "audit_entry",
    "condition_check",
    "contact_attempt",
    "eligibility_decision",
    "points_entry",
    "ticket_event",
    "till_return",
)

SEARCHED = ("customer", "ticket")


def upgrade() -> None:
    """Create every table, the search indexes, the guards, and the first change number."""
    _create_tables()
    op.execute("INSERT INTO change_counter (id, value) VALUES (1, 0)")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for table in SEARCHED:
            _index_text(table)
        for table in APPEND_ONLY:
            _guard(table)


def _index_text(table: str) -> None:
    """Full-text search over ``search_text``, kept by triggers beside its table."""
    op.execute(
        f"CREATE VIRTUAL TABLE {table}_search USING fts5(search_text, content='{table}', "
        "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    add = f"INSERT INTO {table}_search (rowid, search_text) VALUES (new.id, new.search_text);"
    remove = (
        f"INSERT INTO {table}_search ({table}_search, rowid, search_text) "
        "VALUES ('delete', old.id, old.search_text);"
    )
    op.execute(f"CREATE TRIGGER {table}_search_add AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {table}_search_drop AFTER DELETE ON {table} BEGIN {remove} END")
    op.execute(
        f"CREATE TRIGGER {table}_search_move AFTER UPDATE OF search_text ON {table} "
        f"WHEN old.search_text <> new.search_text BEGIN {remove} {add} END"
    )


def _guard(table: str) -> None:
    """Refuse to change or delete what is append-only, whoever asks."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _create_tables() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("tz", sa.String(), nullable=False),
        sa.Column("weekly", sa.JSON(), nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_calendar_code_not_empty")),
        sa.CheckConstraint("tz <> ''", name=op.f("ck_calendar_tz_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("code", "version_no", name=op.f("uq_calendar_code_version_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_calendar_change_no"), "calendar", ["change_no"], unique=False)
    op.create_table(
        "change_counter",
        sa.Column("id", Key, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
        sqlite_strict=True,
    )
    op.create_table(
        "control_block",
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("block_no", Key, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(32), nullable=False),
        sa.Column("sums", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "block_no", name=op.f("pk_control_block")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "customer",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_ref", sa.String(64), nullable=True),
        sa.Column("name", sa.String(120), nullable=True),
        sa.Column("address", sa.String(400), nullable=True),
        sa.Column("birthday_md", sa.String(), nullable=True),
        sa.Column("care_flags", sa.JSON(), nullable=False),
        sa.Column("consent_contact", sa.Boolean(), nullable=True),
        sa.Column("consent_marketing", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("merged_into_id", Key, nullable=True),
        sa.Column("erased_at", UTCDateTime(), nullable=True),
        sa.Column("name_initials", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.CheckConstraint("address <> ''", name=op.f("ck_customer_address_not_empty")),
        sa.CheckConstraint(
            "birthday_md LIKE '__-__'", name=op.f("ck_customer_birthday_is_month_day")
        ),
        sa.CheckConstraint("customer_ref <> ''", name=op.f("ck_customer_customer_ref_not_empty")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_customer_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["customer.id"], name=op.f("fk_customer_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("customer_ref", name=op.f("uq_customer_customer_ref")),
        sa.UniqueConstraint("uid", name=op.f("uq_customer_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_customer_change_no"), "customer", ["change_no"], unique=False)
    op.create_index(op.f("ix_customer_name_initials"), "customer", ["name_initials"], unique=False)
    op.create_table(
        "export_batch",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("covers_from", sa.Date(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("personal_data", sa.String(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("from_change", sa.BigInteger(), nullable=False),
        sa.Column("to_change", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(), nullable=True),
        sa.Column("manifest_sha256", sa.String(64), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.CheckConstraint("folder <> ''", name=op.f("ck_export_batch_folder_not_empty")),
        sa.CheckConstraint(
            "personal_data IN ('full', 'masked', 'pseudonymous')",
            name=op.f("ck_export_batch_personal_data_known"),
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'running', 'written', 'verified', 'failed')",
            name=op.f("ck_export_batch_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_batch")),
        sa.UniqueConstraint("epoch", "batch_no", name=op.f("uq_export_batch_epoch_batch_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_export_batch_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "import_batch",
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
        sa.CheckConstraint(
            "kind IN ('receipts', 'products', 'customers', 'staff')",
            name=op.f("ck_import_batch_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('running', 'done')", name=op.f("ck_import_batch_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_import_batch_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_import_batch_sha256", "import_batch", ["sha256", "kind", "profile"], unique=False
    )
    op.create_table(
        "number_counter",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", "day", name=op.f("pk_number_counter")),
        sqlite_strict=True,
    )
    op.create_table(
        "questionnaire",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_questionnaire_code_not_empty")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_questionnaire_title_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("code", "version_no", name=op.f("uq_questionnaire_code_version_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_questionnaire_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_questionnaire_change_no"), "questionnaire", ["change_no"], unique=False
    )
    op.create_table(
        "staff",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("code_expires_at", UTCDateTime(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("goodwill_limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("session_no", sa.Integer(), nullable=False),
        sa.CheckConstraint("login <> ''", name=op.f("ck_staff_login_not_empty")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_staff_name_not_empty")),
        sa.CheckConstraint(
            "role IN ('clerk', 'technician', 'supervisor', 'admin', 'auditor')",
            name=op.f("ck_staff_role_known"),
        ),
        sa.CheckConstraint("failed_tries >= 0", name=op.f("ck_staff_failed_tries_counted")),
        sa.CheckConstraint(
            "goodwill_limit_minor >= 0", name=op.f("ck_staff_goodwill_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
        sa.UniqueConstraint("uid", name=op.f("uq_staff_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_staff_change_no"), "staff", ["change_no"], unique=False)
    op.create_table(
        "store_fact",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_fact")),
        sqlite_strict=True,
    )
    op.create_table(
        "warranty_profile",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("whole_months", sa.Integer(), nullable=True),
        sa.Column("main_part_months", sa.Integer(), nullable=True),
        sa.Column("parts_wait_days", sa.Integer(), nullable=True),
        sa.Column("repairer_delay_days", sa.Integer(), nullable=True),
        sa.Column("depreciation_per_day", sa.String(), nullable=True),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.CheckConstraint("code <> ''", name=op.f("ck_warranty_profile_code_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warranty_profile")),
        sa.UniqueConstraint("code", name=op.f("uq_warranty_profile_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_warranty_profile_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_warranty_profile_change_no"), "warranty_profile", ["change_no"], unique=False
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", Key, nullable=True),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("entity", sa.String(64), nullable=True),
        sa.Column("entity_uid", sa.String(64), nullable=True),
        sa.Column("diff", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("action <> ''", name=op.f("ck_audit_entry_action_not_empty")),
        sa.ForeignKeyConstraint(["actor_id"], ["staff.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_entry_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_entry_entity_uid"), "audit_entry", ["entity_uid"], unique=False)
    op.create_table(
        "calendar_exception",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", Key, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("windows", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('closed', 'special_hours', 'extra_workday')",
            name=op.f("ck_calendar_exception_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_exception_calendar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_exception")),
        sa.UniqueConstraint(
            "calendar_id", "on_date", name=op.f("uq_calendar_exception_calendar_id_on_date")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_exception_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_calendar_exception_change_no"), "calendar_exception", ["change_no"], unique=False
    )
    op.create_table(
        "category",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("warranty_profile_id", Key, nullable=True),
        sa.CheckConstraint("code <> ''", name=op.f("ck_category_code_not_empty")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_category_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["warranty_profile_id"],
            ["warranty_profile.id"],
            name=op.f("fk_category_warranty_profile_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_category_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_category_change_no"), "category", ["change_no"], unique=False)
    op.create_table(
        "customer_phone",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("digits", sa.String(32), nullable=False),
        sa.Column("digits_backwards", sa.String(32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("digits <> ''", name=op.f("ck_customer_phone_digits_not_empty")),
        sa.CheckConstraint("phone <> ''", name=op.f("ck_customer_phone_phone_not_empty")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_phone_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_phone")),
        sa.UniqueConstraint(
            "customer_id", "digits", name=op.f("uq_customer_phone_customer_id_digits")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_customer_phone_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_customer_phone_change_no"), "customer_phone", ["change_no"], unique=False
    )
    op.create_index(
        op.f("ix_customer_phone_customer_id"), "customer_phone", ["customer_id"], unique=False
    )
    op.create_index(op.f("ix_customer_phone_digits"), "customer_phone", ["digits"], unique=False)
    op.create_index(
        op.f("ix_customer_phone_digits_backwards"),
        "customer_phone",
        ["digits_backwards"],
        unique=False,
    )
    op.create_table(
        "draft",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("staff_id", Key, nullable=False),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_draft_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("staff_id", "form", name=op.f("uq_draft_staff_id_form")),
        sa.UniqueConstraint("uid", name=op.f("uq_draft_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "export_file",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("export_batch_id", Key, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_batch_id"], ["export_batch.id"], name=op.f("fk_export_file_export_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_file")),
        sa.UniqueConstraint(
            "export_batch_id", "name", name=op.f("uq_export_file_export_batch_id_name")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_export_file_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "membership_account",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("member_no", sa.String(64), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "member_no <> ''", name=op.f("ck_membership_account_member_no_not_empty")
        ),
        sa.CheckConstraint(
            "tier IN ('none', 'silver', 'gold', 'diamond')",
            name=op.f("ck_membership_account_tier_known"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_membership_account_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_account")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_membership_account_customer_id")),
        sa.UniqueConstraint("member_no", name=op.f("uq_membership_account_member_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_membership_account_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_membership_account_change_no"), "membership_account", ["change_no"], unique=False
    )
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
    op.create_table(
        "question",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("questionnaire_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(40), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("rated", sa.Boolean(), nullable=False),
        sa.CheckConstraint("dimension <> ''", name=op.f("ck_question_dimension_not_empty")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_question_text_not_empty")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_question_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint(
            "questionnaire_id", "position", name=op.f("uq_question_questionnaire_id_position")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_question_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_question_change_no"), "question", ["change_no"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("receipt_no", sa.String(64), nullable=False),
        sa.Column("sold_at", UTCDateTime(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("customer_id", Key, nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint(
            "channel IN ('store', 'online', 'phone_order', 'tv_shopping', 'mail')",
            name=op.f("ck_receipt_channel_known"),
        ),
        sa.CheckConstraint("currency <> ''", name=op.f("ck_receipt_currency_not_empty")),
        sa.CheckConstraint("receipt_no <> ''", name=op.f("ck_receipt_receipt_no_not_empty")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_receipt_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_receipt_receipt_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_receipt_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_receipt_change_no"), "receipt", ["change_no"], unique=False)
    op.create_index(
        "ix_receipt_customer_id_sold_at", "receipt", ["customer_id", "sold_at"], unique=False
    )
    op.create_table(
        "reject_row",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("import_batch_id", Key, nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('missing_field', 'bad_date', 'bad_number', 'bad_barcode', 'bad_phone', 'bad_value', 'unknown_reference', 'duplicate_key', 'too_long', 'bad_encoding', 'shifted_columns', 'no_customer', 'no_sale_found', 'exceeds_sold', 'stock_correction', 'adjustment')",
            name=op.f("ck_reject_row_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["import_batch.id"], name=op.f("fk_reject_row_import_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reject_row")),
        sa.UniqueConstraint(
            "import_batch_id", "row_no", name=op.f("uq_reject_row_import_batch_id_row_no")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_reject_row_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_reject_row_line", "reject_row", ["line"], unique=False)
    op.create_table(
        "service_target",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("calendar_id", Key, nullable=False),
        sa.Column("first_response_min", sa.Integer(), nullable=False),
        sa.Column("resolution_min", sa.Integer(), nullable=False),
        sa.Column("warn_percent", sa.Integer(), nullable=False),
        sa.Column("level3_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_service_target_priority_known")
        ),
        sa.CheckConstraint(
            "first_response_min > 0 AND resolution_min >= first_response_min",
            name=op.f("ck_service_target_minutes_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_service_target_calendar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_target")),
        sa.UniqueConstraint("uid", name=op.f("uq_service_target_uid")),
        sa.UniqueConstraint(
            "version_no", "priority", name=op.f("uq_service_target_version_no_priority")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_service_target_change_no"), "service_target", ["change_no"], unique=False
    )
    op.create_table(
        "site",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tz", sa.String(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("counter_calendar_id", Key, nullable=True),
        sa.CheckConstraint(
            "jurisdiction IN ('CN', 'EU', 'GB', 'US')", name=op.f("ck_site_jurisdiction_known")
        ),
        sa.CheckConstraint("code <> ''", name=op.f("ck_site_code_not_empty")),
        sa.CheckConstraint("currency <> ''", name=op.f("ck_site_currency_not_empty")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_site_name_not_empty")),
        sa.CheckConstraint("tz <> ''", name=op.f("ck_site_tz_not_empty")),
        sa.ForeignKeyConstraint(
            ["counter_calendar_id"], ["calendar.id"], name=op.f("fk_site_counter_calendar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_site_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_site_change_no"), "site", ["change_no"], unique=False)
    op.create_table(
        "points_entry",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('earn', 'redeem', 'reverse_earn', 'restore_redeem', 'adjust', 'expire')",
            name=op.f("ck_points_entry_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["membership_account.id"], name=op.f("fk_points_entry_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_entry")),
        sa.UniqueConstraint("uid", name=op.f("uq_points_entry_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_points_entry_account_id"), "points_entry", ["account_id"], unique=False
    )
    op.create_index(op.f("ix_points_entry_change_no"), "points_entry", ["change_no"], unique=False)
    op.create_table(
        "product",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("barcode", sa.String(32), nullable=True),
        sa.Column("name", sa.String(200), nullable=True),
        sa.Column("category_id", Key, nullable=True),
        sa.Column("brand", sa.String(80), nullable=True),
        sa.Column("supplier", sa.String(80), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("warranty_profile_id", Key, nullable=True),
        sa.Column("serialised", sa.Boolean(), nullable=False),
        sa.Column("shelf_life_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("barcode <> ''", name=op.f("ck_product_barcode_not_empty")),
        sa.CheckConstraint("brand <> ''", name=op.f("ck_product_brand_not_empty")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_product_name_not_empty")),
        sa.CheckConstraint("sku <> ''", name=op.f("ck_product_sku_not_empty")),
        sa.CheckConstraint("supplier <> ''", name=op.f("ck_product_supplier_not_empty")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_product_price_not_negative")),
        sa.CheckConstraint(
            "price_minor IS NULL OR currency IS NOT NULL",
            name=op.f("ck_product_price_has_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_product_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["warranty_profile_id"],
            ["warranty_profile.id"],
            name=op.f("fk_product_warranty_profile_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("sku", name=op.f("uq_product_sku")),
        sa.UniqueConstraint("uid", name=op.f("uq_product_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_product_barcode"), "product", ["barcode"], unique=False)
    op.create_index(op.f("ix_product_change_no"), "product", ["change_no"], unique=False)
    op.create_table(
        "tender",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("receipt_id", Key, nullable=False),
        sa.Column("tender_no", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'wechat', 'alipay', 'gift_card', 'points', 'mixed')",
            name=op.f("ck_tender_method_known"),
        ),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_tender_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
        sa.UniqueConstraint("receipt_id", "tender_no", name=op.f("uq_tender_receipt_id_tender_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_tender_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_tender_change_no"), "tender", ["change_no"], unique=False)
    op.create_table(
        "receipt_line",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("receipt_id", Key, nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("product_id", Key, nullable=False),
        sa.Column("description", sa.String(200), nullable=True),
        sa.Column("qty_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit_paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("list_minor", sa.BigInteger(), nullable=True),
        sa.Column("serial_no", sa.String(64), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("no_return_confirmed", sa.Boolean(), nullable=False),
        sa.Column("returned_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("description <> ''", name=op.f("ck_receipt_line_description_not_empty")),
        sa.CheckConstraint("serial_no <> ''", name=op.f("ck_receipt_line_serial_no_not_empty")),
        sa.CheckConstraint("qty_milli > 0", name=op.f("ck_receipt_line_qty_positive")),
        sa.CheckConstraint(
            "returned_milli BETWEEN 0 AND qty_milli",
            name=op.f("ck_receipt_line_returned_within_sold"),
        ),
        sa.CheckConstraint("unit_paid_minor >= 0", name=op.f("ck_receipt_line_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_receipt_line_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_receipt_line_receipt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_line")),
        sa.UniqueConstraint(
            "receipt_id", "line_no", name=op.f("uq_receipt_line_receipt_id_line_no")
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_receipt_line_change_no"), "receipt_line", ["change_no"], unique=False)
    op.create_index(
        "ix_receipt_line_block_product_id",
        "receipt_line",
        [sa.text("(id / 4096)"), "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_receipt_line_serial_no",
        "receipt_line",
        ["serial_no"],
        unique=False,
        sqlite_where=sa.text("serial_no IS NOT NULL"),
        postgresql_where=sa.text("serial_no IS NOT NULL"),
    )
    op.create_table(
        "ticket",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("summary", sa.String(200), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("opened_by_id", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=True),
        sa.Column("receipt_id", Key, nullable=True),
        sa.Column("receipt_line_id", Key, nullable=True),
        sa.Column("parent_id", Key, nullable=True),
        sa.Column("tier_at_creation", sa.String(), nullable=False),
        sa.Column("policy_version_id", Key, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("owner_id", Key, nullable=True),
        sa.Column("department", sa.String(80), nullable=True),
        sa.Column("wake_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", Key, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("liability", sa.String(), nullable=True),
        sa.Column("customer_informed", sa.Boolean(), nullable=True),
        sa.Column("first_response_at", UTCDateTime(), nullable=True),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("last_event_at", UTCDateTime(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_ticket_closed_has_time")
        ),
        sa.CheckConstraint(
            "(status = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_ticket_merged_has_target"),
        ),
        sa.CheckConstraint("body <> ''", name=op.f("ck_ticket_body_not_empty")),
        sa.CheckConstraint(
            "cause IN ('product', 'service', 'delivery', 'price', 'policy', 'other')",
            name=op.f("ck_ticket_cause_known"),
        ),
        sa.CheckConstraint(
            "channel IN ('counter', 'phone', 'online', 'mail', 'chat', 'authority', 'box')",
            name=op.f("ck_ticket_channel_known"),
        ),
        sa.CheckConstraint("department <> ''", name=op.f("ck_ticket_department_not_empty")),
        sa.CheckConstraint(
            "kind IN ('inquiry', 'complaint', 'suggestion', 'return', 'repair', 'delivery', 'crisis')",
            name=op.f("ck_ticket_kind_known"),
        ),
        sa.CheckConstraint(
            "liability IN ('store', 'supplier', 'carrier', 'manufacturer', 'customer', 'none')",
            name=op.f("ck_ticket_liability_known"),
        ),
        sa.CheckConstraint("no <> ''", name=op.f("ck_ticket_no_not_empty")),
        sa.CheckConstraint(
            "outcome IN ('informed', 'refunded', 'exchanged', 'repaired', 'compensated', 'apologised', 'delivered', 'refused', 'noted', 'unsettled')",
            name=op.f("ck_ticket_outcome_known"),
        ),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_ticket_priority_known")
        ),
        sa.CheckConstraint(
            "status <> 'closed' OR outcome IS NOT NULL", name=op.f("ck_ticket_closed_has_outcome")
        ),
        sa.CheckConstraint(
            "status IN ('new', 'open', 'waiting_customer', 'waiting_third_party', 'resolved', 'closed', 'merged', 'cancelled')",
            name=op.f("ck_ticket_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT LIKE 'waiting%' OR wake_on IS NOT NULL",
            name=op.f("ck_ticket_waiting_wakes"),
        ),
        sa.CheckConstraint("summary <> ''", name=op.f("ck_ticket_summary_not_empty")),
        sa.CheckConstraint(
            "tier_at_creation IN ('none', 'silver', 'gold', 'diamond')",
            name=op.f("ck_ticket_tier_at_creation_known"),
        ),
        sa.CheckConstraint(
            "working = (status IN ('new', 'open', 'waiting_customer', 'waiting_third_party'))",
            name=op.f("ck_ticket_working_means_open"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["ticket.id"], name=op.f("fk_ticket_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_ticket_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_ticket_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["ticket.id"], name=op.f("fk_ticket_parent_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f("fk_ticket_policy_version_id")
        ),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_ticket_receipt_id")),
        sa.ForeignKeyConstraint(
            ["receipt_line_id"], ["receipt_line.id"], name=op.f("fk_ticket_receipt_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("no", name=op.f("uq_ticket_no")),
        sa.UniqueConstraint("uid", name=op.f("uq_ticket_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_ticket_change_no"), "ticket", ["change_no"], unique=False)
    op.create_index(op.f("ix_ticket_customer_id"), "ticket", ["customer_id"], unique=False)
    op.create_index("ix_ticket_opened_at_id", "ticket", ["opened_at", "id"], unique=False)
    op.create_index(op.f("ix_ticket_parent_id"), "ticket", ["parent_id"], unique=False)
    op.create_index(op.f("ix_ticket_receipt_id"), "ticket", ["receipt_id"], unique=False)
    op.create_index(
        "ix_ticket_status_opened_at", "ticket", ["status", "opened_at", "id"], unique=False
    )
    op.create_index(
        "ix_ticket_closed_at",
        "ticket",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_waiting",
        "ticket",
        ["priority", "opened_at", "id", "wake_on", "working"],
        unique=False,
        sqlite_where=sa.text("working AND wake_on IS NOT NULL"),
        postgresql_where=sa.text("working AND wake_on IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_waiting_opened",
        "ticket",
        ["opened_at", "id", "wake_on", "working"],
        unique=False,
        sqlite_where=sa.text("working AND wake_on IS NOT NULL"),
        postgresql_where=sa.text("working AND wake_on IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_waiting_wake",
        "ticket",
        ["wake_on", "working"],
        unique=False,
        sqlite_where=sa.text("working AND wake_on IS NOT NULL"),
        postgresql_where=sa.text("working AND wake_on IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_working",
        "ticket",
        ["priority", "opened_at", "id"],
        unique=False,
        sqlite_where=sa.text("working"),
        postgresql_where=sa.text("working"),
    )
    op.create_index(
        "ix_ticket_working_opened",
        "ticket",
        ["opened_at", "id"],
        unique=False,
        sqlite_where=sa.text("working"),
        postgresql_where=sa.text("working"),
    )
    op.create_index(
        "ix_ticket_working_owner",
        "ticket",
        ["owner_id", "priority", "opened_at", "id"],
        unique=False,
        sqlite_where=sa.text("working"),
        postgresql_where=sa.text("working"),
    )
    op.create_index(
        "ix_ticket_working_owner_opened",
        "ticket",
        ["owner_id", "opened_at", "id"],
        unique=False,
        sqlite_where=sa.text("working"),
        postgresql_where=sa.text("working"),
    )
    op.create_table(
        "till_return",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("return_no", sa.String(64), nullable=False),
        sa.Column("return_line_no", sa.Integer(), nullable=False),
        sa.Column("receipt_line_id", Key, nullable=False),
        sa.Column("qty_milli", sa.BigInteger(), nullable=False),
        sa.Column("returned_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("return_no <> ''", name=op.f("ck_till_return_return_no_not_empty")),
        sa.CheckConstraint("qty_milli > 0", name=op.f("ck_till_return_qty_positive")),
        sa.ForeignKeyConstraint(
            ["receipt_line_id"], ["receipt_line.id"], name=op.f("fk_till_return_receipt_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_return")),
        sa.UniqueConstraint(
            "return_no",
            "return_line_no",
            "receipt_line_id",
            name=op.f("uq_till_return_return_no_return_line_no_receipt_line_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_till_return_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_till_return_change_no"), "till_return", ["change_no"], unique=False)
    op.create_index(
        op.f("ix_till_return_receipt_line_id"), "till_return", ["receipt_line_id"], unique=False
    )
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
        sa.Column("approver_id", Key, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.CheckConstraint("legal_base <> ''", name=op.f("ck_compensation_legal_base_not_empty")),
        sa.CheckConstraint(
            "status IN ('proposed', 'approved', 'paid', 'refused')",
            name=op.f("ck_compensation_status_known"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_compensation_not_negative")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["staff.id"], name=op.f("fk_compensation_approver_id")
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
    op.create_index(op.f("ix_compensation_ticket_id"), "compensation", ["ticket_id"], unique=False)
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
        sa.CheckConstraint(
            "authority_ref <> ''", name=op.f("ck_complaint_authority_ref_not_empty")
        ),
        sa.CheckConstraint("batch_no <> ''", name=op.f("ck_complaint_batch_no_not_empty")),
        sa.CheckConstraint(
            "demand IN ('refund', 'exchange', 'repair', 'compensation', 'apology', 'other')",
            name=op.f("ck_complaint_demand_known"),
        ),
        sa.CheckConstraint(
            "severity IN ('normal', 'safety', 'health', 'media', 'authority')",
            name=op.f("ck_complaint_severity_known"),
        ),
        sa.CheckConstraint(
            "status IN ('registered', 'acknowledged', 'investigating', 'proposed', 'agreed', 'performed', 'escalated', 'mediation', 'closed', 'closed_unsettled')",
            name=op.f("ck_complaint_status_known"),
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
        sa.CheckConstraint(
            "kind IN ('after_service', 'care', 'survey', 'promise', 'maintenance')",
            name=op.f("ck_follow_up_kind_known"),
        ),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_follow_up_priority_known")
        ),
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
    op.create_table(
        "return_case",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("freight_payer", sa.String(), nullable=True),
        sa.Column("tracking_no", sa.String(64), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.CheckConstraint(
            "freight_payer IN ('store', 'customer')",
            name=op.f("ck_return_case_freight_payer_known"),
        ),
        sa.CheckConstraint(
            "mode IN ('counter', 'mail', 'pickup')", name=op.f("ck_return_case_mode_known")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'refused', 'referred', 'received', 'refund_pending', 'exchange_done', 'to_repair', 'returned_to_customer', 'refunded', 'closed', 'expired', 'withdrawn')",
            name=op.f("ck_return_case_status_known"),
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
    op.create_table(
        "ticket_event",
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
        sa.CheckConstraint(
            "kind IN ('create', 'take', 'assign', 'note', 'ask_customer', 'answer', 'send_out', 'back', 'resolve', 'close', 'reopen', 'merge', 'cancel', 'correct', 'prioritise', 'respond')",
            name=op.f("ck_ticket_event_kind_known"),
        ),
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
    op.create_index(op.f("ix_ticket_event_change_no"), "ticket_event", ["change_no"], unique=False)
    op.create_table(
        "contact_attempt",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("follow_up_id", Key, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", Key, nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "result IN ('reached', 'no_answer', 'busy', 'wrong_number', 'refused')",
            name=op.f("ck_contact_attempt_result_known"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff.id"], name=op.f("fk_contact_attempt_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_contact_attempt_follow_up_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
        sa.UniqueConstraint("uid", name=op.f("uq_contact_attempt_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_contact_attempt_change_no"), "contact_attempt", ["change_no"], unique=False
    )
    op.create_index(
        op.f("ix_contact_attempt_follow_up_id"), "contact_attempt", ["follow_up_id"], unique=False
    )
    op.create_table(
        "return_line",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("return_case_id", Key, nullable=False),
        sa.Column("receipt_line_id", Key, nullable=False),
        sa.Column("requested_milli", sa.BigInteger(), nullable=False),
        sa.Column("received_milli", sa.BigInteger(), nullable=False),
        sa.Column("resellable_milli", sa.BigInteger(), nullable=False),
        sa.Column("scrapped_milli", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('no_reason', 'quality', 'not_as_described', 'wrong_item', 'short_quantity', 'delivery_damage', 'expired_at_sale', 'food_unsafe', 'label_flaw', 'counterfeit', 'authority_failed', 'recall')",
            name=op.f("ck_return_line_reason_known"),
        ),
        sa.CheckConstraint(
            "remedy IN ('refund', 'exchange', 'exchange_other_model', 'refund_with_depreciation', 'repair', 'paid_repair', 'compensation')",
            name=op.f("ck_return_line_remedy_known"),
        ),
        sa.CheckConstraint(
            "received_milli >= 0", name=op.f("ck_return_line_received_not_negative")
        ),
        sa.CheckConstraint("requested_milli > 0", name=op.f("ck_return_line_requested_positive")),
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
        sa.UniqueConstraint("uid", name=op.f("uq_return_line_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_return_line_change_no"), "return_line", ["change_no"], unique=False)
    op.create_index(
        op.f("ix_return_line_receipt_line_id"), "return_line", ["receipt_line_id"], unique=False
    )
    op.create_index(
        op.f("ix_return_line_return_case_id"), "return_line", ["return_case_id"], unique=False
    )
    op.create_table(
        "survey_response",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("response_ref", sa.String(64), nullable=True),
        sa.Column("questionnaire_id", Key, nullable=False),
        sa.Column("ticket_id", Key, nullable=True),
        sa.Column("customer_id", Key, nullable=True),
        sa.Column("follow_up_id", Key, nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("taken_by_id", Key, nullable=True),
        sa.Column("voided_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "mode IN ('phone', 'paper', 'online', 'counter')",
            name=op.f("ck_survey_response_mode_known"),
        ),
        sa.CheckConstraint(
            "response_ref <> ''", name=op.f("ck_survey_response_response_ref_not_empty")
        ),
        sa.CheckConstraint(
            "status IN ('invited', 'answered', 'declined', 'unreachable', 'expired', 'voided')",
            name=op.f("ck_survey_response_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_survey_response_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_survey_response_follow_up_id")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_survey_response_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["staff.id"], name=op.f("fk_survey_response_taken_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_survey_response_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
        sa.UniqueConstraint("response_ref", name=op.f("uq_survey_response_response_ref")),
        sa.UniqueConstraint(
            "ticket_id",
            "questionnaire_id",
            name=op.f("uq_survey_response_ticket_id_questionnaire_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_survey_response_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_survey_response_change_no"), "survey_response", ["change_no"], unique=False
    )
    op.create_index(
        op.f("ix_survey_response_customer_id"), "survey_response", ["customer_id"], unique=False
    )
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
        sa.Column("sha256", sa.String(), nullable=False),
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
        sa.Column("due_working", sa.Date(), nullable=True),
        sa.Column("due_statutory", sa.Date(), nullable=True),
        sa.Column("authorised_by_id", Key, nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
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
            ["return_line_id"], ["return_line.id"], name=op.f("fk_refund_return_line_id")
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
    op.create_table(
        "survey_answer",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("survey_response_id", Key, nullable=False),
        sa.Column("question_id", Key, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_survey_answer_text_not_empty")),
        sa.CheckConstraint(
            "(score IS NULL) <> (text IS NULL)", name=op.f("ck_survey_answer_score_or_text")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_survey_answer_score_1_to_5")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_survey_answer_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_response_id"],
            ["survey_response.id"],
            name=op.f("fk_survey_answer_survey_response_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint(
            "survey_response_id",
            "question_id",
            name=op.f("uq_survey_answer_survey_response_id_question_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_survey_answer_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_survey_answer_change_no"), "survey_answer", ["change_no"], unique=False
    )
    op.create_table(
        "refund_allocation",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refund_id", Key, nullable=False),
        sa.Column("tender_id", Key, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("executed_ref", sa.String(), nullable=True),
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
        op.f("ix_refund_allocation_tender_id"), "refund_allocation", ["tender_id"], unique=False
    )
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
