"""An OpenID Connect provider as small as one can be: it vouches for whomever a test names, with a key of its own."""

from __future__ import annotations

import base64
import hashlib
import threading
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "motcua", "bi-mat"


class IdentityProvider:
    """Runs on a port of its own; `person` is whoever signs in there next."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.signing_key = self.key
        self.person: dict[str, Any] = {}
        self._asked: dict[str, dict[str, str]] = {}
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.spelled = f"{self.issuer}/"    # some call themselves with a slash at the end
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Once stopped it stays away."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def _app(self) -> Flask:
        app = Flask("identity-provider")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self.metadata)
        app.add_url_rule("/jwks", view_func=self.keys)
        app.add_url_rule("/authorize", view_func=self.authorize)
        app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        return app

    def metadata(self) -> ResponseReturnValue:
        return jsonify({
            "issuer": self.spelled, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"]})

    def keys(self) -> ResponseReturnValue:
        return jsonify(KeySet([self.key]).as_dict(private=False))

    def authorize(self) -> ResponseReturnValue:
        """Whoever comes is `person`; nobody is asked for a password."""
        code = f"code-{len(self._asked)}"
        self._asked[code] = {name: request.args.get(name, "") for name in ("nonce", "code_challenge")}
        back = urlencode({"code": code, "state": request.args["state"]})
        return redirect(f"{request.args['redirect_uri']}?{back}")

    def token(self) -> ResponseReturnValue:
        """Holds the visitor to his PKCE secret."""
        asked = self._asked.pop(request.form.get("code", ""), None)
        proof = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        if asked is None or base64.urlsafe_b64encode(proof).decode().rstrip("=") != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        claims = {"iss": self.spelled, "aud": CLIENT, "exp": 4_000_000_000, "iat": 1_700_000_000,
                  "nonce": asked["nonce"], **self.person}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signing_key)
        return jsonify({"access_token": "x", "token_type": "Bearer", "id_token": token})
