"""Why a call does not pass the door. Codes 810 to 813 are those of platform-api 1.6, 890 onwards belong to wallets."""

from sealgate.base.errors import SealgateError

# What a 401 must carry (RFC 9110, 15.5.2), and the signature that would do (RFC 9421, section 5).
_SIGN_IT = {
    "www-authenticate": 'Signature realm="sealgate wallet"',
    "accept-signature": 'sig1=("@method" "@target-uri" "content-digest");created;nonce;keyid;alg="ed25519"',
}


class AppDisabled(SealgateError):
    """The app is disabled, and its credentials are right."""

    status = 403
    code = 810
    message = "This app is disabled, so none of its calls are answered."
    hint = "The operator of this server can enable it again: `sealgate app enable`."


class ApiKeyUnknown(SealgateError):
    """No app of this server has this API key."""

    status = 403
    code = 811
    message = "No app of this server has this API key."
    hint = "Compare x-api-key with the key shown for the app, and make sure the app is on this server and not another."


class CredentialsMalformed(SealgateError):
    """The API key or secret is missing or is not a UUID."""

    status = 403
    code = 812
    message = "The API key or the API secret is missing or is not a UUID."
    hint = "Send both as the headers x-api-key and x-api-secret, 36 characters each."


class ApiSecretWrong(SealgateError):
    """The API key is known, and the secret is not a live one of this app."""

    status = 403
    code = 813
    message = "The API key is right, and the API secret is not a live secret of this app."
    hint = (
        "Check that key and secret are of the same app and not swapped. If the secret was rotated, use the new one; "
        "`sealgate app rotate-secret` makes another."
    )


class SecretExposed(SealgateError):
    """A browser sent an API secret, which everybody who opens the page could read there."""

    status = 403
    code = 815
    message = (
        "This call carries an API secret and comes from a browser, where everybody can read the secret. It is refused."
    )
    hint = (
        "Call from your back end instead, or use a JWT in the browser. If the secret has been in a published page, "
        "replace it: `sealgate app rotate-secret`, then `sealgate app retire-secret`."
    )


class BearerNotTaken(CredentialsMalformed):
    """The call has the access token of a signed-in user, and the endpoint is for apps with key and secret alone."""

    message = "This endpoint answers an app's back end alone, by its API key and secret; an access token is not enough."
    hint = (
        "With the access token of a user, call the endpoint of the same name below /api/v1/jwt/, where there is one. "
        "Otherwise call from your back end, with x-api-key and x-api-secret."
    )


class RateLimited(SealgateError):
    """More calls than the limit allows in a sliding minute."""

    status = 429
    code = 429
    message = "There were too many calls in the last minute."
    hint = (
        "Wait for the number of seconds in the Retry-After header; X-RateLimit-Remaining tells how many calls are left."
    )


class TooManyFailures(SealgateError):
    """Too many calls with wrong credentials came from one address in a minute."""

    status = 429
    code = 429
    message = "Too many calls with wrong credentials came from this address in the last minute."
    hint = "Correct the credentials; right ones are accepted at once, wrong ones are looked at again after Retry-After."


class AdminApiOff(SealgateError):
    """The server has no admin token, so its admin API is switched off."""

    status = 404
    code = 404
    message = "The admin API of this server is switched off."
    hint = "Its operator switches it on by the setting admin_token (SEALGATE_ADMIN_TOKEN)."


class AdminTokenMissing(SealgateError):
    """The call to the admin API carries no bearer token."""

    status = 401
    code = 401
    message = "The admin API wants a bearer token, and the call has none."
    hint = "Send `Authorization: Bearer …` with the server's admin token; `sealgate dev` writes it into dev.env."


class AdminTokenWrong(SealgateError):
    """The bearer token is not this server's admin token."""

    status = 401
    code = 401
    message = "The bearer token is not the admin token of this server."
    hint = "Compare it with the server's setting admin_token, and make sure the call goes to the right server."


class CallUnknown(SealgateError):
    """The call log of the app has no call with this reference."""

    status = 404
    code = 404
    message = "The call log of this app has no call with this reference."
    hint = "Calls are kept for the setting call_log_days; successful ones are found among the latest hundred thousand."


class SignatureMissing(SealgateError):
    """The call of a wallet carries no HTTP message signature."""

    status = 401
    code = 890
    headers = _SIGN_IT
    message = "This call must be signed by a device's key, and it carries no signature."
    hint = "Send the headers Signature-Input and Signature (RFC 9421), made with the Ed25519 key of a paired device."


class SignatureUnreadable(SealgateError):
    """The signature fields cannot be read, or have parameters that are missing, unknown or of the wrong kind."""

    status = 401
    code = 891
    headers = _SIGN_IT
    message = "The signature fields of this call cannot be read."
    hint = 'One canonical signature, with created, nonce (16 to 64 characters), keyid and alg="ed25519".'


class SignatureStale(SealgateError):
    """The signature was made too long ago, in the future, or has expired."""

    status = 401
    code = 892
    headers = _SIGN_IT
    message = "The signature is not of this minute."
    hint = "Set the clock of the device; GET /api/v1/app/server tells the server's time. Sign each call anew."


class SignatureReplayed(SealgateError):
    """This signature was used before: the nonce was seen with this key."""

    status = 401
    code = 893
    headers = _SIGN_IT
    message = "This nonce was used before with this key: the call was sent twice, or somebody replays it."
    hint = "Sign each call anew, with a fresh random nonce."


class BodyNotSigned(SealgateError):
    """The body is not the one that was signed, or no digest of it was."""

    status = 401
    code = 894
    headers = _SIGN_IT
    message = "The body is not the one that was signed."
    hint = (
        "Send Content-Digest (RFC 9530) with the sha-256 of exactly the bytes of the body, and sign that header, too."
    )


class SignatureWrong(SealgateError):
    """The signature does not verify with the key it names."""

    status = 401
    code = 895
    headers = _SIGN_IT
    message = "The signature does not verify with the key it names."
    hint = (
        "Sign the method, the full URL under the server's public_url and the digest of the body, with the key of the "
        "device in keyid; nothing may change them on the way."
    )


class SignerUnknown(SealgateError):
    """The key that is said to have signed belongs to no paired device of this server."""

    status = 401
    code = 896
    headers = _SIGN_IT
    message = "keyid names no paired device of this server; it may have been revoked."
    hint = "Pair the wallet with this server: POST /api/v1/app/devices."


class SignatureCoversTooLittle(SealgateError):
    """The signature leaves out a part of the call that it must cover."""

    status = 401
    code = 897
    headers = _SIGN_IT
    message = "The signature leaves out a part of the call that it must cover."
    hint = (
        'Cover "@method" and "@target-uri" (or "@authority", "@path" and "@query"), and "content-digest" with a body.'
    )
