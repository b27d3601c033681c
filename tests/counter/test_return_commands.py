"""``counter return`` and ``counter receipt``: a return's life, typed at the shell.

What the steps do is tested with the operations; here, that each command takes its own, says how
the return stands, asks the second person, and ends in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.commands.session import invocation
from counter.shop import Shop, open_shop
from models.terms import Role
from tests.premises import PIN, Clock, hire, rows, sell, shop_at

NO = "20250303-0117"
"""Line 1 is a rice cooker with a serial number for 299.00, line 2 five towels for 11.80 each."""

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, founded_store: Path, pin_hash: str) -> Path:
    """``sun`` and ``zhou`` are supervisors, ``li`` is a clerk; one receipt was sold."""
    shop = shop_at(tmp_path / "home", Clock(), founded_store)
    for login, role in (("sun", Role.SUPERVISOR), ("zhou", Role.SUPERVISOR), ("li", Role.CLERK)):
        hire(shop, login, role, pin_hash)
    sell(shop)
    shop.close()
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types one command at that counter on 8 March 2025; ``typed`` is standard input."""
    monkeypatch.setenv("COUNTER_HOME", str(home))
    monkeypatch.setattr("counter.shop.open_shop", partial(open_shop, clock=Clock()))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def run(*words: str, typed: str = "") -> Result:
        result = CliRunner().invoke(app, list(words), input=typed)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert result.exit_code != 70, result.output
        return result

    return run


@pytest.fixture
def work(run: Run) -> Run:
    """The same for ``counter return``; ``who`` acts, and ``second`` stands beside."""

    def work(*words: str, who: str = "li", second: str = "", pin: str = PIN) -> Result:
        signed = ["--as", who, "--pin-stdin"]
        typed = f"{PIN}\n"
        if second:
            signed += ["--approve-by", second, "--approve-pin-stdin"]
            typed += f"{pin}\n"
        return run("return", *words, *signed, typed=typed)

    return work


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result, status: int = 1) -> str:
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    assert result.stderr.count("\n") == 1
    return result.stderr


def opened(work: Run, *words: str, **how: str) -> str:
    """The number of a new return of a towel without a reason."""
    words = words or ("2", "-r", "no_reason", "-q", "1")
    no: str = answer(work("new", NO, *words, "--json", **how))["no"]
    return no


# --- from the claim to the money ------------------------------------------------------------


def test_a_refund_is_worked_step_by_step(work: Run) -> None:
    no = opened(work)
    for step, status in (
        ("approve", "approved"),
        ("receive", "received"),
        ("refund", "refund_pending"),
        ("settle", "closed"),
    ):
        head = answer(work(step, no, "--json"))
        assert (head["no"], head["status"], head["remedy"]) == (no, status, "refund")

    shown = answer(work("show", no, "--json"))
    assert [event["kind"] for event in shown["ticket"]["events"]] == [
        "create", "take", "submit", "approve", "receive", "refund", "authorise", "settle",
        "resolve", "close",
    ]  # fmt: skip
    assert shown["lines"][0]["refunds"][0]["amount_minor"] == 1180


def test_each_step_says_how_the_return_stands_and_what_is_typed_next(work: Run) -> None:
    lines = said(work("new", NO, "2", "-r", "no_reason")).splitlines()
    no = lines[0].split()[0]

    assert lines == [f"{no}  submitted  refund", f"next: counter return approve {no}"]
    assert said(work("approve", no)).splitlines()[1] == f"next: counter return receive {no}"
    assert said(work("receive", no)).splitlines()[1] == f"next: counter return refund {no}"
    assert said(work("refund", no)).splitlines()[1] == f"next: counter return settle {no}"
    assert said(work("settle", no)).splitlines() == [f"{no}  refunded and closed  refund"]


@pytest.mark.parametrize(
    ("through", "status"),
    [
        ("approve", "approved"),
        ("receive", "received"),
        ("refund", "refund_pending"),
        ("settle", "closed"),
    ],
)
def test_a_return_is_carried_out_as_far_as_it_is_said(work: Run, through: str, status: str) -> None:
    words = ("new", NO, "2", "-r", "no_reason", "--through", through, "--json")

    assert answer(work(*words))["status"] == status


def test_what_cannot_be_carried_out_leaves_nothing(work: Run, home: Path) -> None:
    told = refused(work("new", NO, "2", "-r", "no_reason", "-s", "resale_ok=false",
                        "--through", "settle"))  # fmt: skip

    assert told.startswith("Not allowed:")
    assert answer(work("list", "--json"))["total"] == 0
    shop = shop_at(home, Clock())
    assert rows(shop, "SELECT count(*) FROM ticket") == [(0,)]
    shop.close()


def test_lines_of_one_receipt_are_one_return_each_with_its_own_answers(work: Run) -> None:
    no = opened(
        work, "1,2", "-r", "no_reason", "-s", "2/quantity=3", "-s", "1/reason=quality", "-s",
        "opened=true",
    )  # fmt: skip
    shown = answer(work("show", no, "--json"))

    assert [
        (line["line_no"], line["reason"], line["requested_milli"]) for line in shown["lines"]
    ] == [(1, "quality", 1000), (2, "no_reason", 3000)]
    assert all(line["decisions"][0]["facts"]["opened"] for line in shown["lines"])


def test_an_exchange_takes_one_command(work: Run) -> None:
    words = ("new", NO, "1", "-r", "quality", "--through", "exchange")
    assert "Scan the serial number" in refused(work(*words), 2)
    head = answer(work(*words, "--new-serial", "SN-2", "--json"))

    assert (head["status"], head["remedy"]) == ("exchange_done", "exchange")
    (line,) = answer(work("show", head["no"], "--json"))["lines"]
    assert [(one["kind"], one["serial_no"]) for one in line["movements"]] == [
        ("return_in", f"SN-{NO}"), ("replacement_out", "SN-2"),
    ]  # fmt: skip


def test_an_exchange_is_worked_step_by_step(work: Run) -> None:
    no = opened(work, "1,2", "-r", "quality", "--remedy", "exchange", "--through", "receive")
    assert "next: counter return exchange" in said(work("show", no))

    head = answer(work("exchange", no, "--new-serial", "1=SN-2", "--json"))
    assert head["status"] == "exchange_done"


def test_goods_go_on_to_a_repair(work: Run) -> None:
    no = opened(work, "1", "-r", "quality", "--remedy", "repair", "--through", "receive")

    assert answer(work("repair", no, "-n", "Lid leaks", "--json"))["status"] == "to_repair"


def test_what_came_in_is_said_by_line(work: Run) -> None:
    no = opened(work, "1,2", "-r", "no_reason", "--through", "approve")
    head = answer(
        work(
            "receive", no, "--received", "2=3", "--scrapped", "2=1", "-s", "1/opened=true", "-n",
            "Two at home", "--json",
        )
    )  # fmt: skip
    cooker, towels = answer(work("show", no, "--json"))["lines"]

    assert head["status"] == "received"
    assert (towels["received_milli"], towels["scrapped_milli"]) == (3000, 1000)
    assert cooker["received_milli"] == 1000
    assert cooker["decisions"][-1]["facts"]["opened"]


def test_of_a_single_line_the_quantity_alone_will_do(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "--through", "approve")

    said(work("receive", no, "--received", "2"))
    (line,) = answer(work("show", no, "--json"))["lines"]
    assert line["received_milli"] == 2000


def test_goods_that_need_not_come_in_are_waived(work: Run) -> None:
    no = opened(work, "2", "-r", "recall", "--through", "approve")

    assert answer(work("receive", no, "--waive", "Recall 7", "--json"))["status"] == "received"


def test_goods_are_given_back(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "--through", "receive")
    head = answer(work("give-back", no, "Changed their mind", "--json"))

    assert head["status"] == "returned_to_customer"


def test_a_return_is_withdrawn(work: Run) -> None:
    assert answer(work("withdraw", opened(work), "Keeps it", "--json"))["status"] == "withdrawn"


def test_a_refusal_is_appealed_against(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "-s", "resale_ok=false")
    assert f"next: counter return refuse {no}" in said(work("show", no))

    assert answer(work("refuse", no, "Cannot be sold again", "--json"))["status"] == "refused"
    assert answer(work("appeal", no, "Was so when bought", "--json"))["status"] == "referred"
    assert (
        answer(work("approve", no, "--because", "Goodwill", "--json", who="sun"))["status"]
        == "approved"
    )


def test_goods_come_by_mail_or_are_picked_up(work: Run) -> None:
    mail = opened(work, "2", "-r", "no_reason", "-q", "1", "--mode", "mail", "--freight", "store")
    said(work("ship", mail, "SF1234"))
    shown = said(work("show", mail))
    assert "way back: by mail\n" in shown
    assert "freight: the store\n" in shown
    assert "parcel: SF1234\n" in shown
    assert "due: Sun 9 Mar 2025 10:00\n" in shown
    assert "due: Sun 23 Mar 2025\n" in said(work("show", opened_awaited(work)))

    pickup = opened(
        work, "2", "-r", "no_reason", "-q", "1", "--mode", "pickup", "--from", "2099-03-08 14:00",
        "--to", "2099-03-08 16:00", "--address", "Maple Street 7",
    )  # fmt: skip
    said(work("pickup", pickup, "2099-03-09 09:00", "2099-03-09 11:00"))
    slots = answer(work("show", pickup, "--json"))["appointments"]
    assert [(one["status"], one["address"]) for one in slots] == [
        ("rescheduled", "Maple Street 7"), ("confirmed", "Maple Street 7"),
    ]  # fmt: skip


def opened_awaited(work: Run) -> str:
    """A return whose goods are to come by mail within the days of the return rules."""
    return opened(work, "2", "-r", "no_reason", "-q", "1", "--mode", "mail", "--through", "approve")


def test_a_refund_that_failed_is_worked_out_again(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "--mode", "mail", "--through", "refund")
    said(work("fail", no, "Card refused"))
    said(work("refund", no, "--freight", "1.50"))
    said(work("settle", no, "--ref", "T-7"))
    (line,) = answer(work("show", no, "--json"))["lines"]

    assert [one["status"] for one in line["refunds"]] == ["failed", "settled"]
    assert line["refunds"][1]["deductions"] == [["freight", 150]]
    assert line["refunds"][1]["allocations"][0]["executed_ref"] == "T-7"


def test_returns_whose_goods_did_not_come_expire(run: Run, work: Run, home: Path) -> None:
    no = opened(work, "2", "-r", "no_reason", "--mode", "mail", "--through", "approve")
    assert answer(run("return", "expire", "--json")) == {"expired": []}

    shop = shop_at(home, Clock())
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE return_case SET goods_due_on = '2025-03-04'"
        )
    shop.close()
    assert said(run("return", "expire")) == f"{no}\n1 return expired\n"
    assert said(run("return", "expire")) == "0 returns expired\n"


# --- the second person ----------------------------------------------------------------------


def test_a_second_person_approves_with_an_own_pin(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "-s", "resale_ok=false")
    approve = ("approve", no, "--because", "Goodwill", "--json")

    assert answer_of_refusal(work(*approve)) == "not_allowed"
    assert answer_of_refusal(work(*approve, second="sun", pin="000000")) == "sign_in_refused"
    assert answer_of_refusal(work(*approve, second="li")) == "not_allowed"
    assert answer(work(*approve, second="sun"))["status"] == "approved"


def answer_of_refusal(result: Result) -> str:
    assert result.exit_code == 1, result.output
    error: str = json.loads(result.stdout)["error"]
    return error


def test_money_goes_back_another_way_with_a_second_person(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "--through", "receive")
    way = ("refund", no, "--method", "cash")
    assert "reason" in refused(work(*way), 2)

    assert f"next: counter return authorise {no}" in said(work(*way, "--because", "No phone"))
    assert refused(work("settle", no))
    assert refused(work("authorise", no))
    said(work("authorise", no, second="zhou"))
    assert answer(work("settle", no, "--json"))["status"] == "closed"


def test_a_case_is_carried_out_at_once_with_a_second_person(work: Run) -> None:
    words = ("new", NO, "2", "-r", "no_reason", "--through", "settle", "--method", "cash",
             "--because", "No phone", "--json")  # fmt: skip

    assert answer_of_refusal(work(*words)) == "wrong_state"
    assert answer(work(*words, second="sun"))["status"] == "closed"


def test_a_line_is_decided_otherwise_by_a_supervisor(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "-s", "resale_ok=false")
    override = ("override", no, "2", "refund", "Regular customer", "--amount", "20.00", "--json")

    assert answer_of_refusal(work(*override)) == "not_allowed"
    said(work(*override, second="sun"))
    (line,) = answer(work("show", no, "--json"))["lines"]
    assert line["decisions"][-1]["override_reason"] == "Regular customer"
    assert line["decisions"][-1]["result"]["payable_minor"] == 2000


def test_a_return_is_left_to_a_supervisor(work: Run) -> None:
    no = opened(work)
    assert answer(work("refer", no, "-n", "Unsure", "--json"))["status"] == "referred"
    assert answer_of_refusal(work("approve", no, "--json")) == "not_allowed"


def test_a_pin_of_nobody_is_a_wrong_answer(work: Run) -> None:
    no = opened(work)

    assert "--approve-by" in refused(work("approve", no, "--approve-pin-stdin"), 2)


def test_the_second_pin_is_asked_for_where_it_is_not_read(run: Run, work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "-s", "resale_ok=false")
    result = run(
        "return", "approve", no, "--because", "Goodwill", "--as", "li", "--approve-by", "sun",
        typed=f"{PIN}\n{PIN}\n",
    )  # fmt: skip

    assert "PIN of the second person: " in said(result)
    assert PIN not in result.output


# --- compensation ---------------------------------------------------------------------------


def test_a_compensation_is_proposed_granted_and_paid(work: Run) -> None:
    no = opened(work)
    said(work("compensate", no, "--amount", "50.00", "--base", "Goodwill"))
    assert refused(work("compensation", "pay", no, "--method", "cash"))
    assert refused(work("compensation", "grant", no))
    said(work("compensation", "grant", no, second="sun"))
    said(work("compensation", "pay", no, "--method", "cash"))

    (row,) = answer(work("show", no, "--json"))["compensations"]
    assert (row["amount_minor"], row["status"], row["approver"]) == (5000, "paid", "Sun")


def test_a_compensation_is_refused_with_the_reason(work: Run) -> None:
    no = opened(work)
    said(work("compensate", no, "--amount", "50.00", "--base", "Goodwill"))
    said(work("compensation", "refuse", no, "Nothing was harmed", second="sun"))

    assert answer(work("show", no, "--json"))["compensations"][0]["status"] == "refused"


# --- looking at them ------------------------------------------------------------------------


def test_a_return_is_shown_whole(work: Run) -> None:
    no = opened(work, "2", "-r", "no_reason", "-n", "Wrong colour", "--through", "settle")
    shown = said(work("show", no))

    for part in (
        f"{no}  refunded and closed  refund\n", "Wrong colour\n", f"receipt: {NO}\n",
        "way back: at the counter\n", "line: 2  Cotton towel", "reason: no reason\n",
        "verdict: refund\n", "NR2", "refund: 59.00 CNY\n", "money back: 59.00 CNY  paid back\n",
        "means: WeChat 59.00 CNY\n",
    ):  # fmt: skip
        assert part in shown, part
    assert "next:" not in shown


def test_the_lists_are_the_views(work: Run) -> None:
    ended = opened(work, "2", "-r", "no_reason", "-q", "1", "--through", "settle")
    awaited = opened(work, "2", "-r", "no_reason", "-q", "1", "--through", "approve")
    to_decide = opened(work, "2", "-r", "no_reason", "-q", "1")

    def listed(*words: str) -> list[str]:
        return [row["no"] for row in answer(work("list", "--json", *words))["returns"]]

    assert sorted(listed()) == [awaited, to_decide]
    assert listed("-v", "to_decide") == [to_decide]
    assert listed("-v", "awaited") == [awaited]
    assert listed("-v", "ended") == [ended]
    assert len(listed("-l", "1")) == 1
    shown = said(work("list"))
    assert to_decide in shown
    assert shown.splitlines()[-1] == "2 of 2 returns"


def test_the_slip_is_printed_as_text(work: Run) -> None:
    no = opened(work)
    slip = said(work("slip", no, "--columns", "32"))

    assert no in slip
    assert "Cotton towel" in slip
    assert max(map(len, slip.splitlines())) <= 32
    assert "printer" in refused(work("slip", no, "--print"), 2)


def test_a_slip_that_was_printed_is_a_copy_afterwards(work: Run, home: Path) -> None:
    pytest.importorskip("escpos")
    no = opened(work)
    paper = home / "paper"
    paper.touch()
    (home / "settings.toml").write_text(f'printer = "file:{paper}"\n', encoding="utf-8")
    before = said(work("slip", no))
    assert said(work("slip", no, "--print")) == ""

    assert paper.stat().st_size > 100
    assert said(work("slip", no)) != before


def test_the_day_is_cashed_up_by_clerk_and_means(work: Run) -> None:
    assert "Nothing was paid out.\n" in said(work("cash-up"))
    opened(work, "2", "-r", "no_reason", "-q", "1", "--through", "settle")
    opened(work, "2", "-r", "no_reason", "-q", "2", "--through", "settle", who="zhou")

    cashed = answer(work("cash-up", "--json"))
    assert [(row["login"], row["method"], row["amount_minor"]) for row in cashed["rows"]] == [
        ("li", "wechat", 1180), ("zhou", "wechat", 2360),
    ]  # fmt: skip
    assert "WeChat in all: 35.40 CNY\n" in said(work("cash-up"))
    assert answer(work("cash-up", "--day", "2025-03-07", "--json")) == {
        "day": "2025-03-07", "rows": [],
    }  # fmt: skip


def test_the_ends_of_the_calendar_are_told(work: Run) -> None:
    for day in ("9999-12-31", "0001-01-01"):
        assert f"beyond {day}" in refused(work("cash-up", "--day", day), 2)


# --- a receipt that the store does not have --------------------------------------------------


@pytest.fixture
def type_receipt(run: Run) -> Run:
    """Types ``counter receipt type``."""

    def type_receipt(*words: str) -> Result:
        return run("receipt", "type", *words, "--as", "li", "--pin-stdin", typed=f"{PIN}\n")

    return type_receipt


def test_a_receipt_is_typed_and_its_goods_come_back(type_receipt: Run, work: Run) -> None:
    typed = answer(
        type_receipt(
            "K-7", "--sold", "2025-03-07", "-l", "Kettle, steel,1,299.00", "-l", "Tea,0.35,20.00",
            "--serial", "1=SN-7", "--paid-by", "cash", "--json",
        )
    )  # fmt: skip
    assert typed == {"receipt_no": "K-7", "lines": 2}

    words = ("new", "K-7", "1", "-r", "no_reason", "--through", "settle")
    assert "second person" in refused(work(*words))
    head = answer(work(*words, "--json", second="sun"))
    (line,) = answer(work("show", head["no"], "--json"))["lines"]
    assert (line["name"], line["serial_no"]) == ("Kettle, steel", "SN-7")
    assert line["refunds"][0]["amount_minor"] == 29900


@pytest.mark.parametrize(
    "words",
    [
        ("K-7", "--sold", "2025-03-03", "-l", "Kettle"),
        ("K-7", "--sold", "2025-03-03", "-l", "Kettle,1,cheap"),
        ("K-7", "--sold", "2025-03-03", "-l", "Kettle,1,1", "--serial", "2=SN"),
        ("K-7", "--sold", "2099-03-03", "-l", "Kettle,1,1"),
        ("K-7", "--sold", "yesterday", "-l", "Kettle,1,1"),
        (NO, "--sold", "2025-03-03", "-l", "Kettle,1,1"),
    ],
)
def test_a_receipt_typed_wrongly_is_told_and_not_stored(
    type_receipt: Run, home: Path, words: tuple[str, ...]
) -> None:
    refused(type_receipt(*words), 2)

    shop = shop_at(home, Clock())
    assert rows(shop, "SELECT receipt_no FROM receipt") == [(NO,)]
    shop.close()


# --- wrong answers --------------------------------------------------------------------------

WRONG = [
    ("new", NO, "2"),
    ("new", NO, "3", "-r", "no_reason"),
    ("new", NO, "x", "-r", "no_reason"),
    ("new", NO, "2,2", "-r", "no_reason"),
    ("new", NO, "2,", "-r", "no_reason"),
    ("new", "0", "2", "-r", "no_reason"),
    ("new", NO, "2", "-r", "because"),
    ("new", NO, "2", "-r", "no_reason", "-q", "9"),
    ("new", NO, "2", "-r", "no_reason", "-s", "1/opened=true"),
    ("new", NO, "2", "-r", "no_reason", "-s", "opened=maybe"),
    ("new", NO, "2", "-r", "no_reason", "--serial", "SN", "-s", "serial_no=SN"),
    ("new", NO, "1", "-r", "no_reason", "--serial", "other"),
    ("new", NO, "2", "-r", "no_reason", "--new-serial", "SN-2"),
    ("new", NO, "2", "-r", "no_reason", "--method", "cash"),
    ("new", NO, "2", "-r", "no_reason", "--from", "soon", "--to", "2099-03-08 16:00"),
    ("show", "R-1"),
    ("approve", "R-1"),
    ("receive", "R-1"),
    ("exchange", "R-1"),
    ("slip", "R-1"),
    ("cash-up", "--day", "today"),
    ("compensate", "R-1", "--amount", "1"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_answer_is_one_sentence_and_stores_nothing(
    work: Run, words: tuple[str, ...]
) -> None:
    result = work(*words)

    assert result.exit_code in (1, 2)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert answer(work("list", "--json"))["total"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("override", "NO", "2", "refund", "x", "--amount", "much"),
        ("override", "NO", "2", "refund", "x", "--amount", "1.234"),
        ("override", "NO", "1", "refund", "x"),
        ("override", "NO", "2", "refund", " "),
        ("refuse", "NO", ""),
        ("receive", "NO"),
        ("settle", "NO"),
        ("ship", "NO", "SF1"),
        ("pickup", "NO", "2099-03-08 14:00", "2099-03-08 16:00"),
        ("refund", "NO", "--freight", "-1"),
        ("compensate", "NO", "--base", "Goodwill"),
        ("compensate", "NO", "--amount", "0", "--base", "Goodwill"),
    ],
    ids=" ".join,
)
def test_a_wrong_step_is_one_sentence_and_changes_nothing(
    work: Run, words: tuple[str, ...]
) -> None:
    no = opened(work)
    before = answer(work("show", no, "--json"))
    result = work(*(no if word == "NO" else word for word in words), who="sun")

    assert result.exit_code in (1, 2)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert answer(work("show", no, "--json")) == before


def test_a_role_that_may_not_handle_returns_is_refused(run: Run, home: Path, pin_hash: str) -> None:
    shop: Shop = shop_at(home, Clock())
    hire(shop, "wu", Role.TECHNICIAN, pin_hash)
    shop.close()
    result = run(
        "return", "new", NO, "2", "-r", "no_reason", "--as", "wu", "--pin-stdin", typed=f"{PIN}\n"
    )

    assert refused(result).startswith("Not allowed:")
