"""The vocabulary: enumerations and state machines, in plain Python.

Values are what stands in the database, in CSV files and in JSON; the words for a screen are in
``counter.words``. Nothing here imports SQLModel, so the first frame can afford it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a staff member may do is decided by the role (``counter.permissions``)."""

    CLERK = "clerk"
    TECHNICIAN = "technician"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Jurisdiction(StrEnum):
    """Whose law the store sells under; names the policy pack."""

    CN = "CN"
    EU = "EU"
    GB = "GB"
    US = "US"


class CareFlag(StrEnum):
    """Why a customer is served one priority step faster."""

    ELDERLY = "elderly"
    DISABILITY = "disability"
    LANGUAGE = "language"
    HEARING = "hearing"


class Tier(StrEnum):
    """Membership tier."""

    NONE = "none"
    SILVER = "silver"
    GOLD = "gold"
    DIAMOND = "diamond"


class PointsKind(StrEnum):
    """Why points moved."""

    EARN = "earn"
    REDEEM = "redeem"
    REVERSE_EARN = "reverse_earn"
    RESTORE_REDEEM = "restore_redeem"
    ADJUST = "adjust"
    EXPIRE = "expire"


class CategoryFlag(StrEnum):
    """What makes a category special for the return rules."""

    FRESH = "fresh"
    CUSTOM = "custom"
    DIGITAL = "digital"
    PERIODICAL = "periodical"
    HYGIENE = "hygiene"
    SEALED_ONCE = "sealed_once"
    NEAR_EXPIRY = "near_expiry"
    THREE_GUARANTEES = "three_guarantees"


class SaleChannel(StrEnum):
    """How the goods were sold; all but ``store`` are distance sales."""

    STORE = "store"
    ONLINE = "online"
    PHONE_ORDER = "phone_order"
    TV_SHOPPING = "tv_shopping"
    MAIL = "mail"


class TenderMethod(StrEnum):
    """How a receipt was paid."""

    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    GIFT_CARD = "gift_card"
    POINTS = "points"
    MIXED = "mixed"


class TicketKind(StrEnum):
    """What a ticket is about."""

    INQUIRY = "inquiry"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    RETURN = "return"
    REPAIR = "repair"
    DELIVERY = "delivery"
    CRISIS = "crisis"


NUMBER_PREFIX: Final[Mapping[TicketKind, str]] = MappingProxyType(
    {
        TicketKind.INQUIRY: "I",
        TicketKind.COMPLAINT: "C",
        TicketKind.SUGGESTION: "S",
        TicketKind.RETURN: "R",
        TicketKind.REPAIR: "P",
        TicketKind.DELIVERY: "D",
        TicketKind.CRISIS: "X",
    }
)
"""First letter of a ticket's human number, ``R-20250303-0007``."""


class TicketChannel(StrEnum):
    """How the customer came to the counter."""

    COUNTER = "counter"
    PHONE = "phone"
    ONLINE = "online"
    MAIL = "mail"
    CHAT = "chat"
    AUTHORITY = "authority"
    BOX = "box"


class Priority(StrEnum):
    """P1 is the most urgent (service clocks, section 2)."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


DEFAULT_PRIORITY: Final[Mapping[TicketKind, Priority]] = MappingProxyType(
    {
        TicketKind.INQUIRY: Priority.P4,
        TicketKind.COMPLAINT: Priority.P2,
        TicketKind.SUGGESTION: Priority.P4,
        TicketKind.RETURN: Priority.P3,
        TicketKind.REPAIR: Priority.P3,
        TicketKind.DELIVERY: Priority.P3,
        TicketKind.CRISIS: Priority.P1,
    }
)


COMPLAINED: Final = frozenset({TicketKind.COMPLAINT, TicketKind.CRISIS})
"""Kinds behind which a complaint stands, with all that is asked, offered and agreed."""


class TicketStatus(StrEnum):
    """Where a ticket stands; changed by events only."""

    NEW = "new"
    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD_PARTY = "waiting_third_party"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"
    CANCELLED = "cancelled"


OPEN_STATUSES: Final = (
    TicketStatus.NEW,
    TicketStatus.OPEN,
    TicketStatus.WAITING_CUSTOMER,
    TicketStatus.WAITING_THIRD_PARTY,
)
"""Somebody still has to do something. Resolved tickets only wait for the customer to be told."""


class TicketAction(StrEnum):
    """What happens to a ticket: the kind of an event."""

    CREATE = "create"
    TAKE = "take"
    ASSIGN = "assign"
    NOTE = "note"
    ASK_CUSTOMER = "ask_customer"
    ANSWER = "answer"
    SEND_OUT = "send_out"
    BACK = "back"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    CANCEL = "cancel"
    CORRECT = "correct"
    PRIORITISE = "prioritise"
    RESPOND = "respond"
    UNDO = "undo"
    # Steps of a return case, whose own status is the fold over them (counter.rules.return_case).
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    REFER = "refer"
    APPEAL = "appeal"
    SHIP = "ship"
    SCHEDULE = "schedule"
    RECEIVE = "receive"
    OVERRIDE = "override"
    REFUND = "refund"
    AUTHORISE = "authorise"
    SETTLE = "settle"
    FAIL = "fail"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    GIVE_BACK = "give_back"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    # Of any ticket.
    ATTACH = "attach"
    COMPENSATE = "compensate"
    GRANT_COMPENSATION = "grant_compensation"
    REFUSE_COMPENSATION = "refuse_compensation"
    PAY_COMPENSATION = "pay_compensation"
    ABSORB = "absorb"
    # Steps of a complaint, whose own status is the fold over its ticket's events
    # (counter.rules.complaint_case).
    DETAIL = "detail"
    INVESTIGATE = "investigate"
    PROPOSE = "propose"
    ACCEPT = "accept"
    DISPUTE = "dispute"
    MEDIATE = "mediate"
    PERFORM = "perform"
    ESCALATE = "escalate"
    CHECK = "check"
    # What time or a new version of the service targets brings about.
    LEVEL = "level"
    WAKE = "wake"
    RETARGET = "retarget"


COMPLAINT_ACTIONS: Final = (
    TicketAction.DETAIL,
    TicketAction.INVESTIGATE,
    TicketAction.PROPOSE,
    TicketAction.ACCEPT,
    TicketAction.DISPUTE,
    TicketAction.MEDIATE,
    TicketAction.PERFORM,
    TicketAction.ESCALATE,
    TicketAction.CHECK,
)
"""Steps of a complaint. They leave the ticket's own status as it is."""

TIMED_ACTIONS: Final = (TicketAction.LEVEL, TicketAction.RETARGET)
"""What the machine writes beside what people do: nobody's step is in its way."""


RETURN_ACTIONS: Final = (
    TicketAction.SUBMIT,
    TicketAction.APPROVE,
    TicketAction.REFUSE,
    TicketAction.REFER,
    TicketAction.APPEAL,
    TicketAction.SHIP,
    TicketAction.SCHEDULE,
    TicketAction.RECEIVE,
    TicketAction.OVERRIDE,
    TicketAction.REFUND,
    TicketAction.AUTHORISE,
    TicketAction.SETTLE,
    TicketAction.FAIL,
    TicketAction.EXCHANGE,
    TicketAction.REPAIR,
    TicketAction.GIVE_BACK,
    TicketAction.WITHDRAW,
    TicketAction.EXPIRE,
)
"""Steps of a return case. They leave the ticket's own status as it is; a step that ends the case
is followed by the ticket's own ``resolve``."""


_S, _A = TicketStatus, TicketAction
_LIVING: Final = tuple(status for status in _S if status not in (_S.MERGED, _S.CANCELLED))

TICKET_MACHINE: Final[Mapping[TicketAction, Mapping[TicketStatus, TicketStatus]]] = (
    MappingProxyType(
        {
            _A.TAKE: {_S.NEW: _S.OPEN, **{status: status for status in OPEN_STATUSES[1:]}},
            _A.ASSIGN: {status: status for status in OPEN_STATUSES},
            _A.NOTE: {status: status for status in TicketStatus},
            _A.ASK_CUSTOMER: {_S.OPEN: _S.WAITING_CUSTOMER},
            _A.ANSWER: {_S.WAITING_CUSTOMER: _S.OPEN},
            _A.SEND_OUT: {_S.OPEN: _S.WAITING_THIRD_PARTY},
            _A.BACK: {_S.WAITING_THIRD_PARTY: _S.OPEN},
            _A.RESOLVE: {_S.OPEN: _S.RESOLVED},
            _A.CLOSE: {_S.RESOLVED: _S.CLOSED},
            _A.REOPEN: {_S.RESOLVED: _S.OPEN, _S.CLOSED: _S.OPEN},
            _A.MERGE: {_S.NEW: _S.MERGED, _S.OPEN: _S.MERGED},
            _A.CANCEL: {_S.NEW: _S.CANCELLED},
            _A.CORRECT: {status: status for status in OPEN_STATUSES},
            _A.PRIORITISE: {status: status for status in OPEN_STATUSES},
            _A.RESPOND: {status: status for status in OPEN_STATUSES},
            **{action: {status: status for status in OPEN_STATUSES} for action in RETURN_ACTIONS},
            **{
                action: {status: status for status in OPEN_STATUSES} for action in COMPLAINT_ACTIONS
            },
            _A.WAKE: {_S.WAITING_CUSTOMER: _S.OPEN, _S.WAITING_THIRD_PARTY: _S.OPEN},
            **{action: {status: status for status in _LIVING} for action in TIMED_ACTIONS},
            _A.ABSORB: {status: status for status in OPEN_STATUSES},
            _A.ATTACH: {status: status for status in _LIVING},
            _A.COMPENSATE: {status: status for status in _LIVING},
            _A.GRANT_COMPENSATION: {status: status for status in _LIVING},
            _A.REFUSE_COMPENSATION: {status: status for status in _LIVING},
            _A.PAY_COMPENSATION: {status: status for status in _LIVING},
        }
    )
)
"""For every action but two: from which status it is possible, and to which it leads. A ticket is
created as new; an undo leads back to wherever the step before began."""

del _S, _A


class TicketView(StrEnum):
    """The saved views of the ticket list."""

    WORKING = "working"
    MINE = "mine"
    UNOWNED = "unowned"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    ALL = "all"


class TicketOrder(StrEnum):
    """What a ticket list is sorted by."""

    DUE = "due"
    URGENT = "urgent"
    OLDEST = "oldest"
    NEWEST = "newest"


class HitKind(StrEnum):
    """What the find box found."""

    TICKET = "ticket"
    RECEIPT = "receipt"
    CUSTOMER = "customer"
    PRODUCT = "product"


class Outcome(StrEnum):
    """What the customer got when a ticket was resolved."""

    INFORMED = "informed"
    REFUNDED = "refunded"
    EXCHANGED = "exchanged"
    REPAIRED = "repaired"
    COMPENSATED = "compensated"
    APOLOGISED = "apologised"
    DELIVERED = "delivered"
    REFUSED = "refused"
    NOTED = "noted"
    UNSETTLED = "unsettled"


class Cause(StrEnum):
    """Why it happened; required when a ticket is resolved."""

    PRODUCT = "product"
    SERVICE = "service"
    DELIVERY = "delivery"
    PRICE = "price"
    POLICY = "policy"
    OTHER = "other"


class Liability(StrEnum):
    """Who answers for it; feeds the claim-back list."""

    STORE = "store"
    SUPPLIER = "supplier"
    CARRIER = "carrier"
    MANUFACTURER = "manufacturer"
    CUSTOMER = "customer"
    NONE = "none"


class Demand(StrEnum):
    """What the complaining customer asks for."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    COMPENSATION = "compensation"
    APOLOGY = "apology"
    OTHER = "other"


class Severity(StrEnum):
    """How serious a complaint is."""

    NORMAL = "normal"
    SAFETY = "safety"
    HEALTH = "health"
    MEDIA = "media"
    AUTHORITY = "authority"


class ComplaintStatus(StrEnum):
    """Where a complaint stands beside its ticket."""

    REGISTERED = "registered"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    PROPOSED = "proposed"
    AGREED = "agreed"
    PERFORMED = "performed"
    ESCALATED = "escalated"
    MEDIATION = "mediation"
    CLOSED = "closed"
    CLOSED_UNSETTLED = "closed_unsettled"


OPEN_COMPLAINTS: Final = (
    ComplaintStatus.REGISTERED,
    ComplaintStatus.ACKNOWLEDGED,
    ComplaintStatus.INVESTIGATING,
    ComplaintStatus.PROPOSED,
    ComplaintStatus.AGREED,
    ComplaintStatus.ESCALATED,
    ComplaintStatus.MEDIATION,
)
"""Somebody still has to do something about the complaint."""


_C, _T = ComplaintStatus, TicketAction
_ONGOING: Final = (_C.REGISTERED, _C.ACKNOWLEDGED, _C.INVESTIGATING, _C.ESCALATED, _C.MEDIATION)

COMPLAINT_MACHINE: Final[Mapping[TicketAction, Mapping[ComplaintStatus, ComplaintStatus]]] = (
    MappingProxyType(
        {
            _T.INVESTIGATE: dict.fromkeys(_ONGOING[:-1], _C.INVESTIGATING),
            _T.PROPOSE: {
                **dict.fromkeys(_ONGOING, _C.PROPOSED),
                _C.PROPOSED: _C.PROPOSED,
            },
            _T.ACCEPT: {_C.PROPOSED: _C.AGREED, _C.MEDIATION: _C.AGREED},
            _T.DISPUTE: {_C.PROPOSED: _C.ESCALATED},
            _T.MEDIATE: {
                _C.INVESTIGATING: _C.MEDIATION,
                _C.PROPOSED: _C.MEDIATION,
                _C.ESCALATED: _C.MEDIATION,
            },
            _T.PERFORM: {_C.AGREED: _C.PERFORMED},
            _T.DETAIL: {status: status for status in OPEN_COMPLAINTS},
            _T.ESCALATE: {status: status for status in OPEN_COMPLAINTS},
            _T.CHECK: {
                **{status: status for status in OPEN_COMPLAINTS},
                _C.PERFORMED: _C.PERFORMED,
            },
        }
    )
)
"""For every step of a complaint: from which status it is possible, and to which it leads. Telling
the customer acknowledges; the ticket's own ``resolve``, ``close`` and ``reopen`` end the complaint
and take it up again (``counter.rules.complaint_case``)."""

del _C, _T


class CrisisStep(StrEnum):
    """What is done about a complaint of the first priority, step by step."""

    STOP_SALE = "stop_sale"
    ISOLATE_BATCH = "isolate_batch"
    INFORM_MANAGER = "inform_manager"
    CALL_BACK = "call_back"
    INFORM_AUTHORITY = "inform_authority"


class ClockKind(StrEnum):
    """What runs against time (service clocks)."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    RETURN_AUDIT = "return_audit"
    REFUND = "refund"
    REFUND_STATUTORY = "refund_statutory"
    REPAIR_PROMISE = "repair_promise"
    APPOINTMENT = "appointment"
    HAND_OVER = "hand_over"
    CALL_BACK = "call_back"


class ClockState(StrEnum):
    """Where a clock stands; whether a running one is late, the time of day says."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    MERGED = "merged"


class ReturnMode(StrEnum):
    """How the goods come back."""

    COUNTER = "counter"
    MAIL = "mail"
    PICKUP = "pickup"


class FreightPayer(StrEnum):
    """Who pays the way back."""

    STORE = "store"
    CUSTOMER = "customer"


class ReturnStatus(StrEnum):
    """Where a return case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    REFERRED = "referred"
    RECEIVED = "received"
    REFUND_PENDING = "refund_pending"
    EXCHANGE_DONE = "exchange_done"
    TO_REPAIR = "to_repair"
    RETURNED_TO_CUSTOMER = "returned_to_customer"
    REFUNDED = "refunded"
    CLOSED = "closed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN_RETURNS: Final = (
    ReturnStatus.DRAFT,
    ReturnStatus.SUBMITTED,
    ReturnStatus.REFERRED,
    ReturnStatus.APPROVED,
    ReturnStatus.RECEIVED,
    ReturnStatus.REFUND_PENDING,
)
"""Somebody still has to do something about the case."""


_R, _T = ReturnStatus, TicketAction

RETURN_MACHINE: Final[Mapping[TicketAction, Mapping[ReturnStatus, ReturnStatus]]] = (
    MappingProxyType(
        {
            _T.SUBMIT: {_R.DRAFT: _R.SUBMITTED},
            _T.APPROVE: {_R.SUBMITTED: _R.APPROVED, _R.REFERRED: _R.APPROVED},
            _T.REFUSE: {_R.SUBMITTED: _R.REFUSED, _R.REFERRED: _R.REFUSED},
            _T.REFER: {_R.SUBMITTED: _R.REFERRED},
            _T.APPEAL: {_R.REFUSED: _R.REFERRED},
            _T.SHIP: {_R.SUBMITTED: _R.SUBMITTED, _R.APPROVED: _R.APPROVED},
            _T.SCHEDULE: {_R.SUBMITTED: _R.SUBMITTED, _R.APPROVED: _R.APPROVED},
            _T.RECEIVE: {_R.APPROVED: _R.RECEIVED},
            _T.OVERRIDE: {
                _R.SUBMITTED: _R.SUBMITTED,
                _R.REFERRED: _R.REFERRED,
                _R.RECEIVED: _R.RECEIVED,
            },
            _T.REFUND: {_R.RECEIVED: _R.REFUND_PENDING, _R.REFUND_PENDING: _R.REFUND_PENDING},
            _T.AUTHORISE: {_R.REFUND_PENDING: _R.REFUND_PENDING},
            _T.FAIL: {_R.REFUND_PENDING: _R.REFUND_PENDING},
            _T.SETTLE: {_R.REFUND_PENDING: _R.REFUNDED},
            _T.EXCHANGE: {_R.RECEIVED: _R.EXCHANGE_DONE},
            _T.REPAIR: {_R.RECEIVED: _R.TO_REPAIR},
            _T.GIVE_BACK: {_R.RECEIVED: _R.RETURNED_TO_CUSTOMER},
            _T.WITHDRAW: {
                _R.DRAFT: _R.WITHDRAWN,
                _R.SUBMITTED: _R.WITHDRAWN,
                _R.REFERRED: _R.WITHDRAWN,
                _R.APPROVED: _R.WITHDRAWN,
            },
            _T.EXPIRE: {_R.APPROVED: _R.EXPIRED},
            _T.CLOSE: {
                _R.REFUNDED: _R.CLOSED,
                **{status: status for status in _R if status is not _R.REFUNDED},
            },
        }
    )
)
"""For every step of a return case: from which status it is possible, and to which it leads. A case
is never withdrawn once the goods are here. Refunds of one case are settled together; the ticket's
own ``close`` closes a refunded case."""

del _R, _T


class ReturnView(StrEnum):
    """The saved views of the list of return cases."""

    OPEN = "open"
    TO_DECIDE = "to_decide"
    AWAITED = "awaited"
    TO_SETTLE = "to_settle"
    ENDED = "ended"


class MovementKind(StrEnum):
    """Which way goods of a return moved over the counter."""

    RETURN_IN = "return_in"
    REPLACEMENT_OUT = "replacement_out"
    GIVEN_BACK = "given_back"


class AppointmentKind(StrEnum):
    """What was agreed upon for a certain time."""

    DELIVERY = "delivery"
    INSTALLATION = "installation"
    PICKUP = "pickup"
    HOME_VISIT = "home_visit"
    COUNTER = "counter"


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    NO_ACCESS = "no_access"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


class AppointmentResult(StrEnum):
    """How an appointment went."""

    ON_TIME = "on_time"
    LATE = "late"
    WRONG = "wrong"
    DAMAGED = "damaged"
    NO_ACCESS = "no_access"


class ReturnReason(StrEnum):
    """Why goods come back (return rules, section 1)."""

    NO_REASON = "no_reason"
    QUALITY = "quality"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    SHORT_QUANTITY = "short_quantity"
    DELIVERY_DAMAGE = "delivery_damage"
    EXPIRED_AT_SALE = "expired_at_sale"
    FOOD_UNSAFE = "food_unsafe"
    LABEL_FLAW = "label_flaw"
    COUNTERFEIT = "counterfeit"
    AUTHORITY_FAILED = "authority_failed"
    RECALL = "recall"


class GoodsCategory(StrEnum):
    """What kind of goods a return is about, as far as the return rules tell them apart."""

    GENERAL = "general"
    CLOTHING = "clothing"
    SHOES = "shoes"
    COSMETICS = "cosmetics"
    PACKAGED_FOOD = "packaged_food"
    NEAR_EXPIRY_FOOD = "near_expiry_food"
    FRESH_FOOD = "fresh_food"
    CUSTOM_MADE = "custom_made"
    DIGITAL = "digital"
    PERIODICAL = "periodical"
    MEDICINE = "medicine"
    UNDERWEAR = "underwear"
    APPLIANCE = "appliance"
    TV = "tv"
    PHONE = "phone"
    COMPUTER = "computer"


class Proof(StrEnum):
    """What shows that the goods were bought here."""

    RECEIPT = "receipt"
    INVOICE = "invoice"
    PAYMENT_RECORD = "payment_record"
    MEMBER_RECORD = "member_record"
    PARCEL_RECORD = "parcel_record"
    SERIAL_ONLY = "serial_only"
    NONE = "none"


class WaitCause(StrEnum):
    """What a repair waits for."""

    PARTS = "parts"
    REPAIRER = "repairer"


class FaultPart(StrEnum):
    """Whether the fault is in a main part, which has a warranty of its own."""

    WHOLE = "whole"
    MAIN = "main"


class RollRule(StrEnum):
    """Which last days move to the day after a rest."""

    REST_DAY = "rest_day"
    HOLIDAY = "holiday"
    NONE = "none"


class Remedy(StrEnum):
    """What a rule grants."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    EXCHANGE_OTHER_MODEL = "exchange_other_model"
    REFUND_WITH_DEPRECIATION = "refund_with_depreciation"
    REPAIR = "repair"
    PAID_REPAIR = "paid_repair"
    COMPENSATION = "compensation"


class VerdictWord(StrEnum):
    """The strongest thing a clerk may grant."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    REFUSE = "refuse"
    REFER = "refer"


class RefundStatus(StrEnum):
    """Where a refund stands; ``settled`` and ``failed`` are final."""

    REQUESTED = "requested"
    AUTHORISED = "authorised"
    SETTLED = "settled"
    FAILED = "failed"


class DeductionKind(StrEnum):
    """What lowers a refund."""

    GIFT = "gift"
    DEPRECIATION = "depreciation"
    FREIGHT = "freight"


class CompensationStatus(StrEnum):
    """Where a compensation stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


class FollowUpKind(StrEnum):
    """Why the store calls back."""

    AFTER_SERVICE = "after_service"
    CARE = "care"
    SURVEY = "survey"
    PROMISE = "promise"
    MAINTENANCE = "maintenance"


class FollowUpStatus(StrEnum):
    """Where a call-back stands."""

    SCHEDULED = "scheduled"
    DUE = "due"
    DONE = "done"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class ContactResult(StrEnum):
    """How one attempt to reach the customer ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


class SurveyMode(StrEnum):
    """How a questionnaire was answered."""

    PHONE = "phone"
    PAPER = "paper"
    ONLINE = "online"
    COUNTER = "counter"


class SurveyStatus(StrEnum):
    """Where an invitation to answer stands."""

    INVITED = "invited"
    ANSWERED = "answered"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    VOIDED = "voided"


class PolicyStatus(StrEnum):
    """Where a policy version stands; one is effective per code, scope and day."""

    DRAFT = "draft"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class CalendarDay(StrEnum):
    """How one date differs from the weekly windows."""

    CLOSED = "closed"
    SPECIAL_HOURS = "special_hours"
    EXTRA_WORKDAY = "extra_workday"


class ImportKind(StrEnum):
    """What a file to import holds."""

    RECEIPTS = "receipts"
    PRODUCTS = "products"
    CUSTOMERS = "customers"
    STAFF = "staff"
    COMPLAINTS = "complaints"


class ReceiptProfile(StrEnum):
    """Whose columns a file of receipts has."""

    NATIVE = "native"
    ONLINE_RETAIL = "online-retail"


class ComplaintProfile(StrEnum):
    """Whose columns a file of complaints has."""

    NYC_MEDIATED = "nyc-mediated"


ImportProfile = ReceiptProfile | ComplaintProfile

PROFILES: Final[Mapping[ImportKind, tuple[ImportProfile, ...]]] = MappingProxyType(
    {
        ImportKind.RECEIPTS: tuple(ReceiptProfile),
        ImportKind.COMPLAINTS: tuple(ComplaintProfile),
    }
)
"""Whose columns files of a kind may have; a file of any other kind has ours."""


class ImportStatus(StrEnum):
    """Where an import stands; a ``running`` one is continued where it stopped."""

    RUNNING = "running"
    DONE = "done"


class RejectCode(StrEnum):
    """Why a row was not taken in."""

    MISSING_FIELD = "missing_field"
    BAD_DATE = "bad_date"
    BAD_NUMBER = "bad_number"
    BAD_BARCODE = "bad_barcode"
    BAD_PHONE = "bad_phone"
    BAD_VALUE = "bad_value"
    UNKNOWN_REFERENCE = "unknown_reference"
    DUPLICATE_KEY = "duplicate_key"
    TOO_LONG = "too_long"
    BAD_ENCODING = "bad_encoding"
    SHIFTED_COLUMNS = "shifted_columns"
    NO_CUSTOMER = "no_customer"
    NO_SALE_FOUND = "no_sale_found"
    EXCEEDS_SOLD = "exceeds_sold"
    STOCK_CORRECTION = "stock_correction"
    ADJUSTMENT = "adjustment"


class ExportStatus(StrEnum):
    """Where a batch stands; the next one starts at the last ``verified`` one."""

    PLANNED = "planned"
    RUNNING = "running"
    WRITTEN = "written"
    VERIFIED = "verified"
    FAILED = "failed"


class PersonalData(StrEnum):
    """How much of a person leaves the store in a batch."""

    FULL = "full"
    MASKED = "masked"
    PSEUDONYMOUS = "pseudonymous"


class ClockUnit(StrEnum):
    """What a clock's target is counted in."""

    WORKING_MINUTES = "working_minutes"
    ELAPSED_HOURS = "elapsed_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
