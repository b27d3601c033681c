from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter import tickets
from counter.cli import app
from counter.commands.session import invocation
from counter.desk import WritingDesk
from counter.ticket_events import TicketHead
from models.terms import Role
from tests.premises import PIN, Clock, hire, places_at, sell, shop_at

CHECKOUT = Path(__file__).parents[2]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types one command on a counter of its own; standard input is given as ``typed``."""
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def run(*words: str, typed: str = "") -> Result:
        result = CliRunner().invoke(app, list(words), input=typed)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.fixture
def staffed(tmp_path: Path, founded_store: Path, pin_hash: str) -> None:
    """That counter's shop has ``sun``, ``li`` and one sale."""
    shop = shop_at(tmp_path / "home", Clock(), founded_store)
    hire(shop, "sun", Role.SUPERVISOR, pin_hash)
    hire(shop, "li", Role.CLERK, pin_hash)
    sell(shop)
    shop.close()


@pytest.fixture
def at_work(run: Run, staffed: None) -> Run:
    """The same where people work; ``--as li`` and the PIN are typed."""

    def as_somebody(*words: str, who: str = "li", pin: str = PIN) -> Result:
        return run(*words, "--as", who, "--pin-stdin", typed=f"{pin}\n")

    return as_somebody


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(result: Result, status: int = 1) -> str:
    """The one line on standard error with which a command ended."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()


# --- the first day --------------------------------------------------------------------------


def test_from_an_empty_folder_to_the_first_ticket(run: Run, tmp_path: Path) -> None:
    made = answer(
        run(
            "init", "--name", "Maple Street", "--code", "M1", "--language", "en", "--zone",
            "Europe/London", "--currency", "GBP", "--supervisor", "sun", "--supervisor-name",
            "Sun Li", "--json",
        )
    )  # fmt: skip
    assert made["supervisor"]["login"] == "sun"
    assert {made[name] for name in ("name", "code", "zone", "currency", "language")} == {
        "Maple Street", "M1", "Europe/London", "GBP", "en",
    }  # fmt: skip
    assert made["store"] == str(tmp_path / "home" / "counter.db")

    code = made["supervisor"]["code"]
    chosen = run("staff", "set-pin", "sun", "--pin-stdin", typed=f"{code}\n573829\n")
    assert chosen.stdout == "Sun Li can sign in now.\n"

    head = answer(
        run(
            "ticket", "new", "Kettle leaks", "-k", "return", "--as", "sun", "--pin-stdin",
            "--json", typed="573829\n",
        )
    )  # fmt: skip
    assert head["status"] == "new"


def test_init_asks_nothing_and_may_be_repeated(run: Run) -> None:
    assert run("init").exit_code == 0
    again = run("init", "--name", "Maple Street")

    assert again.exit_code == 0
    assert "shop: Maple Street (SHOP)" in again.stdout


def test_init_names_every_faulty_value(run: Run) -> None:
    result = run("init", "--zone", "Mars/Base", "--currency", "money", "--code", "x y", "--json")

    assert result.exit_code == 2
    assert set(json.loads(result.stdout)["faults"]) == {"zone", "currency", "code"}
    assert result.stderr.count("Please correct this") == 3


# --- a ticket's life ------------------------------------------------------------------------


def test_a_ticket_is_worked_from_new_to_closed_and_back(at_work: Run) -> None:
    made = answer(
        at_work(
            "ticket", "new", "Cooker leaks", "-k", "complaint", "-b", "From the lid",
            "-r", "20250303-0117/1", "--channel", "phone", "--json",
        )
    )  # fmt: skip
    no = made["no"]
    steps = [
        (("take", no), "open"),
        (("note", no, "Lid is bent"), "open"),
        (("respond", no, "-n", "Called back"), "open"),
        (("assign", no, "--department", "Repair"), "open"),
        (("wait", no, "-u", "2099-01-01", "-n", "To B", "--for", "third_party"),
         "waiting_third_party"),
        (("answer", no, "-n", "Came back"), "open"),
        (("resolve", no, "--outcome", "repaired", "--cause", "product", "--liability",
          "supplier"), "resolved"),
        (("close", no, "--informed"), "closed"),
        (("reopen", no, "Leaks again"), "open"),
    ]  # fmt: skip
    for words, status in steps:
        assert answer(at_work("ticket", *words, "--json"))["status"] == status, words

    shown = answer(at_work("ticket", "show", no, "--json"))
    assert [event["kind"] for event in shown["events"]] == [
        "create", "take", "note", "respond", "assign", "send_out", "back", "resolve", "close",
        "reopen",
    ]  # fmt: skip
    assert (shown["customer"], shown["phone_masked"]) == ("王伟", "138****5678")
    assert (shown["owner"], shown["department"], shown["receipt_line_no"]) == ("li", "Repair", 1)


def test_a_supervisor_assigns_prioritises_and_cancels(at_work: Run) -> None:
    no = answer(at_work("ticket", "new", "Towel", "-k", "return", "--json"))["no"]
    for words in (
        ("priority", no, "P1", "-n", "Angry"),
        ("assign", no, "--to", "li"),
        ("cancel", no, "Typed twice"),
    ):
        assert at_work("ticket", *words, who="sun").exit_code == 0

    listed = answer(at_work("ticket", "list", "-v", "all", "--json"))
    assert [(row["no"], row["priority"], row["status"]) for row in listed["tickets"]] == [
        (no, "P1", "cancelled")
    ]
    assert "key" not in listed["tickets"][0]


def test_a_list_is_aligned_in_cells_and_counts_what_it_hides(at_work: Run) -> None:
    for summary in ("电饭煲坏了", "Towel", "Towel again"):
        at_work("ticket", "new", summary, "-k", "return")
    lines = at_work("ticket", "list", "-f", "towel").stdout.splitlines()

    assert [line.split("  ")[-1].strip() for line in lines[:3]] == [
        "about",
        "Towel",
        "Towel again",
    ]
    assert lines[3] == "2 of 2 tickets, 1 hidden by the filter"


def test_mine_are_mine(at_work: Run) -> None:
    for _ in range(2):
        no = answer(at_work("ticket", "new", "Towel", "-k", "return", "--json"))["no"]
    at_work("ticket", "take", no)

    mine = answer(at_work("ticket", "list", "-v", "mine", "--json"))
    assert [row["no"] for row in mine["tickets"]] == [no]
    assert answer(at_work("ticket", "list", "-v", "mine", "--json", who="sun"))["tickets"] == []


def test_a_list_is_narrowed_and_says_what_is_due(at_work: Run) -> None:
    for words in (("Towel", "-k", "return"), ("Lid", "-k", "complaint"), ("Pan", "-k", "crisis")):
        at_work("ticket", "new", *words)
    wanted = ("ticket", "list", "--order", "due")
    found = answer(at_work(*wanted, "--kind", "complaints", "--json"))

    assert [row["summary"] for row in found["tickets"]] == ["Pan", "Lid"]
    assert (found["total"], found["hidden"]) == (2, 1)
    first = found["tickets"][0]
    assert (first["due_clock"], first["level"]) == ("first_response", 2)
    assert first["late_minutes"] is None
    assert first["due_at"] < found["tickets"][1]["due_at"]
    plain = at_work(*wanted, "--kind", "complaint", "--priority", "P2").stdout.splitlines()
    assert plain[1].startswith("C-")
    assert plain[-1] == "1 of 1 ticket, 2 hidden by the filter"
    assert answer(at_work("ticket", "list", "--overdue", "--json"))["total"] == 0
    refused = at_work("ticket", "list", "--kind", "gift")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_plain_and_json_show_the_same_ticket(at_work: Run) -> None:
    no = answer(at_work("ticket", "new", "Towel", "-k", "return", "-b", "A hole\nin it", "--json"))[
        "no"
    ]
    plain = at_work("ticket", "show", no).stdout

    assert no in plain
    assert "Towel" in plain
    assert "A hole" in plain
    assert "opened" in plain


def test_a_new_customer_comes_with_the_ticket(at_work: Run) -> None:
    words = ("--customer-name", "张三", "--customer-phone", "139 0000 1111")
    no = answer(at_work("ticket", "new", "Towel", "-k", "return", *words, "--json"))["no"]
    found = answer(at_work("find", "zs", "--json"))["hits"]

    assert [(hit["kind"], hit["text"]) for hit in found] == [("customer", "张三")]
    assert answer(at_work("ticket", "show", no, "--json"))["phone_masked"] == "139****1111"


# --- finding --------------------------------------------------------------------------------


def test_find_prints_what_answers(at_work: Run) -> None:
    assert "20250303-0117" in at_work("find", "SN-20250303-0117").stdout
    assert "138****5678" in at_work("find", "5678").stdout


def test_find_says_so_when_nothing_answers(at_work: Run) -> None:
    result = at_work("find", "no such thing")

    assert (result.exit_code, result.stdout) == (1, "Nothing found.\n")
    assert answer(at_work("find", "no such thing", "--json")) == {"hits": []}


@pytest.mark.parametrize(
    "words",
    [
        ("ticket", "show", ""),
        ("ticket", "take", " "),
        ("ticket", "note", "", "Called"),
    ],
)
def test_an_empty_number_is_said_to_be_missing(at_work: Run, words: tuple[str, ...]) -> None:
    said = refusal(at_work(*words), status=2)

    assert said.endswith("Please give the number of a ticket, such as C-20250303-0007.")


# --- staff ----------------------------------------------------------------------------------


def test_a_change_that_changes_nothing_is_not_said_to_be_saved(at_work: Run) -> None:
    assert "Say what changes" in refusal(at_work("staff", "change", "li", who="sun"), status=2)
    said = refusal(at_work("staff", "change", "li", "--name", "", who="sun"), status=2)
    assert said.endswith("name: Please fill this in.")
    assert "Li" in at_work("staff", "list", who="sun").stdout


def test_staff_are_added_changed_listed_and_given_new_codes(at_work: Run) -> None:
    added = answer(at_work("staff", "add", "wang", "--name", "Wang Wei", "--json", who="sun"))
    assert len(added["code"]) == 8
    assert at_work("staff", "change", "wang", "--role", "technician", who="sun").exit_code == 0
    reset = at_work("staff", "reset-pin", "li", who="sun").stdout
    assert reset.startswith("One-time code for li: ")
    assert at_work("staff", "change", "wang", "--left", who="sun").exit_code == 0

    staff = answer(at_work("staff", "list", "--json", who="sun"))["staff"]
    assert [(row["login"], row["role"], row["active"], row["has_pin"]) for row in staff] == [
        ("li", "clerk", True, False),
        ("sun", "supervisor", True, True),
        ("wang", "technician", False, False),
    ]
    assert "no PIN yet" in at_work("staff", "list", who="sun").stdout


def test_nobody_is_left_out_of_a_long_list(at_work: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counter.staff._ROWS_AT_ONCE", 1)

    listed = answer(at_work("staff", "list", "--json", who="sun"))["staff"]
    assert [row["login"] for row in listed] == ["li", "sun"]


def test_the_table_of_roles_is_printed_without_a_pin(run: Run) -> None:
    table = answer(run("staff", "roles", "--json"))

    assert "open_ticket" in table["clerk"]
    assert "open_ticket" not in table["auditor"]
    assert "open tickets" in run("staff", "roles").stdout


def test_a_code_instead_of_a_pin_leads_to_choosing_one(at_work: Run) -> None:
    code = answer(at_work("staff", "add", "wang", "--name", "Wang", "--json", who="sun"))["code"]

    said = refusal(at_work("ticket", "list", who="wang", pin=code))
    assert "counter staff set-pin wang" in said


# --- backup ---------------------------------------------------------------------------------


def test_backup_says_where_the_copy_is(at_work: Run, run: Run, tmp_path: Path) -> None:
    saved = answer(run("backup", "--to", str(tmp_path / "copies"), "--json"))

    assert Path(saved["file"]).stat().st_size == saved["bytes"]
    assert run("backup").stdout.startswith("Saved and verified: ")
    assert at_work("ticket", "list").exit_code == 0


@pytest.mark.usefixtures("staffed")
def test_a_backup_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("a file", encoding="utf-8")

    said = refusal(run("backup", "--to", str(tmp_path / "copies")))
    assert "copies cannot be written" in said


# --- ending in words ------------------------------------------------------------------------


def test_a_wrong_pin_ends_in_words(at_work: Run) -> None:
    said = refusal(at_work("ticket", "list", pin="918273"))

    assert said == (
        "Not signed in: pin: Staff number and PIN do not go together. Please try again."
    )


def test_nobody_named_ends_in_words(run: Run) -> None:
    assert "Say who acts" in refusal(run("ticket", "list"), status=2)


@pytest.mark.usefixtures("staffed")
def test_the_acting_person_may_stand_in_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_AS", "li")

    assert run("ticket", "list", "--pin-stdin", typed=f"{PIN}\n").exit_code == 0


@pytest.mark.usefixtures("staffed")
def test_the_pin_is_asked_for_without_being_shown(run: Run) -> None:
    result = run("ticket", "list", "--as", "li", typed=f"{PIN}\n")

    assert result.exit_code == 0
    assert PIN not in result.output


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("ticket", "show", "R-1"), 1, "not_found"),
        (("ticket", "take", "R-1"), 1, "not_found"),
        (("ticket", "new", "x", "-k", "inquiry", "--priority", "P1"), 1, "not_allowed"),
        (("ticket", "new", " ", "-k", "inquiry"), 2, "invalid_input"),
        (("ticket", "new", "x", "-k", "return", "-r", "nope"), 2, "invalid_input"),
        (("ticket", "wait", "R-1", "-u", "soon", "-n", "x"), 2, "invalid_input"),
        (("staff", "add", "x", "--name", "X"), 1, "not_allowed"),
    ],
)
def test_a_refusal_is_json_when_json_was_asked_for(
    at_work: Run, words: tuple[str, ...], status: int, code: str
) -> None:
    result = at_work(*words, "--json")
    said = json.loads(result.stdout)

    assert (result.exit_code, said["error"]) == (status, code)
    assert said["message"] in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("ticket", "new", "x", "-k", "bug"),
        ("ticket", "list", "-v", "everything"),
        ("ticket", "close", "R-1"),
        ("ticket", "fly"),
        ("nonsense",),
    ],
)
def test_wrong_usage_exits_with_two(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"this is no database at all, but long enough to be looked at" * 20,
            "no store of Counter",
        ),
        (None, "cannot be"),
    ],
)
def test_an_unusable_store_is_told_in_one_line(
    run: Run, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = places_at(tmp_path / "home").store.path
    path.parent.mkdir()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    said = refusal(run("ticket", "list", "--as", "li", "--pin-stdin", typed=f"{PIN}\n"))
    assert words in said


def test_wrong_settings_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("lock_after_minutes = 0\n", encoding="utf-8")

    assert "lock_after_minutes" in refusal(run("backup"), status=2)


def test_another_kind_of_database_is_told(run: Run) -> None:
    said = refusal(run("--db", "mysql://host/db", "backup"), status=2)

    assert "mysql://host/db cannot be opened" in said


# --- text from people -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["[/x]", "5[/", "[b]bold", "{path}", "%s", "\x1b]0;owned\x07\x1b[2J", "ab\u202edc"]
)
def test_text_of_people_is_printed_as_text(at_work: Run, text: str) -> None:
    words = ("-k", "return", "-b", text, "--customer-name", text)
    no = answer(at_work("ticket", "new", f"x {text}", *words, "--json"))["no"]
    at_work("ticket", "note", no, text)
    printed = "".join(
        at_work(*command).stdout
        for command in (("ticket", "list"), ("ticket", "show", no), ("find", no))
    )

    visible = text.replace("\x1b", "").replace("\x07", "").replace("\u202e", "")
    assert printed.count(visible) >= 4
    assert not set(printed) & set("\x1b\x07\u202e")


def test_text_that_got_into_the_store_some_other_way_is_cleaned_when_printed(
    at_work: Run, tmp_path: Path
) -> None:
    no = answer(at_work("ticket", "new", "Towel", "-k", "return", "--json"))["no"]
    store = shop_at(tmp_path / "home", Clock())
    with store.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE ticket SET summary = 'a\x1b[2Jb', body = 'c\x9bd', department = 'e\x07f'"
        )
    store.close()
    printed = at_work("ticket", "list").stdout + at_work("ticket", "show", no).stdout

    assert "a[2Jb" in printed
    assert not set(printed) & set("\x1b\x9b\x07")


# --- real processes -------------------------------------------------------------------------


def process(home: Path, *words: str, typed: str = "", **environment: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "counter", *words],
        cwd=CHECKOUT,
        env=os.environ | {"COUNTER_HOME": str(home)} | environment,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_what_needs_no_store_makes_none(tmp_path: Path) -> None:
    done = process(tmp_path / "home", "staff", "roles")

    assert (done.returncode, done.stderr) == (0, "")
    assert "open tickets" in done.stdout
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no plain ASCII locale on this system")
def test_chinese_text_is_printed_under_a_plain_locale(at_work: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = ("ticket", "new", "电饭煲坏了", "-k", "return", "--as", "li", "--pin-stdin")
    done = process(home, *words, typed=f"{PIN}\n", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")

    assert "电饭煲坏了" in at_work("ticket", "list").stdout


def test_commands_speak_chinese(at_work: Run, tmp_path: Path) -> None:
    at_work("ticket", "new", "电饭煲坏了", "-k", "return")
    home = tmp_path / "home"
    listed = process(
        home, "ticket", "list", "--as", "li", "--pin-stdin",
        typed=f"{PIN}\n", COUNTER_LANGUAGE="zh_CN",
    )  # fmt: skip
    refused = process(
        home, "ticket", "list", "--as", "li", "--pin-stdin",
        typed="918273\n", COUNTER_LANGUAGE="zh_CN",
    )  # fmt: skip

    assert (listed.returncode, listed.stderr) == (0, "")
    assert "退货" in listed.stdout
    assert refused.returncode == 1
    assert "Staff number" not in refused.stderr


# --- many tickets at once, second thoughts --------------------------------------------------


@pytest.fixture
def three(at_work: Run) -> list[str]:
    words = ("ticket", "new", "Towel", "-k", "return", "--json")
    return [answer(at_work(*words))["no"] for _ in range(3)]


def test_a_step_goes_through_several_tickets(at_work: Run, three: list[str]) -> None:
    taken = at_work("ticket", "take", *three)

    assert taken.exit_code == 0
    assert taken.stdout.splitlines() == [
        *(f"{no}  return  open  P3" for no in three),
        "3 done, 0 not done, 0 not tried",
    ]


def test_of_several_tickets_each_fails_alone_and_the_status_says_so(
    at_work: Run, three: list[str]
) -> None:
    at_work("ticket", "take", three[0])
    words = ("resolve", *three, "--outcome", "informed", "--cause", "other")
    mixed = at_work("ticket", *words)

    assert mixed.exit_code == 1
    assert mixed.stdout.splitlines()[0] == f"{three[0]}  return  resolved  P3"
    assert mixed.stdout.splitlines()[1].startswith(f"{three[1]}  not done: This ticket is 'new'")
    assert mixed.stdout.splitlines()[3] == "1 done, 2 not done, 0 not tried"
    told = at_work("ticket", "take", three[1], "R-1", "--json")
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert [(row["no"], row.get("error")) for row in found["rows"]] == [
        (three[1], None),
        ("R-1", "not_found"),
    ]
    assert found["rows"][0]["ticket"]["status"] == "open"


def test_stopped_by_hand_it_says_what_was_done(
    at_work: Run, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take = tickets.take

    def stopped(desk: WritingDesk, no: str) -> TicketHead:
        if no == three[1]:
            raise KeyboardInterrupt
        return take(desk, no)

    monkeypatch.setattr(tickets, "take", stopped)
    result = at_work("ticket", "take", *three)

    assert result.exit_code == 130
    assert result.stdout.splitlines()[-1] == "1 done, 0 not done, 2 not tried"
    mine = answer(at_work("ticket", "list", "-v", "mine", "--json"))["tickets"]
    assert [row["no"] for row in mine] == [three[0]]


def test_what_nobody_may_do_is_tried_once(at_work: Run, three: list[str]) -> None:
    refused = at_work("ticket", "assign", *three, "--to", "sun")

    assert refused.exit_code == 1
    assert refused.stdout.splitlines()[-1] == "0 done, 1 not done, 2 not tried"


def test_a_step_is_taken_back_and_the_history_shows_it(at_work: Run) -> None:
    no = answer(at_work("ticket", "new", "Towel", "-k", "return", "--json"))["no"]
    at_work("ticket", "take", no)
    assert answer(at_work("ticket", "undo", no, "--json"))["status"] == "new"

    shown = at_work("ticket", "show", no).stdout
    assert "taken (taken back)" in shown
    assert "took back 'taken'" in shown
    assert "taken back already" in refusal(at_work("ticket", "undo", no))


@pytest.mark.parametrize(
    "words",
    [
        ("--customer", "1", "--no-customer"),
        ("--customer", "1", "--customer-name", "张三"),
        ("--customer-phone", "13900001111", "--no-customer"),
        ("--receipt", "20250303-0117", "--no-receipt"),
    ],
)
def test_a_correction_that_says_two_things_is_refused(at_work: Run, words: Sequence[str]) -> None:
    no = answer(at_work("ticket", "new", "Lid", "-k", "return", "--json"))["no"]

    said = refusal(at_work("ticket", "correct", no, "Mixed up", *words), status=2)

    assert "do not go together" in said
    assert words[0] in said


def test_customer_and_receipt_are_put_right(at_work: Run) -> None:
    words = ("--customer-name", "张三", "--customer-phone", "13900001111")
    no = answer(at_work("ticket", "new", "Lid", "-k", "return", *words, "--json"))["no"]
    correct = ("ticket", "correct", no, "Mixed up")
    asked = refusal(at_work(*correct, "-r", "20250303-0117/1"), status=2)
    assert "Receipt 20250303-0117 is of 王伟" in asked

    assert at_work(*correct, "-r", "20250303-0117/1", "--customer", "1").exit_code == 0
    assert "receipt 20250303-0117/1, was none" in at_work("ticket", "show", no).stdout
    assert at_work(*correct, *words, "--confirmed").exit_code == 0
    assert at_work(*correct, "--no-receipt").exit_code == 0
    assert at_work(*correct, "--no-customer").exit_code == 0
    shown = answer(at_work("ticket", "show", no, "--json"))
    assert (shown["customer"], shown["receipt_no"]) == (None, None)
