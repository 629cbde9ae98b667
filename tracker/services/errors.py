"""Errors: how a service refuses. One place in web maps each class to a status; a message never holds the value."""

from collections.abc import Sequence
from typing import TypedDict

from tracker.tongue import _, english


class Fault(TypedDict):
    """One thing wrong with a body: where it stands, a stable code, words."""

    pointer: str
    code: str
    message: str


class Refused(Exception):
    """The service would not do it. `retry` says what helps: fix, later, sign-in, never."""

    def __init__(self, code: str, message: str, pointer: str | None = None, retry: str = "fix") -> None:
        self.code = code
        self.message = _(message)
        super().__init__(self.message)
        self.pointer = pointer
        self.retry = retry


class NotFound(Refused):
    """It is not there, or not for this person: both look alike."""

    def __init__(
        self,
        code: str = "not_found",
        message: str = english("There is nothing here."),
        pointer: str | None = None,
        retry: str = "never",
    ) -> None:
        super().__init__(code, message, pointer, retry)


class Conflict(Refused):
    """The id is taken by something else."""


class Invalid(Refused):
    """The body does not hold; `errors` lists every fault found."""

    def __init__(
        self,
        code: str,
        message: str,
        pointer: str | None = None,
        retry: str = "fix",
        *,
        errors: Sequence[Fault] = (),
    ) -> None:
        super().__init__(code, message, pointer, retry)
        self.errors: list[Fault] = list(errors) or [Fault(pointer=pointer or "", code=code, message=message)]


class NotAllowed(Refused):
    """This role may not do it."""

    def __init__(
        self,
        code: str = "not_allowed",
        message: str = english("Your role does not allow this."),
        pointer: str | None = None,
        retry: str = "never",
    ) -> None:
        super().__init__(code, message, pointer, retry)


class Locked(Refused):
    """Behind a PIN that has to be typed first."""

    def __init__(
        self,
        code: str = "pin_needed",
        message: str = english("Type the PIN first."),
        pointer: str | None = None,
        retry: str = "fix",
    ) -> None:
        super().__init__(code, message, pointer, retry)


class TooMany(Refused):
    """Too many tries from one place."""

    def __init__(
        self,
        code: str = "too_many_tries",
        message: str = english("Too many tries. Wait one hour, or ask the clinic for a new code."),
        pointer: str | None = None,
        retry: str = "later",
    ) -> None:
        super().__init__(code, message, pointer, retry)


class SignInNeeded(Refused):
    """Nobody is signed in, or no longer."""

    def __init__(
        self,
        code: str = "sign_in_needed",
        message: str = english("Please sign in."),
        pointer: str | None = None,
        retry: str = "sign-in",
    ) -> None:
        super().__init__(code, message, pointer, retry)


class Unready(Refused):
    """Not now: the store is busy, away, or not migrated."""

    def __init__(
        self,
        code: str = "unready",
        message: str = english("Not ready. Please try again shortly."),
        pointer: str | None = None,
        retry: str = "later",
    ) -> None:
        super().__init__(code, message, pointer, retry)
