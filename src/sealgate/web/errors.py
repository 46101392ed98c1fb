"""Refusals that belong to HTTP itself, before any slice is asked."""

from sealgate.base.errors import SealgateError, Unavailable


class EndpointUnknown(SealgateError):
    """No endpoint has this path, or it does not take this method; the Allow header then names those it takes."""

    status = 404
    code = 404
    # The text published clients know (platform-api 1.5).
    message = "Endpoint unknown or method invalid for given endpoint"
    fatal = True


class PageUnknown(SealgateError):
    """There is no page at this address."""

    status = 404
    code = 404
    message = "There is no page at this address."
    hint = "Check the link; it may have lost its end when it was copied."


class MethodUnknown(SealgateError):
    """The page exists, but does not take this method; the Allow header names those it takes."""

    status = 405
    code = 405
    message = "This page cannot be asked for in this way."


class UriTooLong(SealgateError):
    """The path or the query is longer than the server reads."""

    status = 414
    code = 414
    message = "The path or the query of this call is too long."
    hint = "Send large values in the body."


class QueryInvalid(SealgateError):
    """A query parameter is not readable or does not have the documented form."""

    status = 400
    code = 400
    message = "The query of this call cannot be used."
    hint = "Percent-encode the values as UTF-8 and compare them with the API reference."


class BodyTooLarge(SealgateError):
    """The body has more bytes than the server reads."""

    status = 413
    code = 413
    message = "The body is too large."


class BodyTooSlow(SealgateError):
    """The body did not arrive in time."""

    status = 408
    code = 408
    message = "The body did not arrive in time."
    hint = "Send the call again."


class BodyUnusable(SealgateError):
    """The body cannot be used; the message says why, the pointer where."""

    status = 400
    code = 400
    message = "The body of this call cannot be used."


class BodyMissing(BodyUnusable):
    """The call needs a JSON body and has none."""

    message = "This call needs a JSON body, and none was sent."
    hint = "Send a JSON object as the body."


class BodyNotJson(BodyUnusable):
    """The body is not JSON as RFC 8259 defines it, in UTF-8."""

    message = "The body is not JSON."
    hint = "Send UTF-8 JSON; NaN and Infinity are not part of it."


class BodyAmbiguous(BodyUnusable):
    """An object in the body has the same member twice, so that two readers could understand it differently."""

    message = "An object in the body has the same member twice."
    hint = "Keep one of the two."


class BodyTooDeep(BodyUnusable):
    """The JSON in the body is nested deeper than the server reads."""

    message = "The JSON in the body is nested too deep."
    hint = "Flatten it, or send the inner part as a string."


class BodyInvalid(BodyUnusable):
    """The body is JSON, but not of the documented shape."""

    message = "The body does not have the documented shape."
    hint = "Compare it with the API reference at /docs."


class InternalFailure(SealgateError):
    """The server failed in a way nobody planned for; the log has the cause under the reference."""

    status = 500
    code = 500
    message = "The server failed to handle this call. Give the reference to its operator."
    fatal = True


class ServerStopping(Unavailable):
    """The server was stopped while it worked on this call; the effect may or may not have been stored."""

    message = "The server stopped before this call was done. Its effect may or may not have been stored."


class PortTaken(SealgateError):
    """The port the server should listen on is used by another program."""

    code = "listen"
    message = "The port is taken."
    hint = "Stop the other program, or choose another port."


class AddressUnusable(SealgateError):
    """The server cannot listen on the address it was given."""

    code = "listen"
    message = "The server cannot listen on this address."
    hint = "Check the settings host and port."


class TlsFilesUnusable(SealgateError):
    """The certificate or the key for TLS cannot be read or do not belong together."""

    code = "listen"
    message = "The TLS certificate and key cannot be used."
    hint = "Check the settings tls_cert and tls_key: PEM files, readable, belonging together."
