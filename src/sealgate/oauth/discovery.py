"""What the provider says of itself: OpenID Connect Discovery 1.0, RFC 8414 (oauth2 B9). It lists what is on."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

import msgspec

from sealgate.apps.directory import AppDirectory
from sealgate.apps.features import Features, features_in_use
from sealgate.apps.model import DEVICE_CODE
from sealgate.base.settings import Settings
from sealgate.oauth.model import ACR_BOUND, ACR_SIGNATURE

if TYPE_CHECKING:
    from sealgate.web import Context

REMEMBERED = timedelta(seconds=30)

_CLAIMS = (
    "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "acr", "amr", "preferred_username", "picture",
    "account", "networkType", "networkEndpoint", "networkId", "blocked", "kycApproved", "proSubscription",
)  # fmt: skip


def metadata(settings: Settings, features: Features) -> dict[str, Any]:
    """Return the document."""
    base = settings.issuer_url
    document: dict[str, Any] = {
        "issuer": base,
        "authorization_endpoint": f"{base}/auth",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/certs",
        "revocation_endpoint": f"{base}/revoke",
        "introspection_endpoint": f"{base}/introspect",
        "pushed_authorization_request_endpoint": f"{base}/par",
        "end_session_endpoint": f"{base}/logout",
        "scopes_supported": ["openid", "profile", "email", "XummPkce"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "acr_values_supported": [ACR_BOUND, ACR_SIGNATURE],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page", "popup"],
        "claim_types_supported": ["normal"],
        "claims_supported": list(_CLAIMS),
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        # Has to be written: what is left out counts as true (OpenID Connect Discovery, 3).
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
        "require_pushed_authorization_requests": False,
        "ui_locales_supported": ["en"],
        "service_documentation": f"{settings.public_url}/docs",
        "backchannel_logout_supported": False,
        "frontchannel_logout_supported": False,
    }
    if features.implicit:
        document["response_types_supported"].append("token")
        document["grant_types_supported"].append("implicit")
    if features.refresh:
        document["scopes_supported"].append("offline_access")
        document["grant_types_supported"].append("refresh_token")
    if features.device:
        document["device_authorization_endpoint"] = f"{base}/device_authorization"
        document["grant_types_supported"].append(DEVICE_CODE)
    if features.es256:
        document["id_token_signing_alg_values_supported"].append("ES256")
    if settings.mail_domain:
        document["claims_supported"] += ["email", "email_verified"]
    return document


class Discovery:
    """The encoded document, made again when an app changes."""

    def __init__(self, context: "Context") -> None:
        self._context = context
        self._apps = context.get(AppDirectory)
        self._changes = -1
        self._until: datetime | None = None
        self._body = b""
        self._etag = ""

    @classmethod
    def of(cls, context: "Context") -> Self:
        """Return the one of this process, made at the first use."""
        try:
            return context.get(cls)
        except KeyError:
            made = cls(context)
            context.put(made)
            return made

    async def current(self, now: datetime) -> tuple[bytes, str]:
        """Return the document and its ETag."""
        changes = self._apps.changes
        if self._changes != changes or self._until is None or now >= self._until:
            features = await self._context.db.read(features_in_use)
            self._body = msgspec.json.encode(metadata(self._context.settings, features))
            self._etag = f'"{sha256(self._body).hexdigest()[:32]}"'
            self._changes, self._until = changes, now + REMEMBERED
        return self._body, self._etag
