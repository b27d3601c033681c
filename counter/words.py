"""The words for terms on a screen: every enumeration of ``models.terms``, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from counter.language import _, listed, pgettext
from models import terms
from models.messages import NP_
from models.people import SYSTEM

_WORDS: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {
    terms.Role: {
        terms.Role.CLERK: NP_("Role", "clerk"),
        terms.Role.TECHNICIAN: NP_("Role", "technician"),
        terms.Role.SUPERVISOR: NP_("Role", "supervisor"),
        terms.Role.ADMIN: NP_("Role", "admin"),
        terms.Role.AUDITOR: NP_("Role", "auditor"),
    },
    terms.CareFlag: {
        terms.CareFlag.ELDERLY: NP_("CareFlag", "elderly"),
        terms.CareFlag.DISABILITY: NP_("CareFlag", "disability"),
        terms.CareFlag.LANGUAGE: NP_("CareFlag", "language"),
        terms.CareFlag.HEARING: NP_("CareFlag", "hearing"),
    },
    terms.Tier: {
        terms.Tier.NONE: NP_("Tier", "none"),
        terms.Tier.SILVER: NP_("Tier", "silver"),
        terms.Tier.GOLD: NP_("Tier", "gold"),
        terms.Tier.DIAMOND: NP_("Tier", "diamond"),
    },
    terms.SaleChannel: {
        terms.SaleChannel.STORE: NP_("SaleChannel", "shop"),
        terms.SaleChannel.ONLINE: NP_("SaleChannel", "online"),
        terms.SaleChannel.PHONE_ORDER: NP_("SaleChannel", "phone order"),
        terms.SaleChannel.TV_SHOPPING: NP_("SaleChannel", "TV shopping"),
        terms.SaleChannel.MAIL: NP_("SaleChannel", "mail order"),
    },
    terms.TenderMethod: {
        terms.TenderMethod.CASH: NP_("TenderMethod", "cash"),
        terms.TenderMethod.CARD: NP_("TenderMethod", "card"),
        terms.TenderMethod.WECHAT: NP_("TenderMethod", "WeChat"),
        terms.TenderMethod.ALIPAY: NP_("TenderMethod", "Alipay"),
        terms.TenderMethod.GIFT_CARD: NP_("TenderMethod", "gift card"),
        terms.TenderMethod.POINTS: NP_("TenderMethod", "points"),
        terms.TenderMethod.MIXED: NP_("TenderMethod", "mixed"),
    },
    terms.TicketKind: {
        terms.TicketKind.INQUIRY: NP_("TicketKind", "inquiry"),
        terms.TicketKind.COMPLAINT: NP_("TicketKind", "complaint"),
        terms.TicketKind.SUGGESTION: NP_("TicketKind", "suggestion"),
        terms.TicketKind.RETURN: NP_("TicketKind", "return"),
        terms.TicketKind.REPAIR: NP_("TicketKind", "repair"),
        terms.TicketKind.DELIVERY: NP_("TicketKind", "delivery"),
        terms.TicketKind.CRISIS: NP_("TicketKind", "crisis"),
    },
    terms.TicketChannel: {
        terms.TicketChannel.COUNTER: NP_("TicketChannel", "at the counter"),
        terms.TicketChannel.PHONE: NP_("TicketChannel", "telephone"),
        terms.TicketChannel.ONLINE: NP_("TicketChannel", "online"),
        terms.TicketChannel.MAIL: NP_("TicketChannel", "letter or e-mail"),
        terms.TicketChannel.CHAT: NP_("TicketChannel", "chat"),
        terms.TicketChannel.AUTHORITY: NP_("TicketChannel", "authority"),
        terms.TicketChannel.BOX: NP_("TicketChannel", "suggestion box"),
    },
    terms.Priority: {
        terms.Priority.P1: NP_("Priority", "P1"),
        terms.Priority.P2: NP_("Priority", "P2"),
        terms.Priority.P3: NP_("Priority", "P3"),
        terms.Priority.P4: NP_("Priority", "P4"),
    },
    terms.TicketStatus: {
        terms.TicketStatus.NEW: NP_("TicketStatus", "new"),
        terms.TicketStatus.OPEN: NP_("TicketStatus", "open"),
        terms.TicketStatus.WAITING_CUSTOMER: NP_("TicketStatus", "awaits reply"),
        terms.TicketStatus.WAITING_THIRD_PARTY: NP_("TicketStatus", "sent out"),
        terms.TicketStatus.RESOLVED: NP_("TicketStatus", "resolved"),
        terms.TicketStatus.CLOSED: NP_("TicketStatus", "closed"),
        terms.TicketStatus.MERGED: NP_("TicketStatus", "merged"),
        terms.TicketStatus.CANCELLED: NP_("TicketStatus", "cancelled"),
    },
    terms.TicketAction: {
        terms.TicketAction.CREATE: NP_("TicketAction", "opened"),
        terms.TicketAction.TAKE: NP_("TicketAction", "taken"),
        terms.TicketAction.ASSIGN: NP_("TicketAction", "assigned"),
        terms.TicketAction.NOTE: NP_("TicketAction", "note"),
        terms.TicketAction.ASK_CUSTOMER: NP_("TicketAction", "customer asked"),
        terms.TicketAction.ANSWER: NP_("TicketAction", "customer answered"),
        terms.TicketAction.SEND_OUT: NP_("TicketAction", "sent out"),
        terms.TicketAction.BACK: NP_("TicketAction", "came back"),
        terms.TicketAction.RESOLVE: NP_("TicketAction", "resolved"),
        terms.TicketAction.CLOSE: NP_("TicketAction", "closed"),
        terms.TicketAction.REOPEN: NP_("TicketAction", "reopened"),
        terms.TicketAction.MERGE: NP_("TicketAction", "merged"),
        terms.TicketAction.CANCEL: NP_("TicketAction", "cancelled"),
        terms.TicketAction.CORRECT: NP_("TicketAction", "corrected"),
        terms.TicketAction.PRIORITISE: NP_("TicketAction", "priority changed"),
        terms.TicketAction.RESPOND: NP_("TicketAction", "first response"),
        terms.TicketAction.UNDO: NP_("TicketAction", "took back"),
        terms.TicketAction.SUBMIT: NP_("TicketAction", "return submitted"),
        terms.TicketAction.APPROVE: NP_("TicketAction", "return approved"),
        terms.TicketAction.REFUSE: NP_("TicketAction", "return refused"),
        terms.TicketAction.REFER: NP_("TicketAction", "referred to the supervisor"),
        terms.TicketAction.APPEAL: NP_("TicketAction", "appealed against"),
        terms.TicketAction.SHIP: NP_("TicketAction", "parcel on its way"),
        terms.TicketAction.SCHEDULE: NP_("TicketAction", "pick-up agreed"),
        terms.TicketAction.RECEIVE: NP_("TicketAction", "goods taken in"),
        terms.TicketAction.OVERRIDE: NP_("TicketAction", "decided as an exception"),
        terms.TicketAction.REFUND: NP_("TicketAction", "refund worked out"),
        terms.TicketAction.AUTHORISE: NP_("TicketAction", "refund authorised"),
        terms.TicketAction.SETTLE: NP_("TicketAction", "money paid back"),
        terms.TicketAction.FAIL: NP_("TicketAction", "refund failed"),
        terms.TicketAction.EXCHANGE: NP_("TicketAction", "exchanged"),
        terms.TicketAction.REPAIR: NP_("TicketAction", "sent to repair"),
        terms.TicketAction.GIVE_BACK: NP_("TicketAction", "goods given back"),
        terms.TicketAction.WITHDRAW: NP_("TicketAction", "return withdrawn"),
        terms.TicketAction.EXPIRE: NP_("TicketAction", "goods did not come"),
        terms.TicketAction.ATTACH: NP_("TicketAction", "file attached"),
        terms.TicketAction.COMPENSATE: NP_("TicketAction", "compensation proposed"),
        terms.TicketAction.GRANT_COMPENSATION: NP_("TicketAction", "compensation granted"),
        terms.TicketAction.REFUSE_COMPENSATION: NP_("TicketAction", "compensation refused"),
        terms.TicketAction.PAY_COMPENSATION: NP_("TicketAction", "compensation paid"),
        terms.TicketAction.ABSORB: NP_("TicketAction", "another ticket merged into it"),
        terms.TicketAction.DETAIL: NP_("TicketAction", "details noted"),
        terms.TicketAction.INVESTIGATE: NP_("TicketAction", "being looked into"),
        terms.TicketAction.PROPOSE: NP_("TicketAction", "solution proposed"),
        terms.TicketAction.ACCEPT: NP_("TicketAction", "proposal accepted"),
        terms.TicketAction.DISPUTE: NP_("TicketAction", "proposal disputed"),
        terms.TicketAction.MEDIATE: NP_("TicketAction", "sent to mediation"),
        terms.TicketAction.PERFORM: NP_("TicketAction", "done as agreed"),
        terms.TicketAction.ESCALATE: NP_("TicketAction", "escalated"),
        terms.TicketAction.CHECK: NP_("TicketAction", "checklist"),
        terms.TicketAction.LEVEL: NP_("TicketAction", "level reached"),
        terms.TicketAction.WAKE: NP_("TicketAction", "woke up"),
        terms.TicketAction.RETARGET: NP_("TicketAction", "moved to other service targets"),
    },
    terms.ComplaintStatus: {
        terms.ComplaintStatus.REGISTERED: NP_("ComplaintStatus", "registered"),
        terms.ComplaintStatus.ACKNOWLEDGED: NP_("ComplaintStatus", "acknowledged"),
        terms.ComplaintStatus.INVESTIGATING: NP_("ComplaintStatus", "being looked into"),
        terms.ComplaintStatus.PROPOSED: NP_("ComplaintStatus", "proposed"),
        terms.ComplaintStatus.AGREED: NP_("ComplaintStatus", "agreed"),
        terms.ComplaintStatus.PERFORMED: NP_("ComplaintStatus", "performed"),
        terms.ComplaintStatus.ESCALATED: NP_("ComplaintStatus", "disputed"),
        terms.ComplaintStatus.MEDIATION: NP_("ComplaintStatus", "in mediation"),
        terms.ComplaintStatus.CLOSED: NP_("ComplaintStatus", "closed"),
        terms.ComplaintStatus.CLOSED_UNSETTLED: NP_("ComplaintStatus", "closed unsettled"),
    },
    terms.Demand: {
        terms.Demand.REFUND: NP_("Demand", "refund"),
        terms.Demand.EXCHANGE: NP_("Demand", "exchange"),
        terms.Demand.REPAIR: NP_("Demand", "repair"),
        terms.Demand.COMPENSATION: NP_("Demand", "compensation"),
        terms.Demand.APOLOGY: NP_("Demand", "apology"),
        terms.Demand.OTHER: NP_("Demand", "something else"),
    },
    terms.Severity: {
        terms.Severity.NORMAL: NP_("Severity", "normal"),
        terms.Severity.SAFETY: NP_("Severity", "safety"),
        terms.Severity.HEALTH: NP_("Severity", "health"),
        terms.Severity.MEDIA: NP_("Severity", "press"),
        terms.Severity.AUTHORITY: NP_("Severity", "authority"),
    },
    terms.CrisisStep: {
        terms.CrisisStep.STOP_SALE: NP_("CrisisStep", "stop the sale"),
        terms.CrisisStep.ISOLATE_BATCH: NP_("CrisisStep", "set the batch apart"),
        terms.CrisisStep.INFORM_MANAGER: NP_("CrisisStep", "tell the store manager"),
        terms.CrisisStep.CALL_BACK: NP_("CrisisStep", "call the customer back"),
        terms.CrisisStep.INFORM_AUTHORITY: NP_("CrisisStep", "report to the authority"),
    },
    terms.ClockKind: {
        terms.ClockKind.FIRST_RESPONSE: NP_("ClockKind", "first response"),
        terms.ClockKind.RESOLUTION: NP_("ClockKind", "resolution"),
        terms.ClockKind.RETURN_AUDIT: NP_("ClockKind", "return audit"),
        terms.ClockKind.REFUND: NP_("ClockKind", "refund"),
        terms.ClockKind.REFUND_STATUTORY: NP_("ClockKind", "refund by law"),
        terms.ClockKind.REPAIR_PROMISE: NP_("ClockKind", "repair promise"),
        terms.ClockKind.APPOINTMENT: NP_("ClockKind", "appointment"),
        terms.ClockKind.HAND_OVER: NP_("ClockKind", "hand-over"),
        terms.ClockKind.CALL_BACK: NP_("ClockKind", "call-back"),
    },
    terms.ClockState: {
        terms.ClockState.RUNNING: NP_("ClockState", "running"),
        terms.ClockState.PAUSED: NP_("ClockState", "paused"),
        terms.ClockState.MET: NP_("ClockState", "met"),
        terms.ClockState.BREACHED: NP_("ClockState", "breached"),
        terms.ClockState.MERGED: NP_("ClockState", "merged"),
    },
    terms.ClockUnit: {
        terms.ClockUnit.WORKING_MINUTES: NP_("ClockUnit", "working minutes"),
        terms.ClockUnit.ELAPSED_HOURS: NP_("ClockUnit", "elapsed hours"),
        terms.ClockUnit.WORKING_DAYS: NP_("ClockUnit", "working days"),
        terms.ClockUnit.CALENDAR_DAYS: NP_("ClockUnit", "calendar days"),
    },
    terms.ContactResult: {
        terms.ContactResult.REACHED: NP_("ContactResult", "reached"),
        terms.ContactResult.NO_ANSWER: NP_("ContactResult", "no answer"),
        terms.ContactResult.BUSY: NP_("ContactResult", "busy"),
        terms.ContactResult.WRONG_NUMBER: NP_("ContactResult", "wrong number"),
        terms.ContactResult.REFUSED: NP_("ContactResult", "does not want calls"),
    },
    terms.FollowUpStatus: {
        terms.FollowUpStatus.SCHEDULED: NP_("FollowUpStatus", "planned"),
        terms.FollowUpStatus.DUE: NP_("FollowUpStatus", "due"),
        terms.FollowUpStatus.DONE: NP_("FollowUpStatus", "done"),
        terms.FollowUpStatus.UNREACHABLE: NP_("FollowUpStatus", "out of reach"),
        terms.FollowUpStatus.REFUSED: NP_("FollowUpStatus", "not wanted"),
        terms.FollowUpStatus.CANCELLED: NP_("FollowUpStatus", "called off"),
    },
    terms.TicketView: {
        terms.TicketView.WORKING: NP_("TicketView", "open"),
        terms.TicketView.MINE: NP_("TicketView", "mine"),
        terms.TicketView.UNOWNED: NP_("TicketView", "nobody's"),
        terms.TicketView.WAITING: NP_("TicketView", "waiting"),
        terms.TicketView.RESOLVED: NP_("TicketView", "resolved"),
        terms.TicketView.CLOSED: NP_("TicketView", "closed"),
        terms.TicketView.ALL: NP_("TicketView", "all"),
    },
    terms.TicketOrder: {
        terms.TicketOrder.DUE: NP_("TicketOrder", "due first"),
        terms.TicketOrder.URGENT: NP_("TicketOrder", "priority, then age"),
        terms.TicketOrder.OLDEST: NP_("TicketOrder", "oldest first"),
        terms.TicketOrder.NEWEST: NP_("TicketOrder", "newest first"),
    },
    terms.CalendarDay: {
        terms.CalendarDay.CLOSED: NP_("CalendarDay", "closed day"),
        terms.CalendarDay.SPECIAL_HOURS: NP_("CalendarDay", "special hours"),
        terms.CalendarDay.EXTRA_WORKDAY: NP_("CalendarDay", "make-up day"),
    },
    terms.ImportKind: {
        terms.ImportKind.RECEIPTS: NP_("ImportKind", "receipts"),
        terms.ImportKind.PRODUCTS: NP_("ImportKind", "products"),
        terms.ImportKind.CUSTOMERS: NP_("ImportKind", "customers"),
        terms.ImportKind.STAFF: NP_("ImportKind", "staff"),
        terms.ImportKind.COMPLAINTS: NP_("ImportKind", "complaints"),
    },
    terms.ExportStatus: {
        terms.ExportStatus.PLANNED: NP_("ExportStatus", "planned"),
        terms.ExportStatus.RUNNING: NP_("ExportStatus", "running"),
        terms.ExportStatus.WRITTEN: NP_("ExportStatus", "written"),
        terms.ExportStatus.VERIFIED: NP_("ExportStatus", "verified"),
        terms.ExportStatus.FAILED: NP_("ExportStatus", "failed"),
    },
    terms.HitKind: {
        terms.HitKind.TICKET: NP_("HitKind", "ticket"),
        terms.HitKind.RECEIPT: NP_("HitKind", "receipt"),
        terms.HitKind.CUSTOMER: NP_("HitKind", "customer"),
        terms.HitKind.PRODUCT: NP_("HitKind", "product"),
    },
    terms.GoodsCategory: {
        terms.GoodsCategory.GENERAL: NP_("GoodsCategory", "other goods"),
        terms.GoodsCategory.CLOTHING: NP_("GoodsCategory", "clothing"),
        terms.GoodsCategory.SHOES: NP_("GoodsCategory", "shoes"),
        terms.GoodsCategory.COSMETICS: NP_("GoodsCategory", "cosmetics"),
        terms.GoodsCategory.PACKAGED_FOOD: NP_("GoodsCategory", "packaged food"),
        terms.GoodsCategory.NEAR_EXPIRY_FOOD: NP_("GoodsCategory", "food near its expiry"),
        terms.GoodsCategory.FRESH_FOOD: NP_("GoodsCategory", "fresh food"),
        terms.GoodsCategory.CUSTOM_MADE: NP_("GoodsCategory", "custom-made goods"),
        terms.GoodsCategory.DIGITAL: NP_("GoodsCategory", "audio, video and software"),
        terms.GoodsCategory.PERIODICAL: NP_("GoodsCategory", "newspapers and periodicals"),
        terms.GoodsCategory.MEDICINE: NP_("GoodsCategory", "medicine"),
        terms.GoodsCategory.UNDERWEAR: NP_("GoodsCategory", "underwear"),
        terms.GoodsCategory.APPLIANCE: NP_("GoodsCategory", "appliances"),
        terms.GoodsCategory.TV: NP_("GoodsCategory", "televisions"),
        terms.GoodsCategory.PHONE: NP_("GoodsCategory", "phones"),
        terms.GoodsCategory.COMPUTER: NP_("GoodsCategory", "computers"),
    },
    terms.Remedy: {
        terms.Remedy.REFUND: NP_("Remedy", "refund"),
        terms.Remedy.EXCHANGE: NP_("Remedy", "exchange"),
        terms.Remedy.EXCHANGE_OTHER_MODEL: NP_("Remedy", "exchange for another model"),
        terms.Remedy.REFUND_WITH_DEPRECIATION: NP_("Remedy", "refund less depreciation"),
        terms.Remedy.REPAIR: NP_("Remedy", "free repair"),
        terms.Remedy.PAID_REPAIR: NP_("Remedy", "paid repair"),
        terms.Remedy.COMPENSATION: NP_("Remedy", "compensation"),
    },
    terms.VerdictWord: {
        terms.VerdictWord.REFUND: NP_("VerdictWord", "refund"),
        terms.VerdictWord.EXCHANGE: NP_("VerdictWord", "exchange"),
        terms.VerdictWord.REPAIR: NP_("VerdictWord", "repair"),
        terms.VerdictWord.REFUSE: NP_("VerdictWord", "refuse"),
        terms.VerdictWord.REFER: NP_("VerdictWord", "refer to the supervisor"),
    },
    terms.PolicyStatus: {
        terms.PolicyStatus.DRAFT: NP_("PolicyStatus", "draft"),
        terms.PolicyStatus.APPROVED: NP_("PolicyStatus", "approved"),
        terms.PolicyStatus.EFFECTIVE: NP_("PolicyStatus", "in force"),
        terms.PolicyStatus.SUPERSEDED: NP_("PolicyStatus", "superseded"),
        terms.PolicyStatus.WITHDRAWN: NP_("PolicyStatus", "withdrawn"),
    },
    terms.ReturnReason: {
        terms.ReturnReason.NO_REASON: NP_("ReturnReason", "no reason"),
        terms.ReturnReason.QUALITY: NP_("ReturnReason", "fault"),
        terms.ReturnReason.NOT_AS_DESCRIBED: NP_("ReturnReason", "not as described"),
        terms.ReturnReason.WRONG_ITEM: NP_("ReturnReason", "wrong item"),
        terms.ReturnReason.SHORT_QUANTITY: NP_("ReturnReason", "too few delivered"),
        terms.ReturnReason.DELIVERY_DAMAGE: NP_("ReturnReason", "damaged in delivery"),
        terms.ReturnReason.EXPIRED_AT_SALE: NP_("ReturnReason", "past its date when sold"),
        terms.ReturnReason.FOOD_UNSAFE: NP_("ReturnReason", "unsafe food"),
        terms.ReturnReason.LABEL_FLAW: NP_("ReturnReason", "flaw of the label"),
        terms.ReturnReason.COUNTERFEIT: NP_("ReturnReason", "not genuine"),
        terms.ReturnReason.AUTHORITY_FAILED: NP_(
            "ReturnReason", "found unqualified by an authority"
        ),
        terms.ReturnReason.RECALL: NP_("ReturnReason", "recalled"),
    },
    terms.ReturnStatus: {
        terms.ReturnStatus.DRAFT: NP_("ReturnStatus", "draft"),
        terms.ReturnStatus.SUBMITTED: NP_("ReturnStatus", "submitted"),
        terms.ReturnStatus.APPROVED: NP_("ReturnStatus", "approved"),
        terms.ReturnStatus.REFUSED: NP_("ReturnStatus", "refused"),
        terms.ReturnStatus.REFERRED: NP_("ReturnStatus", "with the supervisor"),
        terms.ReturnStatus.RECEIVED: NP_("ReturnStatus", "goods in"),
        terms.ReturnStatus.REFUND_PENDING: NP_("ReturnStatus", "refund under way"),
        terms.ReturnStatus.EXCHANGE_DONE: NP_("ReturnStatus", "exchanged"),
        terms.ReturnStatus.TO_REPAIR: NP_("ReturnStatus", "sent to repair"),
        terms.ReturnStatus.RETURNED_TO_CUSTOMER: NP_("ReturnStatus", "given back"),
        terms.ReturnStatus.REFUNDED: NP_("ReturnStatus", "refunded"),
        terms.ReturnStatus.CLOSED: NP_("ReturnStatus", "refunded and closed"),
        terms.ReturnStatus.EXPIRED: NP_("ReturnStatus", "goods did not come"),
        terms.ReturnStatus.WITHDRAWN: NP_("ReturnStatus", "withdrawn"),
    },
    terms.ReturnMode: {
        terms.ReturnMode.COUNTER: NP_("ReturnMode", "at the counter"),
        terms.ReturnMode.MAIL: NP_("ReturnMode", "by mail"),
        terms.ReturnMode.PICKUP: NP_("ReturnMode", "picked up"),
    },
    terms.FreightPayer: {
        terms.FreightPayer.STORE: NP_("FreightPayer", "the store"),
        terms.FreightPayer.CUSTOMER: NP_("FreightPayer", "the customer"),
    },
    terms.ReturnView: {
        terms.ReturnView.OPEN: NP_("ReturnView", "open"),
        terms.ReturnView.TO_DECIDE: NP_("ReturnView", "to decide"),
        terms.ReturnView.AWAITED: NP_("ReturnView", "goods awaited"),
        terms.ReturnView.TO_SETTLE: NP_("ReturnView", "to settle"),
        terms.ReturnView.ENDED: NP_("ReturnView", "ended"),
    },
    terms.Proof: {
        terms.Proof.RECEIPT: NP_("Proof", "receipt"),
        terms.Proof.INVOICE: NP_("Proof", "invoice"),
        terms.Proof.PAYMENT_RECORD: NP_("Proof", "payment record"),
        terms.Proof.MEMBER_RECORD: NP_("Proof", "member record"),
        terms.Proof.PARCEL_RECORD: NP_("Proof", "parcel record"),
        terms.Proof.SERIAL_ONLY: NP_("Proof", "serial number only"),
        terms.Proof.NONE: NP_("Proof", "none"),
    },
    terms.WaitCause: {
        terms.WaitCause.PARTS: NP_("WaitCause", "parts"),
        terms.WaitCause.REPAIRER: NP_("WaitCause", "the repairer"),
    },
    terms.FaultPart: {
        terms.FaultPart.WHOLE: NP_("FaultPart", "another part"),
        terms.FaultPart.MAIN: NP_("FaultPart", "a main part"),
    },
    terms.RefundStatus: {
        terms.RefundStatus.REQUESTED: NP_("RefundStatus", "awaits a second person"),
        terms.RefundStatus.AUTHORISED: NP_("RefundStatus", "authorised"),
        terms.RefundStatus.SETTLED: NP_("RefundStatus", "paid back"),
        terms.RefundStatus.FAILED: NP_("RefundStatus", "failed"),
    },
    terms.DeductionKind: {
        terms.DeductionKind.GIFT: NP_("DeductionKind", "gift that was kept"),
        terms.DeductionKind.DEPRECIATION: NP_("DeductionKind", "depreciation"),
        terms.DeductionKind.FREIGHT: NP_("DeductionKind", "freight"),
    },
    terms.CompensationStatus: {
        terms.CompensationStatus.PROPOSED: NP_("CompensationStatus", "proposed"),
        terms.CompensationStatus.APPROVED: NP_("CompensationStatus", "granted"),
        terms.CompensationStatus.PAID: NP_("CompensationStatus", "paid"),
        terms.CompensationStatus.REFUSED: NP_("CompensationStatus", "refused"),
    },
    terms.MovementKind: {
        terms.MovementKind.RETURN_IN: NP_("MovementKind", "came in"),
        terms.MovementKind.REPLACEMENT_OUT: NP_("MovementKind", "handed out in exchange"),
        terms.MovementKind.GIVEN_BACK: NP_("MovementKind", "given back"),
    },
    terms.AppointmentStatus: {
        terms.AppointmentStatus.PROPOSED: NP_("AppointmentStatus", "proposed"),
        terms.AppointmentStatus.CONFIRMED: NP_("AppointmentStatus", "agreed"),
        terms.AppointmentStatus.IN_PROGRESS: NP_("AppointmentStatus", "under way"),
        terms.AppointmentStatus.DONE: NP_("AppointmentStatus", "done"),
        terms.AppointmentStatus.NO_ACCESS: NP_("AppointmentStatus", "nobody there"),
        terms.AppointmentStatus.RESCHEDULED: NP_("AppointmentStatus", "put off"),
        terms.AppointmentStatus.CANCELLED: NP_("AppointmentStatus", "cancelled"),
    },
    terms.AppointmentKind: {
        terms.AppointmentKind.DELIVERY: NP_("AppointmentKind", "delivery"),
        terms.AppointmentKind.INSTALLATION: NP_("AppointmentKind", "installation"),
        terms.AppointmentKind.PICKUP: NP_("AppointmentKind", "pick-up"),
        terms.AppointmentKind.HOME_VISIT: NP_("AppointmentKind", "home visit"),
        terms.AppointmentKind.COUNTER: NP_("AppointmentKind", "at the counter"),
    },
    terms.AppointmentResult: {
        terms.AppointmentResult.ON_TIME: NP_("AppointmentResult", "on time"),
        terms.AppointmentResult.LATE: NP_("AppointmentResult", "late"),
        terms.AppointmentResult.WRONG: NP_("AppointmentResult", "wrong goods"),
        terms.AppointmentResult.DAMAGED: NP_("AppointmentResult", "damaged"),
        terms.AppointmentResult.NO_ACCESS: NP_("AppointmentResult", "nobody there"),
    },
    terms.Outcome: {
        terms.Outcome.INFORMED: NP_("Outcome", "informed"),
        terms.Outcome.REFUNDED: NP_("Outcome", "refunded"),
        terms.Outcome.EXCHANGED: NP_("Outcome", "exchanged"),
        terms.Outcome.REPAIRED: NP_("Outcome", "repaired"),
        terms.Outcome.COMPENSATED: NP_("Outcome", "compensated"),
        terms.Outcome.APOLOGISED: NP_("Outcome", "apologised"),
        terms.Outcome.DELIVERED: NP_("Outcome", "delivered"),
        terms.Outcome.REFUSED: NP_("Outcome", "refused"),
        terms.Outcome.NOTED: NP_("Outcome", "noted"),
        terms.Outcome.UNSETTLED: NP_("Outcome", "not settled"),
    },
    terms.Cause: {
        terms.Cause.PRODUCT: NP_("Cause", "product"),
        terms.Cause.SERVICE: NP_("Cause", "service"),
        terms.Cause.DELIVERY: NP_("Cause", "delivery"),
        terms.Cause.PRICE: NP_("Cause", "price"),
        terms.Cause.POLICY: NP_("Cause", "policy"),
        terms.Cause.OTHER: NP_("Cause", "other"),
    },
    terms.Liability: {
        terms.Liability.STORE: NP_("Liability", "store"),
        terms.Liability.SUPPLIER: NP_("Liability", "supplier"),
        terms.Liability.CARRIER: NP_("Liability", "carrier"),
        terms.Liability.MANUFACTURER: NP_("Liability", "manufacturer"),
        terms.Liability.CUSTOMER: NP_("Liability", "customer"),
        terms.Liability.NONE: NP_("Liability", "nobody"),
    },
}


def word(term: object) -> object:
    """The word for a term in the active language; of several, each in quotes.

    A tuple holds terms of which each will do, ``'new' or 'open'``; a list is all of them,
    ``'new', 'open'``.

    Anything that is no term comes back as it is.
    """
    if isinstance(term, tuple):
        return _one_of(term)
    if isinstance(term, list):
        return listed(_quoted(term))
    words = _WORDS.get(type(term)) if isinstance(term, StrEnum) else None
    return pgettext(type(term).__name__, words[str(term)]) if words else term


def _one_of(terms: tuple[object, ...]) -> str:
    """Several terms of which each will do."""
    quoted = _quoted(terms)
    some, last = listed(quoted[:-1]), quoted[-1]
    return _("{some} or {last}").format(some=some, last=last) if some else last


def _quoted(terms: Iterable[object]) -> list[str]:
    return [_("'{word}'").format(word=word(term)) for term in terms]


def label(term: StrEnum) -> str:
    """The word for a term in the active language, as text."""
    return str(word(term))


def person(name: str | None) -> str:
    """The name or the login of who did something; a word where nobody did it but the program."""
    return pgettext("Staff", "system") if name == SYSTEM else name or ""
