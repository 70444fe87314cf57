"""Coming in by an electronic identity: OpenID Connect with whatever provider the installation names."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from joserfc.errors import JoseError

from app import sessions
from app.accounts import linking
from app.accounts.views import blueprint
from app.config import IdentityProvider
from app.destinations import landing, safe_path
from app.security import limiter, public
from app.wiring import current_actor, current_engine, current_settings
from engine.commands.citizens import EnterByIdentity
from engine.domain.actor import SYSTEM, ActorKind
from engine.domain.citizen import IdentityRefused
from engine.domain.errors import InvalidInput, NotFound
from engine.queries.citizens import identity_known, number_has_password

ANSWER_WITHIN_S = 10
WANTED, LINKING = "identity_next", "identity_linking"

log = logging.getLogger(__name__)


@blueprint.get("/dang-nhap/dinh-danh")
@limiter.limit("30 per minute")
@public
def identity() -> ResponseReturnValue:
    """Sends the visitor to the provider. State, nonce and the PKCE secret wait in his session."""
    return to_provider(safe_path(request.args.get("next")), to_link=False)


def to_provider(wanted: str | None, *, to_link: bool) -> ResponseReturnValue:
    """`to_link` is for somebody who has signed in and wants the identity to open the same account."""
    ours = our_provider()
    session.update({WANTED: wanted, LINKING: to_link})
    back = f"{current_settings().public_url}{url_for('accounts.identified')}"
    try:
        return cast(ResponseReturnValue, _client(ours).authorize_redirect(back))
    except (OAuthError, requests.RequestException) as error:
        raise _refused(error) from error


@blueprint.get("/dang-nhap/dinh-danh/ket-qua")
@limiter.limit("30 per minute")
@public
def identified() -> ResponseReturnValue:
    """Where the provider sends the visitor back. Raises IdentityRefused for a state that is not his, or a bad token."""
    ours = our_provider()
    try:
        token = _client(ours).authorize_access_token()
        return _arrived(entry(ours, token.get("userinfo") or {}))
    except (OAuthError, JoseError, requests.RequestException, InvalidInput, KeyError, ValueError) as error:
        raise _refused(error) from error


def _arrived(word: EnterByIdentity) -> ResponseReturnValue:
    """Lets him in; but an account that was there before is linked on a page that asks its owner, never silently."""
    if session.pop(LINKING, False) and current_actor().kind is ActorKind.CITIZEN and current_user.is_authenticated:
        linking.keep(word)
        return redirect(url_for("accounts.link_consent"), 303)
    engine = current_engine()
    if (word.proven and not engine.read(identity_known, word.issuer, word.subject)
            and engine.read(number_has_password, word.id_number)):
        linking.keep(word)
        return redirect(url_for("accounts.link_offer"), 303)
    return enter(word)


def enter(word: EnterByIdentity) -> ResponseReturnValue:
    """Opens the account of this identity, a new one if need be. Raises InvalidInput."""
    result = current_engine().execute(word, SYSTEM)
    wanted = session.get(WANTED)
    sessions.begin(result["account_id"], result["session_epoch"])
    return redirect(wanted or landing(), 303)


def entry(provider: IdentityProvider, claims: Mapping[str, Any]) -> EnterByIdentity:
    """What the provider says, under the names this installation knows its claims by. Raises KeyError for nobody.

    The issuer is spelled as in the settings, with or without a slash at its end in the token, which has been checked.
    """
    said = {ours: str(claims.get(theirs) or "") for ours, theirs in provider.claims.items()}
    return EnterByIdentity(
        subject=str(claims["sub"]), issuer=provider.issuer, full_name=said.get("name", ""),
        id_number=said.get("id_number", ""), birth_date=_date(said.get("birth_date", "")),
        proven=said.get("assurance", "") in provider.proven)


def our_provider() -> IdentityProvider:
    """Raises NotFound where an installation has none."""
    provider = current_settings().identity
    if provider is None:
        raise NotFound(what="identity provider")
    return provider


def _client(provider: IdentityProvider) -> Any:
    """Registered once for each application; the provider's metadata are fetched when first needed."""
    registry = current_app.extensions.get("motcua.identity")
    if registry is None:
        registry = OAuth(current_app)
        registry.register(
            "identity", client_id=provider.client, client_secret=provider.secret,
            server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": ANSWER_WITHIN_S})
        current_app.extensions["motcua.identity"] = registry
    return registry.identity


def _refused(error: Exception) -> IdentityRefused:
    log.info("identity refused: %s", type(error).__name__)
    return IdentityRefused()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
