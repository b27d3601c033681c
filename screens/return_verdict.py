"""The verdict of the return check: the biggest thing on the screen, to be read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from counter.language import _, active, full_day, listed, near_day
from counter.outlook_words import money_back
from counter.return_check import Judged
from counter.return_outlook import Outlook
from counter.verdict_words import any_of, changing, explanation
from counter.words import label
from models.messages import N_
from models.terms import VerdictWord
from screens.widgets.cells import cut, width_of
from screens.widgets.plain import PlainText
from screens.widgets.sheet import Part

_TONES: Final = {
    VerdictWord.REFUSE: "-refuse",
    VerdictWord.REFER: "-refer",
}
"""Class of the headline; what is granted needs none of its own."""

_WAITING: Final = "-waiting"


class Headline(NamedTuple):
    """What has to be seen from afar: the word, what else there is, and to which day."""

    word: str
    beside: str
    until: str


def headline(judged: Judged) -> Headline:
    """The verdict's headline, translated."""
    verdict = judged.verdict
    word = label(verdict.verdict)
    others = [one for one in verdict.remedies if str(one) != str(verdict.verdict)]
    if not others:
        return Headline(word, "", _until(judged))
    if verdict.verdict is VerdictWord.REFER:
        beside = _("the rule supports: {remedies}").format(remedies=any_of(others))
    elif verdict.verdict is VerdictWord.REFUSE:
        beside = _("possible: {remedies}").format(remedies=any_of(others))
    else:
        beside = _("or {remedies}").format(remedies=listed(map(label, others)))
    return Headline(word, beside, _until(judged))


def _until(judged: Judged) -> str:
    """To which day, by which rule of which version."""
    rule = _("rule {rule}, v{no}").format(rule=judged.verdict.rule, no=judged.stored.version_no)
    return "   ".join(part for part in (_to_day(judged), rule) if part)


def _to_day(judged: Judged) -> str:
    last_day = judged.verdict.last_day
    if last_day is None:
        return ""
    over = last_day < judged.facts.checked_on
    said = _("over since {day}") if over else _("to {day}")
    return said.format(day=near_day(last_day, judged.facts.checked_on))


def source(judged: Judged) -> str:
    """The rule that decided, where it stands, and by which version of the return rules."""
    verdict = judged.verdict
    article = judged.stored.policy.article(verdict.rule, active())
    said = _("Rule {rule}: {article}") if article else _("Rule {rule}")
    rule = said.format(rule=verdict.rule, article=article)
    stored = judged.stored
    version = _("return rules {name} {version}, version {no} of this shop").format(
        name=stored.policy.name, version=stored.policy.version, no=stored.version_no
    )
    return _("{rule}; {version}").format(rule=rule, version=version)


class _Band(Widget):
    """The headline: the word in capitals, at the right the last day."""

    def __init__(self) -> None:
        super().__init__(id="verdict-band")
        self._shown = Headline("", "", "")

    def tell(self, shown: Headline) -> None:
        self._shown = shown
        self.refresh(layout=True)

    def _left(self) -> str:
        word, beside, _until = self._shown
        return f"{word.upper()}   {beside}" if beside else word.upper()

    def _fits(self, width: int) -> bool:
        """Whether the day stands on the line of the word."""
        return width_of(self._left()) + width_of(self._shown.until) + 2 <= width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1 if self._fits(width) else 2

    def render(self) -> Content:
        word, until = self._shown.word.upper(), self._shown.until
        width = self.content_size.width
        left = cut(self._left(), width)
        said = Content.assemble((left[: len(word)], "bold"), left[len(word) :])
        if not self._fits(width):
            return Content.assemble(said, "\n", (cut(until, width), "bold"))
        gap = " " * (width - said.cell_length - width_of(until))
        return Content.assemble(said, gap, (until, "bold"))


class VerdictPanel(Vertical):
    """The verdict, why, what the money does, and what would change it.

    The headline always stands; the sentences below it scroll.
    """

    DEFAULT_CSS = """
    VerdictPanel {
        & #verdict-band {
            height: auto;
            padding: 0 1;
            background: $success;
            color: $background;
        }
        & #verdict-band.-refuse { background: $error; }
        & #verdict-band.-refer { background: $warning; }
        & #verdict-band.-waiting { background: $panel; color: $foreground; }
        & #verdict-text { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        & .verdict--part { margin: 0 0 1 0; height: auto; }
        & .verdict--strong { text-style: bold; }
        & .verdict--muted { color: $foreground 80%; }
    }
    """

    def compose(self) -> ComposeResult:
        yield _Band()
        with VerticalScroll(id="verdict-text", can_focus=False):
            yield PlainText("", id="verdict-money", classes="verdict--part verdict--strong")
            yield PlainText("", id="verdict-why", classes="verdict--part")
            yield PlainText("", id="verdict-change", classes="verdict--part")
            yield PlainText("", id="verdict-source", classes="verdict--part verdict--muted")

    def wait(self, word: str, sentence: str) -> None:
        """There is no verdict yet; ``sentence`` says what it waits for, both translated."""
        self._tell(Headline(word, "", ""), _WAITING)
        self._say("", sentence, "", "")

    def show(self, judged: Judged, outlook: Outlook, case: str = "") -> None:
        """Show a verdict.

        Args:
            judged: on the line under the cursor.
            outlook: of the case.
            case: what a case about several lines gets as a whole, translated.
        """
        self._tell(headline(judged), _TONES.get(judged.verdict.verdict, ""))
        facts, policy, verdict = judged.facts, judged.stored.policy, judged.verdict
        currency = judged.goods.currency
        why = sentences(explanation(facts, policy, verdict, currency, articles=False))
        paid = sentences(money_back(outlook, currency))
        others = changing(facts, policy, verdict, judged.goods.currency)
        change = ""
        if others:
            change = _("What would change it: {sentences}").format(sentences=sentences(others))
        self._say("\n".join(filter(None, (case, paid))), why, change, source(judged))

    def scroll_by(self, pages: int) -> None:
        """Scroll the sentences by pages."""
        text = self.query_one("#verdict-text", VerticalScroll)
        lines = max(text.size.height - 1, 1)
        text.scroll_relative(y=pages * lines, animate=False)

    def _tell(self, shown: Headline, tone: str) -> None:
        band = self.query_one(_Band)
        for name in (*_TONES.values(), _WAITING):
            band.set_class(name == tone, name)
        band.tell(shown)

    def _say(self, *texts: str) -> None:
        parts = self.query(".verdict--part").results(PlainText)
        for part, text in zip(parts, texts, strict=True):
            part.update(text)
            part.display = bool(text)
        self.query_one("#verdict-text", VerticalScroll).scroll_home(animate=False)


def sentences(said: Sequence[str]) -> str:
    """Sentences one after another; Chinese has no blank between them."""
    return ("" if active() == "zh_CN" else " ").join(said)


def in_full(judged: Judged, outlook: Outlook) -> list[Part]:
    """The whole explanation with its articles, for a sheet."""
    facts, policy, verdict = judged.facts, judged.stored.policy, judged.verdict
    shown, last_day = headline(judged), verdict.last_day
    head = [
        f"{shown.word.upper()}   {shown.beside}".rstrip(),
        *([_("last day: {day}").format(day=full_day(last_day))] if last_day else []),
        source(judged),
    ]
    return [
        Part(_("Verdict"), head),
        Part(_("Why"), explanation(facts, policy, verdict, judged.goods.currency)),
        Part(_("Money"), money_back(outlook, judged.goods.currency)),
        Part(_("What would change it"), changing(facts, policy, verdict, judged.goods.currency)),
    ]


NO_REASON_YET: Final = N_("Choose why it comes back: the verdict follows every answer.")
"""What stands in the verdict's place before there is a reason."""
