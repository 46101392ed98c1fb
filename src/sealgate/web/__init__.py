"""Web: HTTP as the slices see it.

Owns routing, decoding, the three error envelopes, pages and their looks, the API reference made from the routes,
health, metrics, and the running of the server. Offers `Router`, `Call`, `Context`, the answers a handler may return
and `build_app`. Never knows who a caller is (a Protocol that `access/` implements), never opens a slice's store, never
reads the public address from a request.
"""

from sealgate.web.answers import Download, EventStream, Lenient, Page, Raw, Redirect, ServerSentEvent
from sealgate.web.call import Call, ClientGone, read_form
from sealgate.web.callers import Admin, Anyone, CallerResolver, Observer
from sealgate.web.context import Context
from sealgate.web.routing import Cors, Route, Router
from sealgate.web.sockets import Socket, SocketClosed

__all__ = [
    "Admin", "Anyone", "Call", "CallerResolver", "ClientGone", "Context", "Cors", "Download", "EventStream", "Lenient",
    "Observer", "Page", "Raw", "Redirect", "Route", "Router", "ServerSentEvent", "Socket", "SocketClosed", "read_form",
]  # fmt: skip
