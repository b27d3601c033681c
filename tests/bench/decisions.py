"""Decisions per second: codes, dates, amounts and all that is missing, over a mix of every track.

Held against a hand-written chain of conditions that stops at the first match, and against
zen-engine, which is asked in both ways that its Python interface offers: a decision made of the
model's text, as its own introduction shows (most of its time goes into a runtime that the interface
starts anew at every call), and a model that the engine has loaded and compiled beforehand. Both get
their deadlines ready-made and answer with verdict and rule alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from statistics import median
from typing import Any, Final

from counter import language
from counter.policies import shipped_policy
from counter.rules.eligibility import decide
from counter.rules.facts import Facts
from counter.verdict_words import explanation
from tests.bench import zen_model
from tests.bench.figures import Figure, table
from tests.bench.if_chain import IfChain
from tests.bench.return_mix import mixed_facts
from tests.bench.same_sql import in_turn, ratio

CASES: Final = 4000
ROUNDS: Final = 9

REST_DAYS_FROM: Final = date(2022, 1, 1)
REST_DAYS_TO: Final = date(2032, 1, 1)
"""The years that the mix and the longest of its periods touch."""

NOT_MEASURED: Final = "not measured: zen-engine is not installed (`make bench` installs it)"

Asker = Callable[[dict[str, Any]], dict[str, Any]]
"""Asks an engine about prepared facts."""


def measure() -> list[Figure]:
    """The rates of this program, of the chain, and of the engine where it is installed."""
    policy, facts = shipped_policy("cn"), mixed_facts(CASES)
    chain = IfChain(policy.rest_days, REST_DAYS_FROM, REST_DAYS_TO)
    ours, floor, worded = in_turn(
        over(facts, lambda one: decide(one, policy)),
        over(facts, chain.decide),
        over(facts, lambda one: explanation(one, policy, decide(one, policy))),
        rounds=ROUNDS,
    )
    return [
        Figure(
            f"decisions, pack cn, {CASES:,} cases of every rule",
            _rate(ours, CASES),
            f"hand-written first-match chain, {_rate(floor, CASES)}",
            ratio(floor, ours),
            ">= 0.06x",
        ),
        *against_engine(facts),
        Figure(
            f"decisions with their explanation ({language.active()})",
            _rate(worded, CASES),
            f"hand-written first-match chain, {_rate(floor, CASES)}",
            ratio(floor, worded),
            "not set",
        ),
    ]


def engines() -> dict[str, Asker]:
    """The ways to ask zen-engine, by name; none where it is not installed."""
    try:
        import zen
    except ImportError:
        return {}
    model = zen_model.model()
    made = zen.ZenEngine().create_decision(json.dumps(model))
    loader: Any = {"type": "static", "content": {zen_model.KEY: model}}
    loaded = zen.ZenEngine({"loader": loader})

    def ask_made(given: dict[str, Any]) -> dict[str, Any]:
        return dict(made.evaluate(given))

    def ask_loaded(given: dict[str, Any]) -> dict[str, Any]:
        return dict(loaded.evaluate(zen_model.KEY, given))

    return {MADE: ask_made, LOADED: ask_loaded}


MADE: Final = "zen-engine, create_decision"
LOADED: Final = "zen-engine, compiled by its static loader"

_REACH: Final = {MADE: ">= 15x", LOADED: "not set"}


def against_engine(facts: list[Facts]) -> list[Figure]:
    """A figure for each way to ask the engine, or one that says that it is not there."""
    asked = engines()
    if not asked:
        return [Figure("decisions against zen-engine", NOT_MEASURED, "", None, _REACH[MADE])]
    policy = shipped_policy("cn")
    prepared = [zen_model.prepared(one, policy) for one in facts]
    figures = []
    for name, ask in asked.items():
        ours, engine = in_turn(
            over(facts, lambda one: decide(one, policy)),
            over(prepared, ask),
            rounds=ROUNDS,
        )
        figures.append(
            Figure(
                f"decisions against {name}",
                _rate(ours, len(facts)),
                f"{name}, {_rate(engine, len(facts))}",
                ratio(engine, ours),
                _REACH[name],
            )
        )
    return figures


def over(cases: Iterable[Any], ask: Callable[[Any], object]) -> Callable[[], None]:
    """Asks about every case, one after the other."""

    def answer() -> None:
        for case in cases:
            ask(case)

    return answer


def _rate(seconds: list[float], count: int) -> str:
    return f"{count / median(seconds):,.0f} per second"


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
