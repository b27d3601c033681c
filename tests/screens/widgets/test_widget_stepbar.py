from __future__ import annotations

from screens.widgets.stepbar import BarStep, Stage, step_line

WORDS = ("check", "approve", "receive", "refund")


def test_what_is_done_and_at_hand_is_told_by_signs_and_not_by_colours_alone() -> None:
    stages = (Stage.DONE, Stage.DONE, Stage.NOW, Stage.TO_COME)
    steps = [BarStep(word, stage) for word, stage in zip(WORDS, stages, strict=True)]

    assert step_line(steps).plain == "+1 check > +2 approve > [3 receive] >  4 refund"


def test_an_end_that_nobody_wished_for_has_a_sign_of_its_own() -> None:
    steps = [BarStep("check", Stage.DONE), BarStep("refused", Stage.STOPPED)]

    assert step_line(steps).plain == "+1 check > !2 refused"


def test_words_are_shown_as_text() -> None:
    assert step_line([BarStep("[b]\x1b[2J", Stage.NOW)]).plain == "[1 [b][2J]"
