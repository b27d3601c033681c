"""The one error tree: a title, a sentence a clerk understands, a code for a machine.

Sentences are templates with named values. They are written in English here and translated where
they are shown (``counter.language.say``), so that a failure reads the same on a screen, in a
terminal and in ``--json``.
"""

from __future__ import annotations

from models.messages import N_


class CounterError(Exception):
    """Base of every error that Counter raises on purpose.

    Attributes:
        code: stable word for machines, e.g. ``wrong_pin``.
        title: short heading, untranslated.
        sentence: template of what happened, where, and what to do, untranslated.
        values: the named values of the template.
        field: the input that is at fault, where one is.
        exit_status: what the process ends with when a command fails by this error.
    """

    code = "error"
    title = N_("That did not work")
    exit_status = 1

    def __init__(self, sentence: str, *, field: str | None = None, **values: object) -> None:
        self.sentence = sentence
        self.values = values
        self.field = field
        super().__init__(sentence)

    def __str__(self) -> str:
        return self.sentence.format(**self.values) if self.values else self.sentence


class InvalidInput(CounterError):
    """What was typed or sent cannot be used; ``field`` names the input.

    ``faults`` holds every fault of a form, this one included, so that all can be shown at once.
    """

    code = "invalid_input"
    title = N_("Please correct this")
    exit_status = 2
    faults: tuple[InvalidInput, ...] = ()


class NotFound(CounterError):
    """Nothing in the store answers to that name or number."""

    code = "not_found"
    title = N_("Not found")


class NotAllowed(CounterError):
    """The signed-in person's role does not permit the action."""

    code = "not_allowed"
    title = N_("Not allowed")


class SignInRefused(CounterError):
    """Wrong staff number, wrong PIN, an inactive account, or too many tries."""

    code = "sign_in_refused"
    title = N_("Not signed in")


class SessionEnded(SignInRefused):
    """The PIN was reset or the person left since the sign-in.

    Attributes:
        session: the person's key and the session that ended; an answer that comes late must not
            end a newer one.
    """

    session: tuple[int, int] | None = None


class WrongState(CounterError):
    """The object's life does not allow this step from where it stands."""

    code = "wrong_state"
    title = N_("Not possible now")


class Conflict(CounterError):
    """Somebody else changed the record since it was read; nothing was written."""

    code = "conflict"
    title = N_("Changed by somebody else")


class ClockSetBack(CounterError):
    """The computer's clock stands before the last event of the same object (invariant 8)."""

    code = "clock_set_back"
    title = N_("The clock was set back")


class StoreUnusable(CounterError):
    """The store file cannot be opened, read or written."""

    code = "store_unusable"
    title = N_("The store cannot be used")


class StoreDamaged(StoreUnusable):
    """The store's file, or the log beside it, is not as it was written."""

    code = "store_damaged"
    title = N_("The store is damaged")


class StoreMissing(StoreUnusable):
    """There is no store where one was: its backups are still there."""

    code = "store_missing"
    title = N_("The store is missing")


class StoreNewer(StoreUnusable):
    """A newer version of Counter wrote the store; this one refuses to touch it."""

    code = "store_newer"
    title = N_("The store is newer than this program")


class StoreBusy(StoreUnusable):
    """Another process held the store for longer than the busy timeout."""

    code = "store_busy"
    title = N_("The store is busy")


class FileRefused(CounterError):
    """A file is no table of its kind, cannot be read, or cannot be written."""

    code = "file_refused"
    title = N_("The file cannot be used")


class AlreadyRunning(CounterError):
    """Another process does the same job right now."""

    code = "already_running"
    title = N_("Already running")
