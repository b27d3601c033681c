# ruff: noqa: E501  lists of terms stand on one line, as they were made
"""A step can be taken back, any digits of a phone are found, people keep views of their own.

SQLite cannot change a CHECK in place, so the events move into a new table: whole rows in the order
of their keys, a few seconds for a million. Nothing refers to them, and nothing about them changes.
"""

from __future__ import annotations

from itertools import pairwise

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ACTIONS = "kind IN ('create', 'take', 'assign', 'note', 'ask_customer', 'answer', 'send_out', 'back', 'resolve', 'close', 'reopen', 'merge', 'cancel', 'correct', 'prioritise', 'respond', 'undo')"

EVENT_COLUMNS = "id, uid, change_no, ticket_id, event_no, at, actor_id, kind, from_status, to_status, text, payload"

LENGTHS = f"(VALUES {', '.join(f'({length})' for length in range(3, 33))}) AS lengths"
"""Of the tails of a number; its digits are 32 at most, and ``column1`` is what engines call it."""

TAIL = "substr({0}.digits, length({0}.digits) - column1 + 1)"


def upgrade() -> None:
    """Let events be taken back; keep the tails of phones; make room for people's own views."""
    if op.get_bind().dialect.name == "sqlite":
        _move_events()
    else:
        op.drop_constraint(op.f("ck_ticket_event_kind_known"), "ticket_event", type_="check")
        op.create_check_constraint(op.f("ck_ticket_event_kind_known"), "ticket_event", ACTIONS)
    _keep_tails()
    if op.get_bind().dialect.name == "sqlite":
        _follow_phones()
    _create_saved_views()


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
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ticket_event_no_{verb.lower()} BEFORE {verb} ON ticket_event "
            "BEGIN SELECT RAISE(ABORT, 'ticket_event is append-only'); END"
        )


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


def _keep_tails() -> None:
    """Three digits or more in a row, wherever they stand in a number: they begin one of its tails.

    The last digits are tails themselves, so the column that held numbers backwards goes; SQLite
    drops it by itself, in a third of a second for a million numbers.
    """
    op.drop_index(op.f("ix_customer_phone_digits_backwards"), table_name="customer_phone")
    op.drop_column("customer_phone", "digits_backwards")
    op.create_table(
        "customer_phone_tail",
        sa.Column("tail", sa.String(32), nullable=False),
        sa.Column("phone_id", Key, nullable=False),
        sa.PrimaryKeyConstraint("tail", "phone_id", name=op.f("pk_customer_phone_tail")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    tail = TAIL.format("p")
    for low, high in pairwise(("", *"123456789", "\U0010ffff")):  # a tenth is sorted in memory
        op.execute(
            f"INSERT INTO customer_phone_tail (tail, phone_id) SELECT {tail}, p.id "
            f"FROM customer_phone p CROSS JOIN {LENGTHS} WHERE column1 <= length(p.digits) "
            f"AND {tail} >= '{low}' AND {tail} < '{high}' ORDER BY 1, 2"
        )


def _follow_phones() -> None:
    """Let the tails follow their numbers, whoever writes those."""
    add = (
        f"INSERT INTO customer_phone_tail (tail, phone_id) SELECT {TAIL.format('new')}, new.id "
        f"FROM {LENGTHS} WHERE column1 <= length(new.digits);"
    )
    remove = (
        "DELETE FROM customer_phone_tail WHERE phone_id = old.id AND tail IN ("
        f"SELECT {TAIL.format('old')} FROM {LENGTHS} WHERE column1 <= length(old.digits));"
    )
    op.execute(
        f"CREATE TRIGGER customer_phone_tail_add AFTER INSERT ON customer_phone BEGIN {add} END"
    )
    op.execute(
        f"CREATE TRIGGER customer_phone_tail_drop AFTER DELETE ON customer_phone BEGIN {remove} END"
    )
    op.execute(
        "CREATE TRIGGER customer_phone_tail_move AFTER UPDATE OF digits ON customer_phone "
        f"WHEN old.digits <> new.digits BEGIN {remove} {add} END"
    )


def _create_saved_views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", Key, nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("staff_id", Key, nullable=False),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_view_name_not_empty")),
        sa.CheckConstraint("place <> ''", name=op.f("ck_saved_view_place_not_empty")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_view_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "staff_id", "place", "name", name=op.f("uq_saved_view_staff_id_place_name")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_saved_view_uid")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
