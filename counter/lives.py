"""The tickets of a large made-up shop: who comes, what becomes of it, and every event of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import exp
from typing import Any, Final, NamedTuple

from counter import shares
from counter.courses import DUPLICATE, Course, Step, merged_into
from counter.made_clocks import MadeClocks, Told
from counter.made_events import MadeEvents
from counter.rules.plain_clocks import SECOND
from counter.rules.plain_histories import Happened
from counter.rules.service_clocks import FIRST_SERVICE
from data.bulk import Values
from data.demo import MadePerson, MadeShop, chance_for, spoken_of
from data.making.days import OpenDays
from data.making.filling import Filling
from data.making.people import MadePeople
from data.making.sales import Claim, MadeSales, Occasion
from data.making.tables import (
    CLOCK,
    COMPLAINT,
    CUSTOMER,
    RECEIPT,
    RECEIPT_LINE,
    TICKET,
)
from models.terms import COMPLAINED, Priority, TicketAction, TicketKind, TicketStatus, Tier
from models.text import search_text

_CREATED: Final[tuple[str, str | None, str, str | None]] = ("create", None, "new", None)
"""Kind, both statuses and text of the event that opens a ticket."""

_FIRST_PRIORITY: Final = '{"priority": "P1"}'
_SECOND_LEVEL: Final = '{"clock": "resolution", "level": 2}'
"""What is written of a ticket with the first priority as it gets it."""


def _second_level(status: TicketStatus) -> tuple[str, str, str, None]:
    return "level", status.value, status.value, None


class _Opened(NamedTuple):
    """A ticket as it is opened, and when the steps happen that were done since."""

    ticket_id: int
    no: str
    course: Course
    claim: Claim
    place: float
    day: int
    times: list[float]
    into: tuple[int, str] | None


class _Texts(NamedTuple):
    """What a story says about some goods, and the words that find it."""

    summary: str
    body: str | None
    words: str


def made_courses(made: MadeShop) -> list[Course]:
    """Every story of the made-up shop, in its language."""
    return [Course(story, made.language, made.words["departments"]) for story in made.stories]


def occasions(made: MadeShop, courses: list[Course]) -> list[Occasion]:
    """The stories about goods that come to an end, and how long after the sale they begin."""
    found: list[Occasion] = []
    for number, (story, course) in enumerate(zip(made.stories, courses, strict=True)):
        if course.goods and course.ends:
            least, most = story["bought"]
            online = course.channel == "online"
            weight = shares.weight(course, courses)
            found.append(Occasion(number, _goods(made, story), least, most, online, weight))
    return found


def _goods(made: MadeShop, story: Mapping[str, Any]) -> tuple[int, ...]:
    """The goods that a story may be about, by their places."""
    tags = set(story["goods"])
    return tuple(place for place, product in enumerate(made.products) if product.tags & tags)


class MadeLives:
    """Opens the tickets of one day after another and lets their events happen on their days.

    Attributes:
        working: how many of the tickets are still worked on.
    """

    def __init__(
        self,
        made: MadeShop,
        days: OpenDays,
        sales: MadeSales,
        crowd: MadePeople,
        people: list[MadePerson],
        courses: list[Course],
        first_day: int,
        clocks: MadeClocks,
    ) -> None:
        self._made, self._days, self._sales, self._crowd = made, days, sales, crowd
        self._chance = chance_for(made.seed, "lives")
        self._random = self._chance.random
        self._logins = [person.login for person in people]
        self._of_role = {
            role: [place for place, person in enumerate(people) if person.role == role]
            for role in ("clerk", "technician", "supervisor")
        }
        self._courses = courses
        departments = made.words["departments"]
        self._twins = [Course(one, made.language, departments, DUPLICATE) for one in made.stories]
        self._sent_out = [
            Course(one, made.language, departments, made.waits[one["kind"]]) for one in made.stories
        ]
        self._clocks = clocks
        self._book = MadeEvents(days, self._logins)
        self._kept: list[Values] = []
        self._cases: list[Values] = []
        self._walk_in = [
            number
            for number, course in enumerate(courses)
            if course.ends and not course.goods
            for _ in range(round(50 * shares.weight(course, courses)))
        ]
        self._young = self._young_stories()
        self._texts: dict[tuple[int, int], _Texts] = {}
        # What shares.YOUNG falls off with, so that all ages together make shares.WORKING.
        self._fall = shares.WORKING / shares.YOUNG * max(days.now - days.starts[first_day], 1.0)
        self._owed = self._owed_resolved = self._owed_late = 0.0
        self._uids: dict[str, str] = {}
        self.working = 0

    @property
    def events(self) -> int:
        """How many events were written."""
        return self._book.count

    def _young_stories(self) -> dict[tuple[TicketKind, int], list[int]]:
        """Stories without an end by kind and goods; goods -1 for those about none."""
        found: dict[tuple[TicketKind, int], list[int]] = {}
        for number, course in enumerate(self._courses):
            if course.standings[-1].working:
                story = self._made.stories[number]
                for place in _goods(self._made, story) if course.goods else (-1,):
                    found.setdefault((course.kind, place), []).append(number)
        return found

    def live(self, filling: Filling, day: int, count: int) -> None:
        """Write the tickets that are opened on that day, and everything that happens on it."""
        tables = (CUSTOMER, RECEIPT, RECEIPT_LINE, TICKET)
        self._uids = {table.name: filling.uid_head(table.name) for table in tables}
        rows: list[Values] = []
        numbers: dict[str, int] = {}
        compact = f"{self._days.dates[day]:%Y%m%d}"
        ticket_id = filling.next_id(TICKET.name)
        earlier: _Opened | None = None
        for place, claim in self._comers(day, count):
            into: tuple[int, str] | None = None
            if claim is None and earlier is not None:
                claim = earlier.claim
                course = self._twins[claim.story]
                times = self._lived(course, place, 1)
                into = (earlier.ticket_id, earlier.no) if times else None
            else:
                claim, course, times = self._course(place, claim or self._walk_in_claim(place))
            numbers[course.series] = numbers.get(course.series, 0) + 1
            no = f"{course.series}-{compact}-{numbers[course.series]:04d}"
            opened = _Opened(ticket_id, no, course, claim, place, day, times, into)
            rows.append(self._row(opened))
            again = course.ends and self._random() < shares.DUPLICATES
            earlier = opened if again else None
            ticket_id += 1
        filling.insert(TICKET, rows)
        filling.insert(CLOCK, self._kept)
        filling.insert(COMPLAINT, self._cases)
        self._kept, self._cases = [], []
        filling.count_numbers(compact, numbers)
        self._book.happen(filling, day)

    # --- who comes, and how far it went ---------------------------------------------------

    def _comers(self, day: int, count: int) -> list[tuple[float, Claim | None]]:
        """So many moments of the day in their order, each with a claim or without.

        Claims beyond the number, and those of the days before the first ticket, never come.
        """
        claims = self._sales.claims(day)
        start = self._days.starts[day]
        length = min(self._days.starts[day + 1], self._days.now) - start
        found: list[tuple[float, Claim | None]] = [(one.place, one) for one in claims[:count]]
        found += [(start + self._random() * length, None) for _ in range(count - len(found))]
        found.sort(key=lambda comer: comer[0])
        return found

    def _walk_in_claim(self, place: float) -> Claim:
        """Somebody who only asks or says something, and often leaves no name."""
        story = self._walk_in[int(self._random() * len(self._walk_in))]
        named = self._courses[story].channel != "box" and self._random() < shares.NAMED
        customer = self._sales.customer(self._chance) if named else None
        return Claim(place, story, -1, None, None, customer)

    def _course(self, place: float, claim: Claim) -> tuple[Claim, Course, list[float]]:
        """The course that it takes, and when the steps are done that were done until now."""
        course = self._courses[claim.story]
        share = shares.YOUNG * exp((place - self._days.now) / self._fall)
        self._owed += share
        self._owed_resolved += share * shares.RESOLVED
        if self._owed >= 1:
            return self._unfinished(place, claim, course)
        if self._owed_resolved >= 1 and course.just_resolved:
            upto = course.just_resolved[int(self._random() * len(course.just_resolved))]
            times = self._lived(course, place, upto, lately=True)
        else:
            times = self._lived(course, place, len(course.steps))
        reached = course.standings[len(times)]
        self._owed -= reached.working
        self._owed_resolved -= reached.status is TicketStatus.RESOLVED
        return claim, course, times

    def _unfinished(
        self, place: float, claim: Claim, course: Course
    ) -> tuple[Claim, Course, list[float]]:
        """It is still worked on: a story without an end, or part of one that has one."""
        self._owed -= 1
        others = self._young.get((course.kind, claim.goods))
        upto = course.unfinished[int(self._random() * len(course.unfinished))]
        if others is not None and self._random() < shares.WITHOUT_END:
            claim = claim._replace(story=others[int(self._random() * len(others))])
            course = self._courses[claim.story]
            upto = len(course.steps)
        times = self._lived(course, place, upto, lately=True)
        self._owed_late += shares.OVERDUE
        if self._is_late(course, claim, place, times):
            if self._owed_late >= 1:
                self._owed_late -= 1
            else:
                course = self._sent_out[claim.story]
                times = self._lived(course, place, len(course.steps))
        return claim, course, times

    def _is_late(self, course: Course, claim: Claim, place: float, times: list[float]) -> bool:
        """Whether it would be late by the shop's present."""
        moments = [self._seconds(one) * SECOND for one in (place, *times)]
        happened: list[Happened] = [(_CREATED[0], moments[0], self._created(course, claim))]
        happened += [
            (step.said[0], at, step.payload or "{}")
            for step, at in zip(course.steps, moments[1:], strict=False)
        ]
        return self._clocks.is_late(happened)

    def _seconds(self, place: float) -> int:
        return self._days.seconds(place, min(self._days.day_of(place), len(self._days) - 1))

    def _lived(
        self, course: Course, place: float, upto: int, *, lately: bool = False
    ) -> list[float]:
        """When the first steps were done; ``lately`` moves the last one towards the present.

        What would happen after the present has not happened yet.
        """
        now, chance = self._days.now, self._random
        times: list[float] = []
        for step in course.steps[:upto]:
            place += step.after * (0.7 + 0.9 * chance())
            if place > now:
                return times
            times.append(place)
        # A closed ticket comes back within a week or not at all: that step keeps its time.
        again = bool(times) and course.steps[upto - 1].kind is TicketAction.REOPEN
        if not lately or not times or again:
            return times
        waits = course.steps[upto - 1].days > 0  # whoever waits too long is woken
        if waits or chance() >= shares.FORGOTTEN:
            day = self._days.starts[1] - self._days.starts[0]
            passed = self._chance.expovariate(1 / (shares.LATELY * day))
            times[-1] = max(place, now - (min(passed, shares.WAITING * day) if waits else passed))
        return times

    # --- the ticket and its events --------------------------------------------------------

    def _row(self, opened: _Opened) -> Values:
        """The ticket's row as its events leave it; the events wait for their days."""
        _, no, course, claim, place, day, times, into = opened
        standing = course.standings[len(times)]
        clerk = self._one_of("clerk")
        first = self._days.seconds(place, day)
        told, moments, wakes, owners = self._events(opened, clerk, first)
        lived = self._clocks.with_levels(told)
        self._book.wait(opened.ticket_id, no, lived)
        self._kept += [(opened.ticket_id, *row) for row in self._clocks.rows(lived)]
        if course.kind in COMPLAINED:
            self._cases.append((opened.ticket_id, *course.case(len(times), lived)))
        stored = self._days.stored
        owner = standing.owner
        texts = self._said(claim.story, claim.goods)
        customer = claim.customer
        prefix, date, number = no.split("-")
        words = f"{prefix.lower()} {date} {number} {texts.words}"
        if customer is not None:
            words = f"{words} {self._crowd.name_words(customer)}"
        self.working += standing.working
        return (
            len(told),
            no,
            course.kind_text,
            course.channel,
            texts.summary,
            texts.body,
            stored(first),
            clerk + 2,
            customer,
            claim.receipt_id,
            claim.line_id,
            self._crowd.tier(customer) if customer is not None else Tier.NONE.value,
            standing.status_text,
            int(standing.working),
            standing.priority,
            None if owner is None else owners[owner] + 2,
            standing.department,
            None if standing.wakes is None else wakes[standing.wakes],
            into[0] if into else None,
            standing.outcome,
            standing.cause,
            standing.liability,
            standing.informed,
            None if standing.responded is None else stored(moments[standing.responded]),
            None if standing.resolved is None else stored(moments[standing.resolved]),
            None if standing.closed is None else stored(moments[standing.closed]),
            len(lived),
            stored(lived[-1].at),
            words,
        )

    def _events(
        self, opened: _Opened, clerk: int, first: int
    ) -> tuple[list[Told], list[int], dict[int, str], dict[int, int]]:
        """What people do.

        Returns:
            All of it; the moments of opening and steps; the days on which it wakes up and who owns
            it, by the step's number.
        """
        moments, wakes, owners = [first], {}, {}
        course, day, days, owner = opened.course, opened.day, self._days, clerk
        told = [Told(first, clerk, _CREATED, self._created(course, opened.claim))]
        if course.priority == Priority.P1:
            told.append(Told(first, clerk, _second_level(TicketStatus.NEW), _SECOND_LEVEL))
        for number, (step, place) in enumerate(zip(course.steps, opened.times, strict=False), 1):
            while place >= days.starts[day + 1] and day + 1 < len(days):
                day += 1
            moments.append(seconds := days.seconds(place, day))
            actor, payload = self._actor(step.by, owner, clerk), step.payload
            if step.days:
                wakes[number] = self._wakes(step, day, last=number == len(opened.times))
                payload = f'{{"wake_on": "{wakes[number]}"}}'
            elif payload is None:
                owner = owners[number] = self._one_of(step.to) if step.to else actor
                payload = f'{{"owner": "{self._logins[owner]}"}}'
            elif opened.into is not None:
                payload = merged_into(payload, opened.into[1])
            told.append(Told(seconds, actor, step.said, payload))
            if payload == _FIRST_PRIORITY:
                told.append(Told(seconds, actor, _second_level(step.to_status), _SECOND_LEVEL))
        return told, moments, wakes, owners

    def _wakes(self, step: Step, day: int, *, last: bool) -> str:
        """On which day a wait ends; one that goes on ends after the shop's present."""
        dates = self._days.dates
        begun = dates[-1] if step.ahead and last else dates[day]
        ends = begun + timedelta(days=1 + int(self._random() * step.days))
        return (max(ends, dates[-1] + timedelta(days=1)) if last else ends).isoformat()

    def _created(self, course: Course, claim: Claim) -> str:
        """The payload of the event that opens a ticket, in the order of ``open_ticket``."""
        text = (
            f'{{"kind": "{course.kind_text}", "priority": "{course.priority}", '
            f'"channel": "{course.channel}"'
        )
        if claim.customer is not None:
            text += f', "customer": "{self._uids["customer"]}{claim.customer:012x}"'
        if claim.receipt_id is not None:
            text += f', "receipt": "{self._uids["receipt"]}{claim.receipt_id:012x}"'
        if claim.line_id is not None:
            text += f', "receipt_line": "{self._uids["receipt_line"]}{claim.line_id:012x}"'
        text += course.details
        if claim.customer is not None and self._crowd.is_cared_for(claim.customer):
            text += ', "care": true'
        return f'{text}, "service": {FIRST_SERVICE}}}'

    def _actor(self, role: str, owner: int, clerk: int) -> int:
        if role == "owner":
            return owner
        if role == "clerk" and self._random() < 0.7:
            return clerk
        return self._one_of(role)

    def _one_of(self, role: str) -> int:
        people = self._of_role[role]
        return people[int(self._random() * len(people))]

    def _said(self, story: int, goods: int) -> _Texts:
        """What the story says about the goods; worked out once."""
        texts = self._texts.get((story, goods))
        if texts is None:
            course = self._courses[story]
            words = spoken_of(self._made.products[goods].name) if goods >= 0 else {}
            summary, body = course.said("summary", words), course.said("body", words) or None
            texts = _Texts(summary, body, search_text(summary, body))
            self._texts[story, goods] = texts
        return texts
