"""The tickets of a large made-up shop: who comes, what becomes of it, and every event of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import exp
from typing import Any, Final, NamedTuple

from counter import shares
from counter.courses import DUPLICATE, Course, Step, merged_into
from data.bulk import Values
from data.demo import MadePerson, MadeShop, chance_for, spoken_of
from data.making.days import OpenDays
from data.making.filling import Filling
from data.making.people import MadePeople
from data.making.sales import Claim, MadeSales, Occasion
from data.making.tables import CUSTOMER, RECEIPT, RECEIPT_LINE, TICKET, TICKET_EVENT
from models.terms import TicketAction, TicketKind, TicketStatus, Tier
from models.text import search_text


class _Pending(NamedTuple):
    """An event that is to be written on its day.

    Moment and place among all come first: the order in which events happen.
    """

    seconds: int
    place: int
    ticket_id: int
    event_no: int
    actor: int
    kind: str
    from_status: str | None
    to_status: str
    text: str | None
    payload: str
    no: str


_CREATED: Final[tuple[str, str | None, str, str | None]] = ("create", None, "new", None)
"""Kind, both statuses and text of the event that opens a ticket."""


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
        events: how many events were written.
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
        self._walk_in = [
            number
            for number, course in enumerate(courses)
            if course.ends and not course.goods
            for _ in range(round(50 * shares.weight(course, courses)))
        ]
        self._young = self._young_stories()
        self._texts: dict[tuple[int, int], _Texts] = {}
        self._pending: dict[int, list[_Pending]] = {}
        self._placed = 0
        # What shares.YOUNG falls off with, so that all ages together make shares.WORKING.
        self._fall = shares.WORKING / shares.YOUNG * max(days.now - days.starts[first_day], 1.0)
        self._owed = self._owed_resolved = 0.0
        self._uids: dict[str, str] = {}
        self.working = self.events = 0

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
        filling.count_numbers(compact, numbers)
        self._happen(filling, sorted(self._pending.pop(day, [])))

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
        return claim, course, self._lived(course, place, upto, lately=True)

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
        if lately and times and not again and chance() >= shares.FORGOTTEN:
            day = self._days.starts[1] - self._days.starts[0]
            times[-1] = max(place, now - self._chance.expovariate(1 / (shares.LATELY * day)))
        return times

    # --- the ticket and its events --------------------------------------------------------

    def _row(self, opened: _Opened) -> Values:
        """The ticket's row as its events leave it; the events wait for their days."""
        _, no, course, claim, place, day, times, into = opened
        standing = course.standings[len(times)]
        clerk = self._one_of("clerk")
        first = self._days.seconds(place, day)
        moments, wakes, owners = self._events(opened, clerk, first)
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
            len(moments),
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
            len(moments),
            stored(moments[-1]),
            words,
        )

    def _events(
        self, opened: _Opened, clerk: int, first: int
    ) -> tuple[list[int], dict[int, str], dict[int, int]]:
        """Let the events wait for their days.

        Returns:
            Their moments; the days on which it wakes up and who owns it, by the event's number.
        """
        moments, wakes, owners = [first], {}, {}
        course, day, days, owner = opened.course, opened.day, self._days, clerk
        self._wait(day, opened, 1, clerk, first, None, self._created(opened))
        for number, (step, place) in enumerate(zip(course.steps, opened.times, strict=False), 1):
            while place >= days.starts[day + 1] and day + 1 < len(days):
                day += 1
            moments.append(seconds := days.seconds(place, day))
            actor, payload = self._actor(step.by, owner, clerk), step.payload
            if step.days:
                wait = timedelta(days=1 + int(self._random() * step.days))
                wakes[number] = (days.dates[day] + wait).isoformat()
                payload = f'{{"wake_on": "{wakes[number]}"}}'
            elif payload is None:
                owner = owners[number] = self._one_of(step.to) if step.to else actor
                payload = f'{{"owner": "{self._logins[owner]}"}}'
            elif opened.into is not None:
                payload = merged_into(payload, opened.into[1])
            self._wait(day, opened, number + 1, actor, seconds, step, payload)
        return moments, wakes, owners

    def _wait(
        self,
        day: int,
        opened: _Opened,
        event_no: int,
        actor: int,
        seconds: int,
        step: Step | None,
        payload: str,
    ) -> None:
        self._placed += 1
        said = _CREATED if step is None else step.said
        self._pending.setdefault(day, []).append(
            _Pending(
                seconds, self._placed, opened.ticket_id, event_no, actor, *said, payload, opened.no
            )
        )

    def _created(self, opened: _Opened) -> str:
        """The payload of the event that opens a ticket, in the order of ``open_ticket``."""
        course, claim = opened.course, opened.claim
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
        return text + "}"

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

    def _happen(self, filling: Filling, events: list[_Pending]) -> None:
        """Write the events of a day in their order, and who did each into the audit."""
        head, stored, logins = self._uids["ticket"], self._days.stored, self._logins
        rows: list[Values] = []
        deeds = []
        for seconds, _, ticket_id, number, actor, kind, before, after, text, payload, no in events:
            at, key = stored(seconds), actor + 2
            rows.append((ticket_id, number, at, key, kind, before, after, text, payload))
            said = f'{{"event":{number},"no":"{no}","status":"{after}"}}'
            uid = f"{head}{ticket_id:012x}"
            deeds.append((at, key, logins[actor], f"ticket.{kind}", "ticket", uid, said))
        filling.insert(TICKET_EVENT, rows)
        filling.audit(deeds)
        self.events += len(rows)
