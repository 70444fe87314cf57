"""Citizens as the service knows them: what they told about themselves, and how they prove a telephone or an address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from engine.domain.errors import DomainError, InvalidInput

CODE_DIGITS = 6
CODE_VALID_FOR = timedelta(minutes=10)
CODE_TRIES = 5
CODES_AN_HOUR = 20
"""To one contact, whoever asks. The web gives one address five of them: a stranger needs four addresses to use them up.

A browser answers only the codes it asked for, each five times: at most a hundred guesses an hour at six digits.
"""

NOTICE_CHANNELS = ("email", "sms", "zalo")

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63}){1,4}")
_PHONE = re.compile(r"0[0-9]{9,10}", re.ASCII)


class CodeRefused(DomainError):
    """The one-time code is wrong, used or too old; the answer is the same for all three."""

    code = "code_refused"


class TooManyCodes(DomainError):
    """This contact was sent as many codes within the hour as may be."""

    code = "too_many_codes"


class IdentityRefused(DomainError):
    """The identity provider's answer cannot be used: a foreign state, a bad signature, no name."""

    code = "identity_refused"


class IdentityTaken(DomainError):
    """This electronic identity already opens another account; one identity is one account."""

    code = "identity_taken"


class IdentityDiffers(DomainError):
    """The account bears another personal number than the one the provider vouches for."""

    code = "identity_differs"


class IdentityUnproven(DomainError):
    """The provider has seen no papers of this identity, or names no personal number: it is linked with no account."""

    code = "identity_unproven"


class LastWayIn(DomainError):
    """Without this electronic identity nobody could enter the account any more."""

    code = "last_way_in"


class ContactKind(Enum):
    """Where a one-time code goes."""

    PHONE = "phone"
    EMAIL = "email"


class Assurance(Enum):
    """What stands behind a citizen's name: the holder's own word, or a provider of identities."""

    DECLARED = "declared"
    PROVEN = "proven"


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number or an e-mail address in its one spelling."""

    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class ContactCode:
    """A one-time code on its way. Only its hash is kept; `tries` counts the wrong answers."""

    id: str
    contact: str
    hashed: str
    sent_at: datetime
    tries: int = 0
    used_at: datetime | None = None

    def usable_at(self, now: datetime) -> bool:
        """True while the code may still be answered."""
        return self.used_at is None and self.tries < CODE_TRIES and now < self.sent_at + CODE_VALID_FOR


@dataclass(frozen=True, slots=True)
class CitizenProfile:
    """What a citizen told about himself; forms begin with it.

    A name, identity number and birth date that an identity provider vouched for (`PROVEN`) are changed by it alone.
    """

    account_id: str
    name: str = ""
    id_number: str = ""
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    notice_channels: tuple[str, ...] = field(default=NOTICE_CHANNELS[:1])
    language: str = "vi"
    assurance: Assurance = Assurance.DECLARED


def contact(text: str) -> Contact:
    """Reads what somebody typed: `+84 912 345 678` is `0912345678`. Raises InvalidInput."""
    written = text.strip().lower()
    if "@" in written:
        if len(written) <= 80 and _EMAIL.fullmatch(written) and written.isprintable():
            return Contact(ContactKind.EMAIL, written)
        raise InvalidInput(problems={"contact": "not_email"})
    digits = re.sub(r"[ .()-]", "", written)
    digits = re.sub(r"^(\+84|0084)", "0", digits)
    if not _PHONE.fullmatch(digits):
        raise InvalidInput(problems={"contact": "not_phone"})
    return Contact(ContactKind.PHONE, digits)
