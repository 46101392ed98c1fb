"""The doors: `authorize`, `signin`, `device` and `logout` for browsers, the others for programs."""

from sealgate.oauth.http import (
    authorize,
    certs,
    compat,
    device,
    device_authorization,
    introspect,
    logout,
    metadata,
    par,
    revoke,
    signin,
    token,
    userinfo,
)
from sealgate.oauth.http.envelope import ENVELOPES

__all__ = ["ENVELOPES", "routers"]

routers = (
    authorize.router,
    signin.router,
    device.router,
    logout.router,
    token.router,
    userinfo.router,
    certs.router,
    metadata.router,
    revoke.router,
    introspect.router,
    par.router,
    device_authorization.router,
    compat.router,
)
