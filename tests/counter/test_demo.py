from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from counter import demo, language, lookup, return_reading
from counter.demo import DEMO_PEOPLE, write_receipts
from counter.desk import Actor, ReadingDesk
from counter.doctor import examine
from counter.importing import import_file
from counter.places import Places
from counter.return_check import check_policy
from counter.rules import lifecycle
from counter.rules.goods import goods_category
from counter.settings import load_settings
from counter.shop import Shop, open_shop
from counter.signin import sign_in
from data.demo import MadeShop, OpeningHours, check_digit
from data.reading import instant, maybe_day, maybe_instant, stored_instant
from models.terms import (
    OPEN_RETURNS,
    CategoryFlag,
    ComplaintStatus,
    CrisisStep,
    GoodsCategory,
    ImportKind,
    ReturnMode,
    ReturnStatus,
    Role,
    TicketAction,
    TicketKind,
    TicketStatus,
)
from tests.premises import Clock, rows

LANGUAGES = ("en", "zh_CN")
TODAY = date(2026, 3, 11)
UNTIL = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
"""Half past three on that Wednesday in Shanghai, half past seven in London."""


def made_shop(spoken: str, seed: int = 1, until: datetime = UNTIL) -> MadeShop:
    return MadeShop(spoken, seed=seed, until=until)


def whole(made: MadeShop) -> list[object]:
    """Everything that a made-up shop holds."""
    goods: list[object] = [*made.products, *made.customers]
    return [made.site, *goods, *made.tickets(80), *made.receipts(80), *made.claims()]


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The active language, one after the other; the catalogue is not needed for it."""
    name = str(request.param)
    monkeypatch.setattr(language, "active", lambda: name)
    return name


@pytest.fixture(scope="module", params=LANGUAGES)
def furnished(request: pytest.FixtureRequest) -> Iterator[Places]:
    """A demo shop in each language, made once; tests change no tickets in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "active", lambda: request.param)
        with demo.throw_away_shop(today=TODAY) as places:
            yield places


@pytest.fixture
def demo_shop(furnished: Places) -> Iterator[Shop]:
    """The demo shop, open on the afternoon of its day."""
    clock = Clock(datetime(2026, 3, 11, 16, 0, tzinfo=UTC))
    shop = open_shop(furnished, load_settings(furnished), clock=clock)
    yield shop
    shop.close()


def asked(shop: Shop, sql: str) -> Any:
    """The first column of the first row."""
    return rows(shop, sql)[0][0]


# --- what is made up ------------------------------------------------------------------------


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_seed_and_a_moment_always_make_the_same_shop(spoken: str) -> None:
    assert whole(made_shop(spoken)) == whole(made_shop(spoken))


def test_another_seed_makes_another_shop() -> None:
    one, other = made_shop("en"), made_shop("en", seed=2)

    assert one.customers != other.customers
    assert list(one.tickets(20)) != list(other.tickets(20))
    assert list(one.receipts(20)) != list(other.receipts(20))
    assert list(one.claims()) != list(other.claims())


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_product_has_a_number_of_its_own_and_a_sound_barcode(spoken: str) -> None:
    products = made_shop(spoken).products

    assert len(products) >= 120
    for codes in ([product.sku for product in products], [item.barcode for item in products]):
        assert len(set(codes)) == len(codes)
    for product in products:
        assert len(product.barcode) == 13
        assert check_digit(product.barcode[:-1]) == int(product.barcode[-1])
        assert product.barcode.startswith("0" if product.category == "imported" else "69")


@pytest.mark.parametrize(("digits", "last"), [("400638133393", 1), ("03600029145", 2)])
def test_check_digits_are_those_of_known_barcodes(digits: str, last: int) -> None:
    assert check_digit(digits) == last


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_text_is_said_in_the_shop_s_language(spoken: str) -> None:
    for ticket in made_shop(spoken).tickets(120):
        said = [ticket.summary, ticket.body, *(step.text for step in ticket.steps)]
        assert ticket.summary
        assert not [text for text in said if "{" in text]
        if spoken == "en":
            assert "".join(said).isascii()


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_what_is_said_about_returns_is_said_in_the_shop_s_language(spoken: str) -> None:
    for claim in made_shop(spoken).claims():
        said = "".join([claim.ticket.body, *(step.text for step in claim.ticket.steps)])
        assert not said or said.isascii() == (spoken == "en")


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_telephone_numbers_belong_to_nobody(spoken: str) -> None:
    for customer in made_shop(spoken).customers:
        number = (customer.phone or "").replace(" ", "")
        if spoken == "en":
            assert not number or (number.startswith("07700900") and len(number) == 11)
        else:
            assert not number or (number[:3] in ("154", "163", "164", "168") and len(number) == 11)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_nothing_happens_at_night_or_after_the_present(spoken: str) -> None:
    made = made_shop(spoken)
    opens, closes = ("08:30", "21:00") if spoken == "zh_CN" else ("08:30", "20:00")
    tickets = [*made.tickets(80), *(claim.ticket for claim in made.claims())]
    moments = [
        *(receipt.sold_at for receipt in made.receipts(80)),
        *(ticket.opened_at for ticket in tickets),
        *(step.at for step in chain.from_iterable(ticket.steps for ticket in tickets)),
    ]

    assert max(moments) <= UNTIL
    for moment in moments:
        assert opens <= f"{moment.astimezone(ZoneInfo(made.site.zone)):%H:%M}" <= closes


def test_a_ticket_is_about_goods_that_were_bought_before() -> None:
    made = made_shop("en")
    tickets = [*made.tickets(80), *(claim.ticket for claim in made.claims())]
    about_goods = [ticket for ticket in tickets if ticket.receipt]

    assert len(about_goods) > 40
    for ticket in about_goods:
        assert ticket.receipt is not None
        assert ticket.receipt.sold_at < ticket.opened_at
        assert ticket.receipt.customer == ticket.customer


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_tenders_add_up_to_the_lines(spoken: str) -> None:
    receipts = list(made_shop(spoken).receipts(200))

    assert len({receipt.receipt_no for receipt in receipts}) == len(receipts)
    assert {len(receipt.tenders) for receipt in receipts} == {1, 2}
    for receipt in receipts:
        total = sum(line.total_minor for line in receipt.lines)
        assert sum(amount for _, amount in receipt.tenders) == total


def test_the_opening_clock_stands_still_while_the_shop_is_closed() -> None:
    zone = ZoneInfo("Europe/London")
    hours = OpeningHours(zone, ("08:30", "20:00"), ("10:00", "16:00"))
    saturday_evening = datetime(2026, 3, 28, 19, 59, tzinfo=zone)
    sunday_morning = datetime(2026, 3, 29, 10, 1, tzinfo=zone)  # summer time began that night

    place = hours.place(saturday_evening)

    assert hours.at(place) == saturday_evening
    assert hours.at(place + 2) == sunday_morning
    assert hours.place(sunday_morning - timedelta(hours=5)) == place + 1


# --- the store that is made of it -----------------------------------------------------------


def test_the_demo_shop_passes_every_examination(demo_shop: Shop) -> None:
    assert examine(demo_shop, demo_shop.system).healthy


def test_it_speaks_the_language_it_was_made_in(demo_shop: Shop) -> None:
    english = demo_shop.settings.language == "en"

    assert demo_shop.site.name == ("Maple Street" if english else "枫街店")
    assert demo_shop.site.currency == ("GBP" if english else "CNY")
    assert asked(demo_shop, "SELECT jurisdiction FROM site") == ("GB" if english else "CN")


def test_everybody_signs_in_with_the_pin_that_is_said(demo_shop: Shop) -> None:
    for person in DEMO_PEOPLE:
        actor = sign_in(demo_shop, person.login, person.pin)
        assert isinstance(actor, Actor)
        assert (actor.login, actor.role) == (person.login, person.role)


def test_the_people_are_called_as_in_the_shop(spoken: str) -> None:
    assert [person.name for person in DEMO_PEOPLE] == [
        person.name for person in made_shop(spoken).people
    ]


def test_there_is_enough_of_everything(demo_shop: Shop) -> None:
    assert asked(demo_shop, "SELECT count(*) FROM customer") == 60
    assert asked(demo_shop, "SELECT count(*) FROM membership_account WHERE tier <> 'none'") > 10
    assert asked(demo_shop, "SELECT count(*) FROM customer WHERE care_flags <> '[]'") > 3
    assert asked(demo_shop, "SELECT count(*) FROM receipt") >= 300
    assert asked(demo_shop, "SELECT count(*) FROM receipt_line WHERE serial_no IS NOT NULL") > 50
    assert asked(demo_shop, "SELECT count(*) FROM receipt_line WHERE qty_milli % 1000 > 0") > 50
    returns = asked(demo_shop, "SELECT count(*) FROM return_case")
    followers = asked(demo_shop, "SELECT count(*) FROM ticket WHERE parent_id IS NOT NULL")
    going_on = len(list(made_shop("en").cases()))
    assert returns > 20
    told = demo.TICKETS + going_on
    assert asked(demo_shop, "SELECT count(*) FROM ticket") == told + returns + followers


def test_tickets_of_every_kind_and_state_are_there(demo_shop: Shop) -> None:
    kinds = {row[0] for row in rows(demo_shop, "SELECT DISTINCT kind FROM ticket")}
    states = {row[0] for row in rows(demo_shop, "SELECT DISTINCT status FROM ticket")}
    events = {row[0] for row in rows(demo_shop, "SELECT DISTINCT kind FROM ticket_event")}

    assert kinds == set(TicketKind)
    assert states == set(TicketStatus) - {TicketStatus.MERGED}
    by_hand = {TicketAction.MERGE, TicketAction.CORRECT, TicketAction.UNDO, TicketAction.ATTACH}
    by_hand |= {TicketAction.WAKE, TicketAction.DETAIL, TicketAction.ABSORB, TicketAction.RETARGET}
    assert events == set(TicketAction) - by_hand - {TicketAction.REFUSE_COMPENSATION}


def test_every_ticket_about_a_return_is_a_case_that_the_rules_judged(demo_shop: Shop) -> None:
    without = """
        SELECT t.no FROM ticket t LEFT JOIN return_case c ON c.ticket_id = t.id
        WHERE (t.kind = 'return') <> (c.id IS NOT NULL)
    """
    undecided = """
        SELECT x.id FROM return_line x
        WHERE NOT EXISTS (SELECT 1 FROM eligibility_decision d WHERE d.return_line_id = x.id)
    """

    assert rows(demo_shop, without) == rows(demo_shop, undecided) == []


def steps_waited_for(shop: Shop) -> list[tuple[ReturnStatus, ReturnMode, TicketAction | None]]:
    """Where every open case stands, how its goods come, and what it waits for."""
    with shop.reading(shop.system) as desk:
        numbers = desk.reader.all(
            "SELECT t.no FROM return_case c JOIN ticket t ON t.id = c.ticket_id WHERE c.working"
        )
        cases = [return_reading.case(desk, no) for (no,) in numbers]
    return [(case.status, case.mode, return_reading.next_step(case)) for case in cases]


def test_returns_wait_for_every_kind_of_work(demo_shop: Shop) -> None:
    waiting = steps_waited_for(demo_shop)

    status, mode, step = ReturnStatus, ReturnMode, TicketAction
    assert waiting.count((status.REFERRED, mode.COUNTER, step.APPROVE)) >= 3
    for one in (
        (status.SUBMITTED, mode.COUNTER, step.APPROVE),
        (status.APPROVED, mode.MAIL, step.RECEIVE),
        (status.APPROVED, mode.PICKUP, step.RECEIVE),
        (status.RECEIVED, mode.MAIL, step.REFUND),
        (status.REFUND_PENDING, mode.PICKUP, step.AUTHORISE),
    ):
        assert waiting.count(one) == 1
    assert (
        waiting.count((status.REFUND_PENDING, mode.COUNTER, step.SETTLE)) == 2
    )  # one of them late


def test_complaints_of_every_state_are_going_on(demo_shop: Shop) -> None:
    found = {row[0] for row in rows(demo_shop, "SELECT DISTINCT status FROM complaint")}

    assert found == set(ComplaintStatus)


def test_one_matter_of_health_has_half_of_its_checklist_done(demo_shop: Shop) -> None:
    done = rows(
        demo_shop,
        "SELECT c.checklist FROM complaint AS c JOIN ticket AS t ON t.id = c.ticket_id "
        "WHERE c.severity = 'health' AND t.priority = 'P1' AND t.working",
    )

    assert len(done) == 1
    assert 0 < len(json.loads(done[0][0])) < len(CrisisStep)


def test_all_sorts_of_clocks_are_late_and_one_complaint_waits(demo_shop: Shop) -> None:
    now = stored_instant(demo_shop.clock())
    late = {
        row[0]
        for row in rows(
            demo_shop, f"SELECT DISTINCT kind FROM clock WHERE open AND due_at < '{now}'"
        )
    }
    waiting = rows(
        demo_shop,
        "SELECT c.id FROM complaint AS c JOIN ticket AS t ON t.id = c.ticket_id "
        "WHERE t.status = 'waiting_customer'",
    )

    assert late >= {"first_response", "resolution", "refund", "hand_over", "call_back"}
    assert waiting


def test_every_level_that_was_reached_is_written(demo_shop: Shop) -> None:
    latest = asked(demo_shop, "SELECT max(at) FROM ticket_event")

    assert rows(demo_shop, f"SELECT id FROM clock WHERE next_level_at <= '{latest}'") == []


def test_a_refund_above_the_limit_waits_for_the_supervisor(demo_shop: Shop) -> None:
    waiting = rows(demo_shop, "SELECT amount_minor FROM refund WHERE status = 'requested'")

    with demo_shop.reading(demo_shop.system) as desk:
        limit = check_policy(desk).policy.clerk_refund_limit_minor
    assert limit is not None
    assert len(waiting) == 1
    assert waiting[0][0] > limit


def test_returns_ended_in_every_way(demo_shop: Shop) -> None:
    ended = {row[0] for row in rows(demo_shop, "SELECT status FROM return_case WHERE NOT working")}
    exchanged = rows(demo_shop, "SELECT 1 FROM serial_unit WHERE exchanged_to_id IS NOT NULL")
    refunds = asked(demo_shop, "SELECT count(*) FROM refund WHERE status = 'settled'")
    several = "SELECT count(*) FROM return_line GROUP BY return_case_id HAVING count(*) > 1"

    assert ended == set(ReturnStatus) - set(OPEN_RETURNS) - {ReturnStatus.REFUNDED}
    assert exchanged
    assert refunds >= 8
    assert rows(demo_shop, several)


def test_the_goods_lead_to_every_track_of_the_rules(demo_shop: Shop) -> None:
    found = rows(
        demo_shop,
        "SELECT DISTINCT c.code, c.flags, p.serialised FROM product p "
        "JOIN category c ON c.id = p.category_id",
    )
    categories = {
        goods_category(code, [CategoryFlag(flag) for flag in json.loads(flags)], bool(serialised))
        for code, flags, serialised in found
    }

    assert categories >= {
        GoodsCategory.PHONE,
        GoodsCategory.APPLIANCE,
        GoodsCategory.FRESH_FOOD,
        GoodsCategory.PACKAGED_FOOD,
        GoodsCategory.CLOTHING,
        GoodsCategory.COSMETICS,
        GoodsCategory.GENERAL,
    }


def test_some_work_is_nobody_s_and_some_woke_up(demo_shop: Shop) -> None:
    supervisor = Actor(1, "101", "", Role.SUPERVISOR)
    with demo_shop.reading(supervisor) as desk:
        numbers = lookup.day_numbers(desk)

    assert numbers.unowned > 0
    assert numbers.waiting_woken > 0
    assert numbers.working > 10


_CACHED = (
    "status working priority wake_on outcome cause liability customer_informed "
    "first_response_at resolved_at closed_at department"
).split()
_NAMED = {
    "owner": "SELECT login FROM staff WHERE id = t.owner_id",
    "customer": "SELECT uid FROM customer WHERE id = t.customer_id",
    "receipt": "SELECT uid FROM receipt WHERE id = t.receipt_id",
    "receipt_line": "SELECT uid FROM receipt_line WHERE id = t.receipt_line_id",
}


def folded(desk: ReadingDesk, ticket_id: int) -> dict[str, Any]:
    events = desk.reader.all(
        "SELECT kind, at, to_status, payload FROM ticket_event "
        "WHERE ticket_id = :id ORDER BY event_no",
        id=ticket_id,
    )
    return lifecycle.fold(
        lifecycle.Event(TicketAction(kind), instant(at), TicketStatus(status), json.loads(payload))
        for kind, at, status, payload in events
    )


def test_every_ticket_is_what_its_events_add_up_to(demo_shop: Shop) -> None:
    names = [*_CACHED, *_NAMED]
    columns = ", ".join([*(f"t.{name}" for name in _CACHED), *(f"({q})" for q in _NAMED.values())])
    read = dict.fromkeys(("first_response_at", "resolved_at", "closed_at"), maybe_instant)
    with demo_shop.reading(demo_shop.system) as desk:
        for ticket_id, *values in desk.reader.all(f"SELECT t.id, {columns} FROM ticket t"):
            kept = dict(zip(names, values, strict=True))
            kept |= {name: reader(kept[name]) for name, reader in read.items()}
            kept["wake_on"] = maybe_day(kept["wake_on"])
            assert kept == dict.fromkeys(names) | folded(desk, ticket_id)


def test_made_up_people_and_tickets_are_found(demo_shop: Shop) -> None:
    customer = made_shop(str(demo_shop.settings.language)).customers[0]
    number, words = rows(demo_shop, "SELECT no, summary FROM ticket ORDER BY id DESC LIMIT 1")[0]
    with demo_shop.reading(demo_shop.system) as desk:
        by_phone = lookup.find(desk, (customer.phone or "")[-4:])
        by_name = lookup.find(desk, customer.name)
        by_words = lookup.find(desk, words)

    assert customer.name in [hit.text for hit in by_phone]
    assert customer.name in [hit.text for hit in by_name]
    assert number in [hit.ref for hit in by_words]


def test_nothing_is_left_when_the_block_ends(spoken: str) -> None:
    homes: list[Path] = []

    def opened_and_failed() -> None:
        with demo.throw_away_shop(today=TODAY) as places:
            homes.append(places.home)
            raise RuntimeError(places.store.path.exists())

    with pytest.raises(RuntimeError, match="True"):
        opened_and_failed()
    assert not homes[0].exists()


# --- the till's sample file -----------------------------------------------------------------


def test_the_sample_file_shows_everything_a_till_may_say(spoken: str, tmp_path: Path) -> None:
    path = tmp_path / "receipts.csv"

    assert write_receipts(path, today=TODAY) == 600

    assert path.read_bytes().count(b"\r\n") == 601
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0]) == demo.COLUMNS
    assert [line for line in lines if line["barcode"].startswith("0")]
    assert [line for line in lines if "." in line["qty"]]
    assert [line for line in lines if line["serial_no"]]
    assert [line for line in lines if line["customer_ref"] and line["customer_phone"]]
    assert [line for line in lines if int(line["unit_paid_minor"]) < int(line["list_minor"])]
    assert [line for line in lines if line["channel"] == "online" and line["received_on"]]
    paid = {(line["receipt_no"], line["tender_method"], line["tender_minor"]) for line in lines}
    assert len(paid) > len({line["receipt_no"] for line in lines})


def test_the_sample_file_is_always_the_same(spoken: str, tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    for path in (one, other):
        write_receipts(path, lines=50, today=TODAY)

    assert one.read_bytes() == other.read_bytes()


def test_the_sample_file_is_taken_in_without_a_reject(
    spoken: str, shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "receipts.csv"
    write_receipts(path, lines=200, today=TODAY)

    summary = import_file(shop, shop.system, ImportKind.RECEIPTS, path)

    assert (summary.accepted, summary.rejected, summary.reasons) == (200, 0, {})


def test_the_demo_shop_takes_the_sample_file_in_as_new_sales(
    furnished: Places, tmp_path: Path
) -> None:
    path = tmp_path / "receipts.csv"
    with pytest.MonkeyPatch.context() as patch:
        settings = load_settings(furnished)
        patch.setattr(language, "active", lambda: settings.language)
        write_receipts(path, lines=100, today=TODAY)
        with demo.throw_away_shop(today=TODAY) as places:
            shop = open_shop(places, load_settings(places))
            before = asked(shop, "SELECT count(*) FROM receipt_line")
            goods = asked(shop, "SELECT count(*) FROM product")
            import_file(shop, shop.system, ImportKind.RECEIPTS, path)
            after = asked(shop, "SELECT count(*) FROM receipt_line")
            assert (after - before, asked(shop, "SELECT count(*) FROM product")) == (100, goods)
            shop.close()
