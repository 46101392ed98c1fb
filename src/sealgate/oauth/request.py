"""From the parameters of an authorization request to a request that may begin (oauth2 B4.1, steps 3 to 5). Pure.

`/auth` and `/par` read the same parameters. What is wrong before the redirect URI is known to be the app's stays with
us (`SignInStopped`); what is wrong after it is for the app to hear, at that URI.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sealgate.apps.model import App, Redirect
from sealgate.oauth import checks
from sealgate.oauth.errors import ParametersUnusable, RedirectRefused
from sealgate.oauth.model import AuthorizationRequest, ResponseMode, asks_for_popup, scope_set, shape_of
from sealgate.oauth.redirects import match_redirect

MAX_REQUEST_BYTES = 16_384
MAX_STATE_BYTES = 8192

KNOWN = frozenset(
    {
        "acr_values", "claims", "claims_locales", "client_id", "client_secret", "code_challenge",
        "code_challenge_method", "display", "force_network", "id_token_hint", "login_hint", "max_age", "nonce",
        "prompt", "redirect_uri", "registration", "request", "request_uri", "response_mode", "response_type", "scope",
        "signers", "state", "ui_locales",
    }
)  # fmt: skip

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where an answer goes, once the redirect URI is known to be the app's.

    Attributes:
        mode: As far as it can be told before everything is checked: an unknown one counts as `query`.
        popup: The browser SDK waits for a message.
        plain: Neither the popup nor implicit: a standard client, which is told who answers (RFC 9207).
    """

    redirect_uri: str
    registered: Redirect
    mode: ResponseMode
    popup: bool
    plain: bool
    state: str | None

    @classmethod
    def of(cls, request: AuthorizationRequest) -> "ReplyTo":
        """Return where the answer to a checked request goes."""
        assert request.registered is not None
        return cls(
            redirect_uri=request.redirect_uri,
            registered=request.registered,
            mode=request.response_mode,
            popup=request.popup,
            plain=not (request.popup or request.implicit),
            state=request.state,
        )


def single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters of a request; one without a value counts as absent (RFC 6749, 3.1), but for `scope`.

    Raises:
        ParametersUnusable: a parameter with a meaning comes twice, or `state` is too long.
    """
    params: dict[str, str] = {}
    for name, value in pairs:
        if name in params and name in KNOWN:
            raise ParametersUnusable(message=f"The app sent a request with the parameter {name} twice.")
        params[name] = value
    if len(params.get("state", "").encode()) > MAX_STATE_BYTES:
        raise ParametersUnusable(message="The app sent a request whose state is longer than 8,192 bytes.")
    return {name: value for name, value in params.items() if value or name == "scope"}


def reply_to(app: App, params: Params) -> ReplyTo:
    """Return where the answer goes (step 4).

    Raises:
        RedirectRefused: the redirect URI is missing, unsafe, or not the app's. Even with one entry it must be sent.
    """
    uri = params.get("redirect_uri")
    if uri is None:
        raise RedirectRefused(detail=f"app={app.uuid} redirect_uri is missing")
    by_sdk = asks_for_popup(params.get("scope"))
    is_implicit = params.get("response_type") == "token"
    registered = match_redirect(uri, app.redirects, by_origin=by_sdk, fragment_allowed=by_sdk or is_implicit)
    return ReplyTo(
        redirect_uri=uri,
        registered=registered,
        mode=_mode(params.get("response_mode")),
        popup=by_sdk,
        plain=not (by_sdk or is_implicit),
        state=params.get("state"),
    )


def check_request(
    app: App, params: Params, reply: ReplyTo, *, pushed: bool = False, hinted: str | None = None
) -> AuthorizationRequest:
    """Return the request, after every check of step 5, in its order.

    Args:
        reply: What `reply_to` found.
        pushed: It comes by `/par`.
        hinted: The account that `id_token_hint` names, where there was one of ours.

    Raises:
        OAuthError: the first check that fails; it may be told to the app.
    """
    for check in checks.BEFORE_READING:
        check(app, params, pushed)
    scopes = scope_set(params.get("scope"))
    response_type = checks.response_type(app, params)
    strict = shape_of(scopes, implicit=response_type == "token") == "oidc"
    mode = checks.response_mode(params)
    challenge = checks.challenge(app, params, response_type)
    prompt, max_age = checks.prompt(params), checks.max_age(params)
    signers = checks.signers(params, strict=strict)
    hint = hinted or checks.login_hint(params)
    if hint is not None and "select_account" not in prompt and (not signers or hint in signers):
        signers = (hint,)
    return AuthorizationRequest(
        app_uuid=app.uuid,
        redirect_uri=reply.redirect_uri,
        registered=reply.registered,
        response_type=response_type,
        response_mode=mode,
        scope=params.get("scope"),
        state=params.get("state"),
        nonce=checks.nonce(params),
        challenge=challenge,
        force_network=checks.force_network(params, strict=strict),
        signers=signers,
        prompt=prompt,
        max_age=max_age,
        hint=None if "select_account" in prompt else hint,
        acr_values=tuple(params.get("acr_values", "").split()[:8]),
    )


def _mode(text: str | None) -> ResponseMode:
    match text:
        case "fragment" | "form_post":
            return text
        case _:
            return "query"


def read_request(app: App, params: Params, *, pushed: bool = False, hinted: str | None = None) -> AuthorizationRequest:
    """Return the request in one step, for who answers its sender directly, as `/par` does.

    Raises:
        OAuthError: what is wrong first.
    """
    return check_request(app, params, reply_to(app, params), pushed=pushed, hinted=hinted)
