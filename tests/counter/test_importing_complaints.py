"""Complaints that New York mediated: what each row becomes, what is rejected, nothing twice."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from counter import lookup, tickets
from counter.cli import app
from counter.commands.exchange import AnyProfile
from counter.desk import Actor
from counter.doctor import examine
from counter.event_words import details
from counter.findings import Severity
from counter.histories import histories
from counter.import_order import ImportOrder
from counter.importing import ImportSummary, import_file
from counter.rules import complaint_case, lifecycle
from counter.shop import Shop
from data.bulk import BulkWriter
from data.importing.nyc_mediated import KNOWN
from data.reading import instant
from models.errors import FileRefused, InvalidInput
from models.terms import (
    PROFILES,
    TICKET_MACHINE,
    ComplaintProfile,
    ImportKind,
    ReceiptProfile,
    TicketAction,
    TicketStatus,
)
from tests.counter.test_importing import INPUT, Till, counts
from tests.faults.judging import assert_whole
from tests.premises import Clock, rows, shop_at

NAMES = (
    "Business Name,Industry,Complaint Type,Mediation Start Date,Mediation Close Date,"
    "Complaint Result,Satisfaction,Restitution,Business Building,Business Street,"
    "Building Address Unit,Business City,Business State,Business Zip,Complainant Zip "
)
OLDER, LATER = f"{NAMES}\n", f"{NAMES},Longitude,Latitude\n"

BILL = (
    '"MRS BPO, L.L.C.",Debt Collection Agency - 122,Billing Dispute - B02,03/23/2016,04/15/2016,'
    "Cash Amount - AMT,Yes,707.00,1704,E TREMONT AVE,APT 32,BRONX,NY,10451,10036"
)
"""A row of which tests change one cell."""


def row(**cells: str) -> str:
    """:data:`BILL` with other cells: respondent, said, opened, closed, ended, satisfied, amount."""
    places = ("respondent", "industry", "said", "opened", "closed", "ended", "satisfied", "amount")
    values = next(csv.reader([BILL]))
    for name, value in cells.items():
        values[places.index(name)] = value
    return ",".join(f'"{value}"' if "," in value else value for value in values)


def table(*lines: str, header: str = OLDER) -> str:
    return header + "".join(f"{line}\n" for line in lines)


class Desk(Till):
    """A shop and a folder that files of complaints come into."""

    def take(self, *lines: str, header: str = OLDER, name: str = "nyc.csv", **how: Any) -> Any:
        return self.take_in(table(*lines, header=header), ImportKind.COMPLAINTS, name, **how)


@pytest.fixture
def desk(shop: Shop, supervisor: Actor, tmp_path: Path) -> Desk:
    folder = tmp_path / "post"
    folder.mkdir()
    return Desk(shop, supervisor, folder)


def cells_of(text: str, column: str, value: str) -> str:
    """A reject file with another value in one column, as a person would mend it."""
    reader = csv.DictReader(text.splitlines())
    names = list(reader.fieldnames or ())
    lines = [names, *([{**one, column: value}[name] for name in names] for one in reader)]
    return "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines) + "\r\n"


# --- what a row becomes ---------------------------------------------------------------------


def test_a_row_becomes_a_closed_complaint_of_an_authority(desk: Desk) -> None:
    assert counts(desk.take(BILL)) == (1, 0, 0, 0)
    assert desk.read(
        "SELECT no, kind, channel, priority, status, working, summary, opened_at, resolved_at, "
        "closed_at, outcome, cause, liability, customer_id, customer_informed, first_response_at, "
        "event_count, s.login FROM ticket t JOIN staff s ON s.id = t.opened_by_id"
    ) == [
        ("C-20160323-0001", "complaint", "authority", "P2", "closed", 0,
         "Billing Dispute - B02: MRS BPO, L.L.C.", "2016-03-23 04:00:00.000000",
         "2016-04-15 04:00:00.000000", "2016-04-15 04:00:00.000000", "compensated", "price", "none",
         None, None, None, 4, "system"),
    ]  # fmt: skip
    assert desk.read(
        "SELECT source, respondent, industry, complaint_class, opened_on, closed_on, ended_as, "
        "satisfied, restitution_minor, currency FROM mediated_complaint"
    ) == [
        ("nyc-mediated", "MRS BPO, L.L.C.", "Debt Collection Agency - 122",
         "Billing Dispute - B02", "2016-03-23", "2016-04-15", "Cash Amount - AMT", 1, 70700, "USD"),
    ]  # fmt: skip


def test_its_steps_are_steps_that_a_ticket_can_take(desk: Desk) -> None:
    desk.take(BILL)
    events = desk.read(
        "SELECT event_no, kind, from_status, to_status, text, payload FROM ticket_event ORDER BY 1"
    )
    assert [(number, kind, text) for number, kind, _, _, text, _ in events] == [
        (1, "create", None), (2, "take", None), (3, "resolve", "Cash Amount - AMT"),
        (4, "close", None),
    ]  # fmt: skip
    assert json.loads(events[0][5]) == {
        "kind": "complaint",
        "priority": "P2",
        "channel": "authority",
        "imported": "nyc-mediated",
        "complaint": {"complaint_class": "price"},
    }
    assert events[0][3] == "new"
    for _, kind, before, after, _, _ in events[1:]:
        assert TICKET_MACHINE[TicketAction(kind)][TicketStatus(before)] == after


@pytest.mark.parametrize(
    ("ended", "satisfied", "outcome", "status"),
    [
        ("Cash Amount - AMT", "Yes", "compensated", "closed"),
        ("Goods Exchanged - GEX", "Yes", "exchanged", "closed"),
        ("Goods Repaired - GRS", "Yes", "repaired", "closed"),
        ("Goods Received - GDR", "Yes", "delivered", "closed"),
        ("Credit Card Refund and/or Contract Cancelled - CRC", "Yes", "refunded", "closed"),
        ("Resolved and Consumer Satisfied - SPF", "Yes", "informed", "closed"),
        ("Complaint Invalid - CIN", "NA", "refused", "closed"),
        ("Consumer Withdrew Complaint - CWC", "NA", "noted", "closed"),
        ("Advised to Sue - ATS", "No", "unsettled", "closed_unsettled"),
        ("Cash Amount - Consumer Restitution from Escrow", "", "compensated", "closed"),
        ("Never Heard Of - NHO", "Yes", "noted", "closed"),
        ("Never Heard Of - NHO", "NA", "unsettled", "closed_unsettled"),
        ("no code at all", "No", "unsettled", "closed_unsettled"),
    ],
)
def test_a_result_comes_to_one_of_our_outcomes(
    desk: Desk, ended: str, satisfied: str, outcome: str, status: str
) -> None:
    assert desk.take(row(ended=ended, satisfied=satisfied)).accepted == 1
    assert desk.read(
        "SELECT t.outcome, c.status, m.ended_as FROM ticket t "
        "JOIN complaint c ON c.ticket_id = t.id JOIN mediated_complaint m ON m.ticket_id = t.id"
    ) == [(outcome, status, ended)]


@pytest.mark.parametrize(
    ("said", "cause", "told"),
    [
        ("Defective Goods - D02", "product", "product"),
        ("Non-Delivery of Goods - N01", "delivery", "delivery"),
        ("Misrepresentation - M01", "other", "other"),
        ("Unlicensed", "other", "other"),
        ("", "other", None),
    ],
)
def test_a_type_comes_to_one_of_our_causes(
    desk: Desk, said: str, cause: str, told: str | None
) -> None:
    desk.take(row(said=said))
    assert desk.read(
        "SELECT t.cause, c.complaint_class FROM ticket t JOIN complaint c ON c.ticket_id = t.id"
    ) == [(cause, told)]


@pytest.mark.parametrize(
    ("cells", "summary"),
    [
        ({"said": ""}, "Debt Collection Agency - 122: MRS BPO, L.L.C."),
        ({"respondent": ""}, "Billing Dispute - B02"),
        ({"respondent": "", "said": "", "industry": ""}, "Cash Amount - AMT"),
    ],
)
def test_what_a_row_leaves_out_is_left_out(desk: Desk, cells: dict[str, str], summary: str) -> None:
    assert desk.take(row(**cells)).accepted == 1
    assert desk.read("SELECT summary FROM ticket") == [(summary,)]


@pytest.mark.parametrize(
    ("satisfied", "kept"), [("Yes", 1), ("No", 0), ("NA", None), ("", None), ("yes", 1)]
)
def test_no_answer_is_neither_yes_nor_no(desk: Desk, satisfied: str, kept: int | None) -> None:
    desk.take(row(satisfied=satisfied))
    assert desk.read("SELECT satisfied FROM mediated_complaint") == [(kept,)]


def test_events_add_up_to_what_is_kept_of_ticket_and_complaint(desk: Desk) -> None:
    desk.take(
        BILL,
        row(said="", ended="Advised to Sue - ATS", satisfied="No", amount="0.00"),
        row(said="Defective Goods - D02", ended="Goods Repaired - GRS"),
    )
    with desk.shop.reading(desk.actor) as reading:
        for history in histories(reading.reader):
            assert history.differences() == []
            assert history.is_counted
            assert history.is_in_order
            said = complaint_case.fold(
                [
                    lifecycle.Event(
                        TicketAction(kind), instant(at), TicketStatus(status), json.loads(payload)
                    )
                    for _, _, at, kind, status, payload in history.events
                ]
            )
            ((kept),) = reading.reader.all(
                "SELECT status, level, proposal, checklist, complaint_class, demand, severity, "
                "amount_claimed_minor, currency, authority_ref, batch_no FROM complaint "
                "WHERE ticket_id = :id",
                id=history.ticket_id,
            )
            assert kept[:3] == (said["status"], said["level"], said["proposal"])
            assert json.loads(kept[3]) == said["checklist"]
            assert kept[4:] == tuple(said[name] for name in complaint_case.DETAILS)
    assert_whole(desk.shop)


def test_no_clock_ever_ran_for_it(desk: Desk) -> None:
    desk.take(BILL)
    assert desk.read("SELECT count(*) FROM clock") == [(0,)]


def test_what_the_file_does_not_say_the_history_does_not_say(desk: Desk) -> None:
    desk.take(BILL)
    with desk.shop.reading(desk.actor) as reading:
        events, zone = lookup.ticket(reading, "C-20160323-0001").events, reading.site.zone
    assert [event.kind for event in events][-1] is TicketAction.CLOSE
    assert details(events[-1], events, zone) == ""


def test_numbers_go_on_behind_those_of_the_day(desk: Desk, clock: Clock) -> None:
    with desk.shop.writing(desk.actor) as writing:
        tickets.open_ticket(writing, tickets.TicketDraft("complaint", "Towel"))
    clock.forward(hours=12)  # now it is that day in New York, too
    desk.take(*[row(opened="03/08/2025", closed="03/08/2025")] * 2, row(opened="04/01/2016"))
    clock.forward(hours=1)
    with desk.shop.writing(desk.actor) as writing:
        tickets.open_ticket(writing, tickets.TicketDraft("complaint", "Towel"))
    assert [no for (no,) in desk.read("SELECT no FROM ticket ORDER BY id")] == [
        "C-20250308-0001", "C-20250308-0002", "C-20250308-0003", "C-20160401-0001",
        "C-20250308-0004",
    ]  # fmt: skip
    assert_whole(desk.shop)


# --- what is rejected -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        (row(opened="2016-03-23"), "bad_date", "Mediation Start Date"),
        (row(opened="23/03/2016"), "bad_date", "Mediation Start Date"),
        (row(closed="02/30/2016"), "bad_date", "Mediation Close Date"),
        (row(closed="03/22/2016"), "bad_date", "Mediation Close Date"),
        (row(closed="03/09/2025"), "bad_date", "Mediation Close Date"),
        (row(opened=""), "missing_field", "Mediation Start Date"),
        (row(closed=" "), "missing_field", "Mediation Close Date"),
        (row(ended=""), "missing_field", "Complaint Result"),
        (row(amount=""), "missing_field", "Restitution"),
        (row(amount="-20.00"), "bad_number", "Restitution"),
        (row(amount="1,469.00"), "bad_number", "Restitution"),
        (row(amount="$20"), "bad_number", "Restitution"),
        (row(satisfied="Perhaps"), "bad_value", "Satisfaction"),
        (row(respondent="X" * 201), "too_long", "Business Name"),
        (row(said="", opened="Billing Dispute - B02"), "shifted_columns", "Mediation Start Date"),
        (
            "CLUB,TRIBECA,Health Spa - 839,,02/13/2019,02/25/2019,Contract Cancelled - CRC,Yes,"
            "728.00,47,MURRAY ST,,NEW YORK,NY,10007",
            "shifted_columns",
            "Complaint Type",
        ),
        (
            "CLUB,TRIBECA,,Other,02/13/2019,02/25/2019,Contract Cancelled,Yes,"
            "728.00,47,MURRAY ST,,NEW YORK,NY,10007",
            "shifted_columns",
            "Complaint Result",
        ),
        (
            "CLUB,Health Spa - 839,02/13/2019,02/25/2019,Contract Cancelled - CRC,Yes,728.00,47,"
            "MURRAY ST,,NEW YORK,NY,10007,10451,",
            "shifted_columns",
            "Complaint Type",
        ),
        (f"{BILL},surplus", "shifted_columns", None),
    ],
)
def test_a_row_is_rejected_with_its_reason_and_its_column(
    desk: Desk, line: str, reason: str, column: str | None
) -> None:
    summary = desk.take(BILL, line)
    assert counts(summary) == (1, 0, 0, 1)
    assert summary.reasons == {reason: 1}
    (rejected,) = desk.rejects(summary)
    assert (rejected["line"], rejected["reason"]) == ("3", reason)
    assert (column or "16 cells") in rejected["message"]
    assert "{" not in rejected["message"]
    assert desk.read("SELECT field FROM reject_row") == [(column,)]


def test_a_file_without_its_columns_is_refused_whole(desk: Desk) -> None:
    with pytest.raises(FileRefused, match="Complaint Result, Restitution"):
        desk.take_in(
            "Business Name,Industry,Complaint Type,Mediation Start Date,Mediation Close Date,"
            "Satisfaction\n",
            ImportKind.COMPLAINTS,
        )


# --- nothing twice --------------------------------------------------------------------------


def test_the_same_rows_are_unchanged_again_and_in_a_file_of_the_other_form(desk: Desk) -> None:
    lines = (BILL, row(amount="1.00"), BILL)
    assert counts(desk.take(*lines)) == (3, 0, 0, 0)
    before = desk.read("SELECT value FROM change_counter")
    assert desk.take(*lines).was_known
    assert counts(desk.take(*lines, again=True)) == (0, 3, 0, 0)
    other = [f"{line},-73.98,40.58" for line in (*reversed(lines), BILL)]
    assert counts(desk.take(*other[:3], header=LATER, name="later.csv")) == (0, 3, 0, 0)
    assert desk.read("SELECT value FROM change_counter") == before
    assert counts(desk.take(*other, header=LATER, name="all.csv")) == (1, 3, 0, 0)
    assert_whole(desk.shop)


def test_rows_that_are_stored_are_looked_up_by_an_index(desk: Desk) -> None:
    writer = BulkWriter(desk.shop.places.store.path)
    plan = writer.connection.execute(f"EXPLAIN QUERY PLAN {KNOWN}", ("nyc-mediated", "[]"))
    steps = [step for *_, step in plan.fetchall()]
    writer.close()
    assert any("SEARCH mediated_complaint USING COVERING INDEX" in step for step in steps)
    assert not any("SCAN mediated_complaint" in step for step in steps)


def test_a_mended_reject_file_comes_in_once(desk: Desk) -> None:
    bad = desk.take(BILL, *[row(closed="soon")] * 2)
    assert counts(bad) == (1, 0, 0, 2)
    text = Path(bad.rejects_file).read_bytes().decode()
    mended = cells_of(text, "Mediation Close Date", "04/16/2016")
    first = desk.take_in(mended, ImportKind.COMPLAINTS, "mended.csv")
    again = desk.take_in(mended, ImportKind.COMPLAINTS, "mended.csv", again=True)
    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 2, 0, 0))
    assert desk.read(
        "SELECT closed_on, count(*) FROM mediated_complaint GROUP BY 1 ORDER BY 1"
    ) == [("2016-04-15", 1), ("2016-04-16", 2)]


def test_a_dry_run_of_complaints_stores_nothing(desk: Desk) -> None:
    before = desk.read("SELECT value FROM change_counter")
    rehearsed = desk.take(BILL, row(closed="soon"), dry_run=True)
    assert counts(rehearsed) == (1, 0, 0, 1)
    assert rehearsed.rejects_file is None
    assert desk.read("SELECT value FROM change_counter") == before
    assert desk.read("SELECT count(*) FROM number_counter") == [(0,)]


CHILD = """
import sys
from pathlib import Path
from counter.importing import import_file
from models.terms import ImportKind
from tests.premises import Clock, shop_at
shop = shop_at(Path(sys.argv[1]), Clock())
tell = lambda done, *_: print(done, flush=True)
import_file(shop, shop.system, ImportKind.COMPLAINTS, Path(sys.argv[2]), progress=tell)
"""


def many(number: int) -> Iterable[str]:
    """Rows of a few days; every seventh is faulty, and every fifth says what others say too."""
    first = datetime(2016, 1, 1, tzinfo=UTC)
    for place in range(number):
        opened = f"{first + timedelta(days=place % 9):%m/%d/%Y}"
        amount = "0.00" if place % 5 == 0 else f"{place}.00"
        yield row(opened=opened, amount=amount, closed="soon" if place % 7 == 0 else "02/01/2016")


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")
def test_a_killed_import_of_complaints_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path, home = tmp_path / "nyc.csv", tmp_path / "home"
    path.write_text(table(*many(1000)), encoding="utf-8")
    shop_at(home, Clock()).close()
    root = Path(__file__).parents[2]
    for steps in (2, 4):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(home), str(path)],
            stdout=subprocess.PIPE,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        ) as child:
            assert child.stdout is not None
            for _ in range(steps):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
            child.wait()
    shop = shop_at(home, Clock())
    ((reached, status),) = rows(shop, "SELECT next_row, status FROM import_batch")
    assert 0 < reached < 1000
    assert status == "running"

    summary = import_file(shop, shop.system, ImportKind.COMPLAINTS, path)

    assert counts(summary) == (857, 0, 0, 143)
    assert rows(shop, "SELECT count(*), count(DISTINCT source_key) FROM mediated_complaint") == [
        (857, 857)
    ]
    assert_whole(shop)
    shop.close()


# --- profiles -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "profile", "said"),
    [
        (ImportKind.COMPLAINTS, ReceiptProfile.NATIVE, "choose from: nyc-mediated"),
        (
            ImportKind.RECEIPTS,
            ComplaintProfile.NYC_MEDIATED,
            "choose from: native, online-retail",
        ),
        (ImportKind.PRODUCTS, ComplaintProfile.NYC_MEDIATED, "have no profile"),
    ],
)
def test_a_profile_of_another_kind_is_said_plainly(
    desk: Desk, kind: ImportKind, profile: Any, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        desk.take_in(table(BILL), kind, profile=profile)
    assert caught.value.field == "profile"
    assert desk.read("SELECT count(*) FROM import_batch") == [(0,)]


def test_the_command_offers_every_profile_of_every_kind() -> None:
    known = [profile for profiles in PROFILES.values() for profile in profiles]
    assert [profile.meant for profile in AnyProfile] == known


def test_an_order_keeps_the_profile_of_complaints(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    told = ImportOrder(
        shop.places,
        supervisor,
        ImportKind.COMPLAINTS,
        tmp_path / "nyc.csv",
        "en",
        profile=ComplaintProfile.NYC_MEDIATED,
    )
    assert ImportOrder.from_line(told.to_line()).profile is ComplaintProfile.NYC_MEDIATED


def test_the_command_takes_complaints_in_and_answers_json(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "nyc.csv"
    path.write_text(table(BILL, row(closed="soon")), encoding="utf-8")
    home = ["--home", str(shop.places.home), "--db", str(shop.places.store.path)]
    words = ["import", "complaints", str(path), "--profile", "nyc-mediated", "--json"]
    result = CliRunner().invoke(app, [*home, *words])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["accepted"], told["rejected"], told["reasons"]) == (1, 1, {"bad_date": 1})
    refused = CliRunner().invoke(app, [*home, *words[:4], "native"])
    assert refused.exit_code == 2
    assert "choose from: nyc-mediated" in refused.output


# --- real files -----------------------------------------------------------------------------

REAL = {
    # accepted, reasons, restitution in cents, satisfied by answer
    "2014_2016": (4491, {"bad_date": 4}, 245_356_600, {None: 662, 0: 1402, 1: 2427}),
    "2018_2020": (
        3038,
        {"bad_date": 6, "shifted_columns": 1},
        97_885_500,
        {None: 644, 0: 961, 1: 1433},
    ),
}
"""Counted apart from this program, with ``csv``, ``datetime.strptime`` and ``Decimal`` alone."""


@pytest.mark.skipif(not INPUT.exists(), reason="the public data set is not here")
def test_the_two_real_files_are_accounted_for_row_by_row(desk: Desk) -> None:
    summaries: list[ImportSummary] = []
    for years, (accepted, reasons, restitution, answers) in REAL.items():
        name = f"nyc_mediated_complaints_{years}.csv"
        path = desk.folder / name
        path.write_bytes((INPUT / name).read_bytes())
        before = desk.read("SELECT coalesce(max(id), 0) FROM mediated_complaint")[0][0]
        summary = import_file(desk.shop, desk.actor, ImportKind.COMPLAINTS, path)
        summaries.append(summary)
        assert counts(summary) == (accepted, 0, 0, sum(reasons.values()))
        assert summary.reasons == reasons
        new = f"FROM mediated_complaint WHERE id > {before}"
        assert desk.read(f"SELECT sum(restitution_minor) {new}") == [(restitution,)]
        told = desk.read(f"SELECT satisfied, count(*) {new} GROUP BY satisfied")
        assert dict(told) == answers
        again = import_file(desk.shop, desk.actor, ImportKind.COMPLAINTS, path, again=True)
        assert counts(again) == (0, accepted, 0, sum(reasons.values()))
    assert sum(one.rows for one in summaries) == 7_540
    assert sum(one.accepted + one.rejected for one in summaries) == 7_540
    shifted = [one for one in desk.rejects(summaries[1]) if one["reason"] == "shifted_columns"]
    assert [(one["line"], one["Business Name"]) for one in shifted] == [("194", "CLUB PILATES")]
    report = examine(desk.shop, desk.shop.system, full=True)
    assert [str(one) for one in report.findings if one.severity is not Severity.OK] == []
