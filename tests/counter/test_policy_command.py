"""``counter policy``: the return rules shown, checked, compared, printed, and put in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.commands.session import invocation
from counter.policies import shipped_policy
from counter.policy_notice import WIDTH
from counter.wrapping import cell_len
from data.policies import shipped_pack
from models.terms import Role
from tests.premises import PIN, Clock, hire, shop_at
from tests.returns import CN, EU

Run = Callable[..., Result]

TV = "[three_guarantees.tv]\n"


@pytest.fixture
def policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, founded_store: Path, pin_hash: str
) -> Run:
    """Types ``counter policy`` where ``sun`` and ``zhou`` are supervisors and ``li`` is a clerk."""
    shop = shop_at(tmp_path / "home", Clock(), founded_store)
    for login, role in (("sun", Role.SUPERVISOR), ("zhou", Role.SUPERVISOR), ("li", Role.CLERK)):
        hire(shop, login, role, pin_hash)
    shop.close()
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def policy(*words: str, who: str = "", tongue: str = "en") -> Result:
        monkeypatch.setenv("LC_ALL", tongue)
        signed = ("--as", who, "--pin-stdin") if who else ()
        result = CliRunner().invoke(app, ["policy", *words, *signed], input=f"{PIN}\n")
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return policy


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result, status: int = 1) -> str:
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    return result.stderr


def pack_at(folder: Path, *changes: tuple[str, str], of: str = "cn") -> str:
    text = shipped_pack(of).files[0][1]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


# --- reading --------------------------------------------------------------------------------


def test_everybody_may_read_which_versions_there_are(policy: Run) -> None:
    (row,) = answer(policy("list", "--json"))["versions"]

    assert (row["version_no"], row["pack"], row["status"]) == (1, "cn", "effective")
    assert (row["sha256"], row["effective_from"]) == (CN.sha256, None)
    assert "cn 2024.1" in said(policy("list"))


def test_a_version_is_shown_with_every_parameter(policy: Run) -> None:
    shown = answer(policy("show", "1", "--json"))
    assert shown["parameters"] == json.loads(json.dumps(shipped_pack("cn").values))

    text = said(policy("show"))
    for line in ("distance_days = 7", "three_guarantees.tv.parts_wait_days = 90", CN.sha256):
        assert line in text


def test_a_version_that_is_not_there_is_refused_with_the_command_that_lists_them(
    policy: Run,
) -> None:
    for words in (("show", "2"), ("print", "2"), ("diff", "1", "2")):
        assert "counter policy list" in refused(policy(*words))


def test_a_good_pack_is_said_to_be_one(policy: Run, tmp_path: Path) -> None:
    path = pack_at(tmp_path, of="eu")

    assert answer(policy("check", path, "--json")) == {
        "name": "eu", "version": EU.version, "sha256": EU.sha256,
    }  # fmt: skip
    assert "has no fault: eu 2022.1" in said(policy("check", path))


def test_every_fault_of_a_pack_is_told_with_its_line_and_key(policy: Run, tmp_path: Path) -> None:
    path = pack_at(
        tmp_path, ("distance_days = 7", "distance_days = -7"), ("times = 3", "times = x")
    )
    assert refused(policy("check", path), 2).count("no valid TOML") == 1
    path = pack_at(tmp_path, ("distance_days = 7", "distance_days = -7"), ("times = 3", "time = 3"))
    lines = Path(path).read_text(encoding="utf-8").splitlines()

    told = refused(policy("check", path), 2).splitlines()

    assert len(told) == 3
    number = lines.index("distance_days = -7") + 1
    assert f"{path}, line {number}: The parameter distance_days cannot be -7." in told[0]
    assert f"line {lines.index('time = 3') + 1}: There is no parameter fraud.time" in told[2]


def test_what_two_packs_tell_apart_is_listed_by_its_keys(policy: Run, tmp_path: Path) -> None:
    path = pack_at(
        tmp_path,
        ("store_refund_days = 7", "store_refund_days = 9"),
        ('    "periodical",\n', ""),
        (f"{TV}warranty_months = 12", f"{TV}warranty_months = 18"),
    )  # fmt: skip

    assert answer(policy("diff", "1", path, "--json"))["changes"] == [
        {"key": "distance_excludes", "was": ["periodical"], "now": []},
        {"key": "store_refund_days", "was": 7, "now": 9},
        {"key": "three_guarantees.tv.warranty_months", "was": 12, "now": 18},
    ]
    text = said(policy("diff", "1", path))
    assert "store_refund_days: 7 -> 9\n" in text
    assert 'distance_excludes:\n  - "periodical"\n' in text


def test_what_only_one_of_two_packs_has_stands_against_a_dash(policy: Run) -> None:
    text = said(policy("diff", "cn", "eu"))

    assert "three_guarantees.tv.parts_wait_days: 90 -> -\n" in text
    assert "rest_days.years.2025.rest: " in text
    assert said(policy("diff", "cn", "1")) == "Nothing differs.\n"


# --- the notice -----------------------------------------------------------------------------


@pytest.mark.parametrize("tongue", ["en", "zh_CN"])
@pytest.mark.parametrize("pack", ["cn", "eu", "gb"])
def test_a_notice_fits_the_width_and_names_its_version(policy: Run, pack: str, tongue: str) -> None:
    if pack != "cn":
        said(policy("add", pack, who="sun"))
    number = "1" if pack == "cn" else "2"
    lines = said(policy("print", number, tongue=tongue)).splitlines()

    assert max(map(cell_len, lines)) <= WIDTH
    assert lines[-1] == f"SHA-256 {shipped_policy(pack).sha256}"
    assert lines[0] == "Counter"


def test_a_notice_says_what_a_customer_asks(policy: Run) -> None:
    text = " ".join(said(policy("print")).split())

    for part in (
        "Within 7 days you can return goods without giving a reason",
        "Within 15 days we still exchange them",
        "Members with the tier gold have 3 days more",
        "- the packaging is intact",
        "cosmetics and packaged food: once opened",
        "- the seal is unbroken (cosmetics,",
        "appliances: 12 months, main parts 36 months",
        "- phones: 12 months -",
        "within 7 working days, usually within 3 working days",
        "at least 1,000.00 CNY",
        "Version 1 (cn 2024.1)",
    ):
        assert part in text


def test_a_notice_says_nothing_of_what_a_pack_does_not_know(policy: Run) -> None:
    said(policy("add", "eu", who="sun"))
    text = " ".join(said(policy("print", "2")).split())

    assert "Goods without a fault are not taken back" in text
    assert "Within 14 days after you signed" in text
    assert "A draft: not in force." in text
    for part in ("COMPENSATION", "GUARANTEES", "Fresh food", "none", "None"):
        assert part not in text


def test_a_condition_that_has_no_words_of_its_own_stands_as_it_is_written(
    policy: Run, tmp_path: Path
) -> None:
    path = pack_at(tmp_path, ('    "fresh_food",', '    "fresh_food", "fault_disputed tv",'))
    said(policy("add", path, who="sun"))

    assert "- televisions: fault_disputed = true" in said(policy("print", "2"))


# --- changing -------------------------------------------------------------------------------


def test_one_adds_and_another_approves(policy: Run) -> None:
    assert "Version 2 (eu 2022.1) is a draft" in said(policy("add", "eu", who="sun"))
    assert "yourself" in refused(policy("approve", "2", "--from", "2099-01-01", who="sun"))
    row = answer(policy("approve", "2", "--from", "2099-01-01", "--json", who="zhou"))

    assert (row["status"], row["effective_from"], row["approved_by"]) == (
        "approved", "2099-01-01", "zhou",
    )  # fmt: skip
    assert "2098-12-31" in said(policy("list"))
    assert "Version 2 (eu 2022.1) is withdrawn" in said(policy("withdraw", "2", who="sun"))
    assert "2098-12-31" not in said(policy("list"))


def test_an_approval_says_from_when_the_version_holds(policy: Run) -> None:
    said(policy("add", "eu", who="sun"))

    text = said(policy("approve", "2", "--from", "2099-01-01", who="zhou"))
    assert text == "Version 2 (eu 2022.1) holds from Thu 1 Jan 2099.\n"


def test_a_pack_with_faults_leaves_the_old_one_in_force(policy: Run, tmp_path: Path) -> None:
    before = said(policy("list"))
    path = pack_at(tmp_path, ("times = 3", "times = -3"))

    assert "fraud.times" in refused(policy("add", path, who="sun"), 2)
    assert said(policy("list")) == before


@pytest.mark.parametrize(
    "words", [("add", "eu"), ("approve", "1", "--from", "2099-01-01"), ("withdraw", "1")]
)
def test_whoever_changes_the_rules_says_who_it_is(policy: Run, words: tuple[str, ...]) -> None:
    assert "--as" in refused(policy(*words), 2)
    assert "you may not manage the return rules" in refused(policy(*words, who="li"))


@pytest.mark.parametrize("day", ["tomorrow", "2025-02-30", "", "1999-01-01"])
def test_a_day_that_is_none_or_over_is_refused(policy: Run, day: str) -> None:
    said(policy("add", "eu", who="sun"))

    assert "from: " in refused(policy("approve", "2", f"--from={day}", who="zhou"), 2)
