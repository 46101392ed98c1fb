"""The router of the slice. Every call is signed by the device that makes it, except where a route says otherwise."""

from sealgate.web.routing import Router

router = Router(tags=("wallet",))
