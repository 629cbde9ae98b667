"""Actor: who asks. A credential fixes one clinic; the web, the command line and tests each make one."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from tracker.services.errors import NotAllowed

Kind = Literal["patient", "staff", "operator", "device", "token"]


@dataclass(frozen=True)
class Actor:
    """Who asks, in which role, at which clinic, from where."""

    kind: Kind
    id: UUID | None
    clinic_id: UUID | None
    role: str  # patient | front_desk | practitioner | clinic_admin | operator
    patient_id: UUID | None = None
    source: str | None = None
    device_id: UUID | None = None
    carer: bool = False  # somebody who helps the patient: what they enter is marked as assisted
    locked: bool = False  # behind a PIN that was not typed lately: may send, may not look
    renewed: bool = False  # this request gave the phone another 400 days
    scopes: frozenset[str] = frozenset()  # what a token is good for; of people the role says it

    @property
    def clinic(self) -> UUID:
        """The clinic this credential is for."""
        if self.clinic_id is None:
            raise NotAllowed
        return self.clinic_id


def operator(clinic_id: UUID | None = None) -> Actor:
    """The person at the command line."""
    return Actor(kind="operator", id=None, clinic_id=clinic_id, role="operator")


def admit(actor: Actor, *roles: str) -> None:
    """Refuse every role that is not named."""
    if actor.role not in roles:
        raise NotAllowed
