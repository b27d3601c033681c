"""The tables that a made store fills, with the columns its rows bring, in their order."""

from __future__ import annotations

from typing import Final

from data.bulk import Table

SITE: Final = Table("site", ("code", "name", "tz", "currency", "jurisdiction", "language"), {})
STAFF: Final = Table(
    "staff",
    ("login", "name", "role", "pin_hash", "active"),
    {"goodwill_limit_minor": "0", "failed_tries": "0", "session_no": "0"},
)
POLICY_VERSION: Final = Table(
    "policy_version",
    (
        "code", "scope", "version_no", "body", "parameters", "status", "added_by_id", "added_at",
        "approved_by_id", "approved_at", "sha256",
    ),
)  # fmt: skip
SERVICE_VERSION: Final = Table(
    "service_version",
    ("version_no", "name", "body", "parameters", "sha256", "added_by_id", "added_at"),
    mutable=False,
)
SERVICE_TARGET: Final = Table(
    "service_target",
    (
        "version_no", "priority", "calendar_id", "first_response_min", "resolution_min",
        "warn_percent", "level3_percent",
    ),
    mutable=False,
)  # fmt: skip
CALENDAR: Final = Table("calendar", ("code", "version_no", "tz", "weekly"))
CALENDAR_EXCEPTION: Final = Table(
    "calendar_exception", ("calendar_id", "on_date", "kind", "windows"), mutable=False
)
WARRANTY: Final = Table("warranty_profile", ("code", "whole_months", "main_part_months"))
CATEGORY: Final = Table("category", ("code", "name", "flags", "warranty_profile_id"))
PRODUCT: Final = Table(
    "product",
    (
        "sku", "barcode", "name", "category_id", "brand", "supplier", "price_minor", "currency",
        "serialised", "shelf_life_days",
    ),
)  # fmt: skip
CUSTOMER: Final = Table(
    "customer",
    (
        "customer_ref", "name", "address", "birthday_md", "care_flags", "consent_contact",
        "consent_marketing", "name_initials", "search_text",
    ),
    {"source": "'counter'"},
)  # fmt: skip
CUSTOMER_PHONE: Final = Table("customer_phone", ("customer_id", "phone", "digits", "active"))
MEMBERSHIP: Final = Table("membership_account", ("customer_id", "member_no", "tier", "since"))
RECEIPT: Final = Table("receipt", ("receipt_no", "sold_at", "channel", "customer_id", "currency"))
RECEIPT_LINE: Final = Table(
    "receipt_line",
    (
        "receipt_id", "line_no", "product_id", "description", "qty_milli", "unit_paid_minor",
        "list_minor", "serial_no", "received_on", "no_return_confirmed",
    ),
    {"returned_milli": "0"},
)  # fmt: skip
TENDER: Final = Table("tender", ("receipt_id", "tender_no", "method", "amount_minor"))
TICKET: Final = Table(
    "ticket",
    (
        "version", "no", "kind", "channel", "summary", "body", "opened_at", "opened_by_id",
        "customer_id", "receipt_id", "receipt_line_id", "tier_at_creation", "status", "working",
        "priority", "owner_id", "department", "wake_on", "merged_into_id", "outcome", "cause",
        "liability", "customer_informed", "first_response_at", "resolved_at", "closed_at",
        "event_count", "last_event_at", "search_text",
    ),
    mutable=False,  # each row brings its version: one for every event
)  # fmt: skip
TICKET_EVENT: Final = Table(
    "ticket_event",
    (
        "ticket_id", "event_no", "at", "actor_id", "kind", "from_status", "to_status", "text",
        "payload",
    ),
    mutable=False,
)  # fmt: skip
CLOCK: Final = Table(
    "clock",
    (
        "ticket_id", "kind", "subject", "state", "open", "leads", "started_at", "due_at",
        "order_at", "level", "next_level", "next_level_at", "service_version_no", "calendar_id",
        "explanation", "ended_at",
    ),
    mutable=False,
)  # fmt: skip
COMPLAINT: Final = Table(
    "complaint",
    ("ticket_id", "status", "level", "proposal", "checklist", "complaint_class", "demand",
     "severity"),
)  # fmt: skip
