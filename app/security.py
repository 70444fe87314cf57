"""Who may enter, and what every answer carries.

An endpoint says who may enter with exactly one of `@public`, `@signed_in`, `@for_citizens` and `@requires(...)`;
`_guard` reads that before any view runs and refuses an endpoint that says nothing. Officers and citizens share the
way in and the way out, and nothing between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.wiring import current_actor
from engine.domain.actor import ActorKind, Role
from engine.domain.errors import NotAllowed

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HSTS = "max-age=31536000; includeSubDomains"

MEGABYTE = 1024 * 1024
LARGEST_FORM = MEGABYTE
LARGEST_UPLOAD = 200 * MEGABYTE
"""A dossier's scanned papers come in one request; each file has a smaller limit of its own."""

EVERYBODY = frozenset(Role)
"""Also admits an account that holds no role yet."""

CITIZENS: frozenset[Role] = frozenset()
"""Admits citizens, who hold no role."""

limiter = Limiter(get_remote_address, storage_uri="memory://")
csrf = CSRFProtect()

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anybody may enter."""
    return _admitting(view, None)


def signed_in(view: View) -> View:
    """Anybody who has signed in may enter, whatever the role."""
    return _admitting(view, EVERYBODY)


def for_citizens(view: View) -> View:
    """Citizens who have come in may enter; an officer, whatever the role, may not."""
    return _admitting(view, CITIZENS)


def requires(role: Role, *others: Role) -> Callable[[View], View]:
    """Whoever holds one of the roles at some unit may enter; the engine still authorises on the object itself."""
    return lambda view: _admitting(view, frozenset({role, *others}))


def takes_files(view: View) -> View:
    """The view reads uploads; any other refuses a request longer than a form before reading it into memory."""
    vars(view)["largest"] = LARGEST_UPLOAD
    return view


def takes_at_most(size: int) -> Callable[[View], View]:
    """The view reads a body of its own size; a longer one is refused before it is read into memory."""
    def limited(view: View) -> View:
        vars(view)["largest"] = size
        return view
    return limited


def may_enter(endpoint: str) -> bool:
    """Whether the person asking could open this endpoint; navigation shows nothing else."""
    admitted: frozenset[Role] | None = vars(current_app.view_functions[endpoint])["admitted"]
    if admitted is None:
        return True
    if admitted is CITIZENS:
        return current_actor().kind is ActorKind.CITIZEN and bool(current_user.is_authenticated)
    return bool(current_user.is_authenticated) and (admitted is EVERYBODY or _holds_one_of(admitted))


def init_app(app: Flask, *, https: bool, proxies: int) -> None:
    """Cookies, forgery protection, throttling, the guard at the door and the headers on the way out.

    Without `proxies` a header about the visitor's address is only a claim; with them it comes from our own machines.
    """
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.config.update(
        SESSION_COOKIE_NAME="motcua",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=https,
        WTF_CSRF_TIME_LIMIT=None,       # the token lives as long as the session; a slow form must not be lost
        WTF_CSRF_SSL_STRICT=https,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        RATELIMIT_HEADERS_ENABLED=True,
    )
    # In this order: the forgery check reads the whole form, so nobody reaches it who may not enter.
    app.before_request(_limit)
    app.before_request(_guard)
    csrf.init_app(app)
    limiter.init_app(app)
    if app.has_static_folder:
        public(app.view_functions["static"])
    app.after_request(_headers_https if https else _headers)


def _admitting(view: View, admitted: frozenset[Role] | None) -> View:
    vars(view)["admitted"] = admitted
    return view


def _holds_one_of(roles: frozenset[Role]) -> bool:
    return any(membership.role in roles for membership in current_actor().memberships)


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and "largest" in vars(view):
        request.max_content_length = vars(view)["largest"]


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None or may_enter(request.endpoint):
        return None
    if current_user.is_authenticated:
        raise NotAllowed(endpoint=request.endpoint)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)  # a file brings a stricter one
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint != "static":
        # Every page names the reader or a dossier; no proxy and no shared computer may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response


def _headers_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = HSTS
    return _headers(response)
