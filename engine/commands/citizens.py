"""Citizens come in by a one-time code or an identity provider, tell about themselves, and may leave for good."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from engine.commands import notices
from engine.commands.accounts import anybody, hash_password
from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.domain.account import NO_PASSWORD, NewAccount
from engine.domain.actor import ActorKind
from engine.domain.citizen import (
    CODE_DIGITS,
    CODE_VALID_FOR,
    CODES_AN_HOUR,
    NOTICE_CHANNELS,
    Assurance,
    CitizenProfile,
    CodeRefused,
    Contact,
    ContactCode,
    ContactKind,
    TooManyCodes,
    contact,
)
from engine.domain.errors import InstanceBusy, InvalidInput, NotAllowed, NotFound
from engine.domain.notice import NoticeChannel

LANGUAGES = ("vi", "en")
CHANNELS = {ContactKind.PHONE: NoticeChannel.SMS, ContactKind.EMAIL: NoticeChannel.EMAIL}
LONGEST = {"name": 200, "id_number": 20, "phone": 30, "email": 200, "address": 300}


@dataclass(frozen=True, slots=True)
class SendCode:
    """Sends a one-time code to a telephone or an e-mail address, whether somebody has an account there or not."""

    contact: str
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class ConfirmCode:
    """Answers a code sent to a contact. Whoever can, has the account of that contact; a new one if need be.

    `asked` are the ids of the codes that this visitor had sent: nobody spoils the codes of somebody else by guessing.
    """

    contact: str
    secret: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnterByIdentity:
    """An identity provider has vouched for somebody; the web says so after checking the provider's signature.

    `subject` never changes and is nobody else's at this issuer; `proven` when the provider has seen papers. The log
    keeps neither name nor number nor birth date.
    """

    subject: str
    issuer: str
    full_name: str
    id_number: str = ""
    birth_date: date | None = None
    proven: bool = False


@dataclass(frozen=True, slots=True)
class SaveProfile:
    """What a citizen tells about himself. `typed` has the fields of `CitizenProfile` as texts."""

    account_id: str
    typed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChoosePassword:
    """A password for the account of the contact one has proven; ends every other session."""

    account_id: str
    password: str


@dataclass(frozen=True, slots=True)
class CloseAccount:
    """A citizen takes back what he told. Dossiers already filed stay as the law wants them kept."""

    account_id: str


def only_the_gate(ctx: Context, _command: object) -> None:
    """Nobody may say of himself who he is. Raises NotAllowed."""
    if ctx.actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed()


def only_oneself(ctx: Context, command: SaveProfile | ChoosePassword | CloseAccount) -> None:
    """The citizen himself. Raises NotAllowed."""
    if ctx.actor.kind is not ActorKind.CITIZEN or ctx.actor.id != command.account_id:
        raise NotAllowed()


def send_code(ctx: Context, command: SendCode) -> dict[str, Any]:
    """Raises InvalidInput (contact), TooManyCodes. The code itself is kept in the letter alone."""
    to = contact(command.contact)
    if len(ctx.uow.citizens.codes_sent(to.value, ctx.now - timedelta(hours=1))) >= CODES_AN_HOUR:
        raise TooManyCodes()
    code_id, code = ctx.uow.new_id(), f"{secrets.randbelow(10 ** CODE_DIGITS):0{CODE_DIGITS}d}"
    ctx.uow.citizens.add_code(ContactCode(code_id, to.value, _hashed(code_id, code), ctx.now))
    language = command.language if command.language in LANGUAGES else LANGUAGES[0]
    notices.queue_code(ctx, CHANNELS[to.kind], to.value, code, language,
                       minutes=int(CODE_VALID_FOR.total_seconds()) // 60)
    return {"contact": to.value, "code_id": code_id}


def confirm_code(ctx: Context, command: ConfirmCode) -> dict[str, Any]:
    """Never raises for a wrong code: a refusal must be counted, and an exception would roll the count back."""
    given = contact(command.contact)
    codes = [each for each in ctx.uow.citizens.codes_sent(given.value, ctx.now - CODE_VALID_FOR)
             if each.id in command.asked and each.usable_at(ctx.now)]
    typed = "".join(command.secret.split())
    right = [each for each in codes if hmac.compare_digest(each.hashed, _hashed(each.id, typed))]
    for code in () if right else codes:
        ctx.uow.citizens.count_try(code.id)
    if not right:
        return {"refused": CodeRefused.code}
    ctx.uow.citizens.use_code(right[0].id, ctx.now)
    account_id = ctx.uow.citizens.account_of_contact(given.value) or _opened_for_contact(ctx, given)
    return _entered(ctx, account_id)


def refuse_code(result: dict[str, Any]) -> None:
    """After the count is safely written. Raises CodeRefused."""
    if "refused" in result:
        raise CodeRefused()


def enter_by_identity(ctx: Context, command: EnterByIdentity) -> dict[str, Any]:
    """What the provider vouches for replaces what the citizen had told. Raises InvalidInput without a name."""
    if not (command.issuer and command.subject and command.full_name.strip()):
        raise InvalidInput(problems={"identity": "incomplete"})
    account_id = ctx.uow.citizens.account_of_identity(command.issuer, command.subject)
    if account_id is None:
        account_id = _opened(ctx, f"oidc:{ctx.uow.new_id()}", command.full_name.strip()[:LONGEST["name"]])
        if ctx.uow.citizens.add_identity(command.issuer, command.subject, account_id, ctx.now) != account_id:
            raise InstanceBusy()    # he came in twice at once: the next try finds the account of the first
    ctx.uow.citizens.save_profile(vouched(profile_of(ctx, account_id), command))
    return _entered(ctx, account_id)


def save_profile(ctx: Context, command: SaveProfile) -> dict[str, Any]:
    """Raises InvalidInput by field. What an identity provider vouched for stays as it is."""
    known = profile_of(ctx, command.account_id)
    told = _told(command.account_id, command.typed)
    if known.assurance is Assurance.PROVEN:
        told = replace(told, name=known.name, id_number=known.id_number, birth_date=known.birth_date,
                       assurance=known.assurance)
    ctx.uow.citizens.save_profile(told)
    return {"account_id": command.account_id}


def choose_password(ctx: Context, command: ChoosePassword) -> dict[str, Any]:
    """Returns the new session epoch, so that the session at hand goes on."""
    return {"session_epoch": ctx.uow.citizens.set_login(command.account_id, ctx.prepared)}


def close_account(ctx: Context, command: CloseAccount) -> dict[str, Any]:
    """Drafts, profile and every way in are gone afterwards."""
    ctx.uow.applications.drop_drafts_of(command.account_id)
    ctx.uow.citizens.close(command.account_id, f"closed:{command.account_id}")
    return {"account_id": command.account_id}


def _hashed(code_id: str, code: str) -> str:
    """Salted with the row's own id. Ten minutes and five tries protect six digits; no hash could."""
    return hashlib.sha256(f"{code_id}:{code}".encode()).hexdigest()


def _opened_for_contact(ctx: Context, it: Contact) -> str:
    account_id = _opened(ctx, it.value, it.value)
    ctx.uow.citizens.add_contact(it, account_id, ctx.now)
    known = profile_of(ctx, account_id)
    told = replace(known, phone=it.value) if it.kind is ContactKind.PHONE else replace(known, email=it.value)
    channels = ("sms",) if it.kind is ContactKind.PHONE else ("email",)
    ctx.uow.citizens.save_profile(replace(told, notice_channels=channels))
    return account_id


def _opened(ctx: Context, login: str, name: str) -> str:
    account_id = ctx.uow.new_id()
    ctx.uow.people.add_account(
        NewAccount(account_id, login, name, NO_PASSWORD, ActorKind.CITIZEN, (), ctx.now))
    ctx.uow.citizens.add_profile(CitizenProfile(account_id))
    return account_id


def _entered(ctx: Context, account_id: str) -> dict[str, Any]:
    epoch = ctx.uow.citizens.epoch(account_id)
    if epoch is None:
        return {"refused": CodeRefused.code}
    return {"account_id": account_id, "session_epoch": epoch}


def vouched(known: CitizenProfile, given: EnterByIdentity) -> CitizenProfile:
    """The profile with what a provider has seen papers for; a weaker word only fills what is empty."""
    if not given.proven and known.name:
        return known
    assurance = Assurance.PROVEN if given.proven else Assurance.DECLARED
    return replace(known, name=given.full_name.strip()[:LONGEST["name"]],
                   birth_date=given.birth_date or known.birth_date,
                   id_number=given.id_number[:LONGEST["id_number"]] or known.id_number, assurance=assurance)


def profile_of(ctx: Context, account_id: str) -> CitizenProfile:
    """Raises NotFound for an account that is not a citizen's."""
    found = ctx.uow.citizens.profile(account_id)
    if found is None:
        raise NotFound(what="profile")
    return found


def _told(account_id: str, typed: Mapping[str, Any]) -> CitizenProfile:
    """From checked answers: the page has its own form with the rules for each field."""
    channels = tuple(each for each in NOTICE_CHANNELS if each in (typed.get("notice_channels") or ()))
    language = str(typed.get("language") or LANGUAGES[0])
    born = typed.get("birth_date")
    if language not in LANGUAGES:
        raise InvalidInput(problems={"language": "not_choice"})
    texts = {name: str(typed.get(name) or "").strip() for name in ("name", "id_number", "phone", "email", "address")}
    too_long = [name for name, most in LONGEST.items() if len(texts[name]) > most]
    if too_long or not texts["name"]:
        raise InvalidInput(problems=dict.fromkeys(too_long or ["name"], "too_long" if too_long else "required"))
    return CitizenProfile(account_id, texts["name"], texts["id_number"], _date(born), texts["phone"], texts["email"],
                          texts["address"], channels, language)


def _date(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        raise InvalidInput(problems={"birth_date": "not_date"}) from None


HANDLERS: Mapping[type, Handler] = {
    SendCode: Handler(send_code, anybody, "audit.send_code", "contact"),
    ConfirmCode: Handler(confirm_code, anybody, "audit.confirm_code", "contact", None, refuse_code),
    EnterByIdentity: Handler(enter_by_identity, only_the_gate, "audit.enter_by_identity", "subject", None, refuse_code),
    SaveProfile: Handler(save_profile, only_oneself, "audit.save_profile", "account_id"),
    ChoosePassword: Handler(choose_password, only_oneself, "audit.choose_password", "account_id", hash_password),
    CloseAccount: Handler(close_account, only_oneself, "audit.close_account", "account_id"),
}
