"""What commands write: nothing that a terminal obeys, no traceback, no customer's data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner, Result

from counter import language
from counter.cli import app
from counter.commands.output import json_text
from counter.commands.session import invocation
from counter.shop import Shop
from data.driver import connect
from data.store import make_engine
from models.customer import Customer
from tests.premises import Clock, Sale, places_at, shop_at

CHECKOUT = Path(__file__).parents[2]

HOSTILE = "a\x1b]0;owned\x07\x1b[2J\x9b2Jb\x7f\u202ec\u2066d\r"
OBEYED = frozenset("\x1b\x07\x9b\x7f\u202e\u2066\r")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    return lambda *words: CliRunner().invoke(app, list(words))


def process(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "counter", *words],
        cwd=CHECKOUT,
        env=os.environ | {"COUNTER_HOME": str(home)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


# --- nothing that a terminal obeys ----------------------------------------------------------


@pytest.mark.parametrize("value", [HOSTILE, Path(HOSTILE), OSError(HOSTILE), (HOSTILE, "x")])
def test_no_value_of_a_sentence_is_obeyed(value: object) -> None:
    said = language.phrase("{value} is here", {"value": value})

    assert not OBEYED & set(said)
    assert "owned" in said


def test_numbers_in_a_sentence_keep_their_form() -> None:
    assert language.phrase("{count:,} at {share:.1f}", {"count": 12345, "share": 0.25}) == (
        "12,345 at 0.2"
    )


@pytest.mark.parametrize("sign", ["\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800"])
def test_json_escapes_what_is_obeyed_and_keeps_the_value(sign: str) -> None:
    text = json_text({"name": f"退货{sign}x", sign: 1})

    assert sign not in text
    assert "退货" in text
    assert json.loads(text) == {"name": f"退货{sign}x", sign: 1}


def foreign_batch(folder: Path, path: str) -> Path:
    """A batch whose manifest was written by somebody else."""
    folder.mkdir()
    resource = {
        "path": path,
        "name": "x",
        "rows": 0,
        "bytes": 0,
        "hash": HOSTILE,
        "schema": {"fields": [{"name": "a"}]},
    }
    says = {
        **dict.fromkeys(("store", "epoch", "business_date", "audit_head", "made_at"), HOSTILE),
        **dict.fromkeys(("batch", "schema_version", "from_seq", "to_seq"), 1),
        "full": True,
        "totals": {},
        "resources": [resource],
    }
    (folder / "datapackage.json").write_text(json.dumps(says), encoding="utf-8")
    return folder


def test_a_foreign_manifest_is_not_obeyed(run: Run, tmp_path: Path) -> None:
    folder = foreign_batch(tmp_path / "batch", HOSTILE)
    plain, machine = run("export", "verify", str(folder)), run(
        "export", "verify", str(folder), "--json"
    )  # fmt: skip

    assert "names a file outside the batch" in plain.output
    assert not OBEYED & set(plain.output)
    assert not OBEYED & set(machine.output)
    assert json.loads(machine.stdout)["store"] == HOSTILE


def test_stored_text_is_not_obeyed_in_what_the_doctor_says(
    run: Run, shop: Shop, sale: Sale
) -> None:
    connection = connect(shop.places.store.path)
    connection.execute(
        "INSERT INTO import_batch (uid, kind, profile, file, sha256, status, started_at, next_row,"
        " rows, accepted, unchanged, matched_returns, rejected) VALUES ('u', 'receipts', 'native',"
        " ?, 'x', 'running', '2025-03-08 02:00:00.000000', 501, 500, 500, 0, 0, 0)",
        (HOSTILE,),
    )
    connection.close()
    plain, machine = run("doctor"), run("doctor", "--json")

    assert "owned" in plain.stdout
    assert "owned" in machine.stdout
    assert not OBEYED & set(plain.output + machine.output)


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals on this system")
def test_a_terminal_gets_no_escape_out_of_a_file_name(tmp_path: Path) -> None:
    import pty

    name = str(tmp_path / "x\x1b]0;owned\x07\x1b[2J.csv")
    words = [sys.executable, "-m", "counter", "import", "receipts", name]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(CHECKOUT)
        os.environ["COUNTER_HOME"] = str(tmp_path / "home")
        os.execv(sys.executable, words)
    written = b""
    while block := read(terminal):
        written += block
    os.close(terminal)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 1
    assert b"owned" in written
    assert b"\x1b]" not in written
    assert b"\x1b[2J" not in written
    assert b"\x07" not in written


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side was closed
        return b""


# --- no traceback ---------------------------------------------------------------------------


def breaking(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("张三 138-0013-5678 said something")


def test_an_error_of_the_program_ends_in_a_report_and_a_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counter.safekeeping.back_up_store", breaking)
    result = run("backup")
    (report,) = (tmp_path / "home" / "crashes").iterdir()

    assert (result.exit_code, result.stdout) == (70, "")
    assert result.stderr.startswith("Counter had to stop. What was saved is safe. The report is in")
    assert str(report) in result.stderr
    assert result.stderr.count("\n") == 1
    written = report.read_text(encoding="utf-8")
    assert "builtins.RuntimeError" in written
    assert "in breaking" in written
    assert "0013" not in written


def test_an_error_of_the_program_is_json_when_json_was_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counter.safekeeping.back_up_store", breaking)
    result = run("backup", "--json")

    assert result.exit_code == 70
    assert json.loads(result.stdout)["error"] == "crash"


def test_an_error_of_the_program_ends_in_words_even_where_no_report_can_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop_at(tmp_path / "home", Clock()).close()
    (tmp_path / "home" / "crashes").write_text("a file", encoding="utf-8")
    monkeypatch.setattr("counter.safekeeping.back_up_store", breaking)
    result = run("backup")

    assert (result.exit_code, result.stderr) == (
        70,
        "Counter had to stop. What was saved is safe.\n",
    )


def test_an_error_of_the_database_names_no_customer(shop: Shop) -> None:
    engine = make_engine(shop.places.store)
    rows = [{"uid": uid, "change_no": 1, "name": "张三"} for uid in ("u", "u")]
    with engine.connect() as connection, pytest.raises(IntegrityError) as raised:
        connection.execute(sa.insert(Customer), rows)
    engine.dispose()

    assert "张三" not in str(raised.value)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals on this system")
def test_ctrl_c_ends_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("counter.safekeeping.back_up_store", interrupted)
    result = run("backup")

    assert (result.exit_code, result.output) == (130, "")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end in another way on this system")
@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--json"), ("staff", "roles")])
def test_output_that_nobody_reads_ends_quietly(tmp_path: Path, words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "counter", *words],
        cwd=CHECKOUT,
        env=os.environ | {"COUNTER_HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, b"")


# --- outputs that know few characters -------------------------------------------------------


def test_an_output_without_chinese_gets_numbers_instead_of_an_error(tmp_path: Path) -> None:
    home = tmp_path / "home"
    few = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "COUNTER_LANGUAGE": "zh_CN"}
    roles = process(home, "staff", "roles", **few)
    helped = process(home, "--help", **few)
    made = process(home, "init", "--name", "枫叶街🍁", "--json", **few)

    assert (roles.returncode, roles.stderr) == (0, b"")
    assert rb"\u" in roles.stdout
    assert (helped.returncode, helped.stderr) == (0, b"")
    assert (made.returncode, made.stderr) == (0, b"")
    assert json.loads(made.stdout)["name"] == "枫叶街🍁"
    assert places_at(home).store.path.exists()
