"""``counter check RECEIPT LINE``: goods of the store are judged as facts are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.commands.session import invocation
from counter.importing import import_file
from counter.return_check import check_line, judge, judged_line
from counter.return_opening import ReturnDraft, ReturnLineDraft, submit
from counter.rules.eligibility import decide
from counter.shop import Shop
from counter.verdict_words import explanation
from models.terms import ImportKind, ReceiptProfile, ReturnReason, Role
from tests.premises import PIN, Clock, hire, rows, sell, shop_at
from tests.returns import CN

INPUT = Path(__file__).parents[2].parent / "shared" / "input"
DECEMBER = INPUT / "online_retail_2011-12.csv"

RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
TOOK_BACK = RETAIL + (
    "536365,85123A,HEART HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
    "C536400,85123A,HEART HOLDER,-2,2010-12-03 09:00:00,2.55,17850.0,United Kingdom\n"
)

NO = "20250303-0117"

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, founded_store: Path, pin_hash: str) -> Path:
    """A counter's folder; ``li`` works there and one receipt of 3 March 2025 was sold."""
    shop = shop_at(tmp_path / "home", Clock(), founded_store)
    hire(shop, "li", Role.CLERK, pin_hash)
    sell(shop)
    shop.close()
    return tmp_path / "home"


@pytest.fixture
def check(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types ``counter check`` at that counter; ``typed`` is standard input."""
    monkeypatch.setenv("COUNTER_HOME", str(home))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def check(*words: str, typed: str = "") -> Result:
        result = CliRunner().invoke(app, ["check", *words], input=typed)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return check


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def on_fifth(*words: str) -> tuple[str, ...]:
    """A line, asked about two days after its sale."""
    return (NO, *words, "--on", "2025-03-05", "--json")


# --- good questions -------------------------------------------------------------------------


def test_a_line_is_answered_in_the_form_of_facts(check: Run) -> None:
    found = answer(check(*on_fifth("2", "-r", "no_reason", "-q", "2")))
    facts = {
        "purchase_date": "2025-03-03", "checked_on": "2025-03-05", "reason": "no_reason",
        "quantity_sold": 5, "quantity_requested": 2, "unit_price_minor": 1180, "id": f"{NO}/2",
    }  # fmt: skip
    line = found.pop("line")

    assert found == answer(check("--json", typed=json.dumps(facts)))
    assert line == {
        "receipt_no": NO, "line_no": 2, "sku": f"TW-{NO}", "name": "Cotton towel",
        "sold_milli": 5000, "left_milli": 5000, "requested_milli": 2000, "payable_minor": 2360,
        "currency": "CNY", "earlier": [],
    }  # fmt: skip


def test_everything_that_is_left_is_asked_about_unless_it_is_said_otherwise(check: Run) -> None:
    found = answer(check(*on_fifth("2", "-r", "no_reason")))

    assert (found["refund_minor"], found["line"]["requested_milli"]) == (5900, 5000)


def test_answers_reach_the_rules_whatever_their_type(check: Run) -> None:
    words = ("1", "--reason", "quality", "--category", "phone", "--proof", "invoice")
    sets = ("--set", "repairs_done=2", "--set", "same_model_available=false")
    found = answer(
        check(NO, *words, *sets, "-s", "installed_date=2025-03-04", "--on", "2025-06-30", "--json")
    )

    assert (found["verdict"], found["rule"]) == ("refund", "W9")


def test_a_weight_is_judged_as_one_piece_at_the_price_of_what_comes_back(check: Run) -> None:
    found = answer(check(*on_fifth("2", "-r", "no_reason", "-q", "0,35")))

    assert (found["returnable_quantity"], found["refund_minor"]) == (1, 413)


def test_the_day_decides(check: Run) -> None:
    late = answer(check(NO, "2", "-r", "no_reason", "--on", "2025-03-11", "--json"))
    today = answer(check(NO, "2", "-r", "no_reason", "--json"))

    assert (late["verdict"], late["failed_rules"]) == ("exchange", [])
    assert (today["verdict"], today["rule"]) == ("refuse", "NR2-T")


def test_what_the_till_took_back_is_counted_and_told(
    check: Run, home: Path, tmp_path: Path
) -> None:
    shop = shop_at(home, Clock())
    imported(shop, written(tmp_path, TOOK_BACK))
    shop.close()

    found = answer(check("536365", "1", "-r", "no_reason", "--on", "2010-12-04", "--json"))
    assert (found["returnable_quantity"], found["refund_minor"]) == (4, 1020)
    assert found["line"]["earlier"] == [
        {"no": "C536400", "at": "2010-12-03T09:00:00Z", "qty_milli": 2000, "status": None}
    ]
    assert found["line"]["currency"] == "GBP"

    more = answer(
        check("536365", "1", "-r", "no_reason", "-q", "5", "--on", "2010-12-04", "--json")
    )
    assert (more["verdict"], more["rule"]) == ("refuse", "R00")

    said = check("536365", "1", "-r", "no_reason", "-q", "5", "--on", "2010-12-04").stdout
    assert "quantity: 5 asked for, 4 of 6 left\n" in said
    assert "came back: 2  Fri 3 Dec 2010  C536400  at the till\n" in said
    assert "GBP" not in said


def test_what_a_return_holds_is_counted_and_told(check: Run, home: Path) -> None:
    shop = shop_at(home, Clock())
    li = shop_actor(shop, "li")
    with shop.writing(li) as desk:
        line = ReturnLineDraft(2, {"reason": "no_reason", "quantity": "3"})
        no = submit(desk, ReturnDraft(NO, [line])).no
    shop.close()

    found = answer(check(*on_fifth("2", "-r", "no_reason")))
    assert (found["returnable_quantity"], found["line"]["left_milli"]) == (2, 2000)
    assert [one["no"] for one in found["line"]["earlier"]] == [no]
    said = check(NO, "2", "-r", "no_reason", "--on", "2025-03-05").stdout
    assert f"came back: 3  Sat 8 Mar 2025  {no}  submitted\n" in said


def test_a_person_reads_what_it_is_about_and_what_would_change_it(check: Run) -> None:
    said = check(NO, "1", "-r", "no_reason", "--on", "2025-03-05", "-s", "resale_ok=false").stdout

    for part in (
        f"receipt: {NO}/1\n", "Rice cooker 4 l", f"SN-{NO}", "sold: Mon 3 Mar 2025",
        "quantity: 1 asked for, 1 of 1 left", "verdict: refuse", "NR2-I",
        "What would change it:\n",
    ):  # fmt: skip
        assert part in said, part


# --- who asks -------------------------------------------------------------------------------


def test_nobody_has_to_sign_in_and_whoever_is_named_does(check: Run) -> None:
    words = on_fifth("2", "-r", "no_reason")
    alone = answer(check(*words))

    assert answer(check(*words, "--as", "li", "--pin-stdin", typed=f"{PIN}\n")) == alone
    refused = check(*words, "--as", "li", "--pin-stdin", typed="000000\n")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]) == (1, "sign_in_refused")


# --- bad questions --------------------------------------------------------------------------

BAD = [
    (("2",), "reason"),
    (("2", "-r", "because"), "reason"),
    (("2", "-r", "food_unsafe"), "reason"),
    (("2", "-r", "no_reason", "-q", "-1"), "quantity"),
    (("2", "-r", "no_reason", "-q", "0"), "quantity"),
    (("2", "-r", "no_reason", "--proof", "word"), "proof"),
    (("2", "-r", "no_reason", "--category", "spaceship"), "category"),
    (("2", "-r", "no_reason", "-s", "opened=maybe"), "opened"),
    (("2", "-r", "no_reason", "-s", "repairs_done=-1"), "repairs_done"),
    (("2", "-r", "no_reason", "-s", "repairs_done=" + "9" * 400), "repairs_done"),
    (("2", "-r", "no_reason", "-s", "colour=red"), "colour"),
    (("2", "-r", "no_reason", "-s", "unit_price_minor=1"), "unit_price_minor"),
    (("2", "-r", "no_reason", "-s", "installed_date=2025-02-30"), "installed_date"),
    (("2", "-r", "no_reason", "-s", "opened"), "set"),
    (("2", "-r", "no_reason", "-s", "opened=true", "-s", "opened=false"), "set"),
    (("2", "-r", "no_reason", "--on", "2025-02-30"), "on"),
    (("2", "-r", "no_reason", "--on", "2025-03-02"), "checked_on"),
    (("3", "-r", "no_reason"), "line_no"),
    (("x", "-r", "no_reason"), "line_no"),
    (("", "-r", "no_reason"), "line_no"),
    (("9" * 400, "-r", "no_reason"), "line_no"),
]


@pytest.mark.parametrize(("words", "field"), BAD)
def test_a_bad_question_is_told_with_its_field(
    check: Run, words: tuple[str, ...], field: str
) -> None:
    on = () if "--on" in words else ("--on", "2025-03-05")
    result = check(NO, *words, *on, "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 2
    assert list(told) == ["id", "error", "field"]
    assert (told["id"], told["field"]) == (f"{NO}/{words[0]}", field)

    said = check(NO, *words, *on)
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)


def test_an_unknown_receipt_is_a_bad_question(check: Run) -> None:
    told = json.loads(check("0", "1", "-r", "no_reason", "--json").stdout)
    assert (told["error"], told["field"]) == ("The store has no receipt 0.", "receipt_no")
    said = check("0", "1", "-r", "no_reason")
    assert (said.exit_code, said.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("-", "-r", "no_reason"),
        ("-", "-s", "opened=true"),
        ("-", "--on", "2025-03-05"),
        (NO, "2", "-r", "no_reason", "--policy", "eu"),
    ],
)
def test_facts_and_lines_are_not_mixed(check: Run, words: tuple[str, ...]) -> None:
    result = check(*words)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


# --- what is left over ----------------------------------------------------------------------


def test_the_till_and_a_return_together_leave_less_than_nothing(shop: Shop) -> None:
    sale = sell(shop)
    with shop.writing(shop.system) as desk:
        lines = [ReturnLineDraft(2, {"reason": "no_reason", "quantity": "3"})]
        submit(desk, ReturnDraft(sale.receipt_no, lines))
        key = check_line(desk, sale.receipt_no, 2).receipt_line_id
        desk.session.connection().exec_driver_sql(
            "UPDATE receipt_line SET returned_milli = 3000 WHERE id = ?", (key,)
        )
        judged = judged_line(desk, sale.receipt_no, 2, {"reason": "no_reason"})

    assert judged.goods.left_milli == -1000
    assert (judged.requested_milli, judged.verdict.rule) == (5000, "R00")
    assert judged.verdict.returnable_quantity == 0


# --- a year of a mail-order house -----------------------------------------------------------


def imported(shop: Shop, path: Path) -> None:
    import_file(shop, shop.system, ImportKind.RECEIPTS, path, profile=ReceiptProfile.ONLINE_RETAIL)


def written(folder: Path, text: str) -> Path:
    path = folder / "till.csv"
    path.write_text(text, encoding="utf-8")
    return path


def shop_actor(shop: Shop, login: str) -> Any:
    from counter.desk import Actor

    ((key, name, role),) = rows(
        shop, "SELECT id, name, role FROM staff WHERE login = :login", login=login
    )
    return Actor(key, login, name, Role(role))


LINES = (
    "SELECT r.receipt_no, l.line_no, l.qty_milli, l.returned_milli FROM receipt_line l "
    "JOIN receipt r ON r.id = l.receipt_id ORDER BY l.id"
)


@pytest.fixture
def december(shop: Shop, tmp_path: Path) -> Shop:
    """A shop with the sales of December 2011."""
    if not DECEMBER.exists():
        pytest.skip("the public data set is not here")
    path = tmp_path / "december.csv"
    path.write_bytes(DECEMBER.read_bytes())
    imported(shop, path)
    return shop


def test_every_line_of_a_month_answers(december: Shop) -> None:
    """For both usual reasons, in words too; what the till took back cannot come back again."""
    verdicts: Counter[tuple[str, str]] = Counter()
    day = date(2011, 12, 14)
    with december.reading(december.system) as desk:
        lines = desk.reader.all(LINES)
        for no, line, sold, returned in lines:
            judged = judged_line(desk, no, line, {"reason": "no_reason"}, day)
            verdict = judged.verdict
            verdicts[verdict.verdict, verdict.rule] += 1
            assert verdict.returnable_quantity == (sold - returned) // 1000
            assert (verdict.rule == "R00") == (sold == returned)
            late = judge(
                judged.goods, judged.stored, {"reason": ReturnReason.QUALITY}, day, desk.site.zone
            )
            assert late.verdict == decide(late.facts, CN)
            assert explanation(late.facts, CN, late.verdict, judged.goods.currency)

    assert len(lines) > 20_000
    assert set(verdicts) <= {("refund", "NR1"), ("refuse", "R00"), ("refuse", "NR1-T")}
    assert verdicts["refund", "NR1"] > 1000


def test_lines_of_that_month_answer_the_command(
    december: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_HOME", str(december.places.home))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    lines = rows(december, LINES)
    taken_back = next(line for line in lines if line[3])
    for no, line, sold, returned in (*lines[:: len(lines) // 10], taken_back):
        words = ["check", no, str(line), "--reason", "no_reason", "--on", "2011-12-14", "--json"]
        found = answer(CliRunner().invoke(app, words))
        assert found["returnable_quantity"] == (sold - returned) // 1000
        assert sum(one["qty_milli"] for one in found["line"]["earlier"]) == returned
