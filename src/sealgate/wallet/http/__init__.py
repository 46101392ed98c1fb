"""The routes under `/api/v1/app`, and the web wallet. Importing the modules declares them on the routers."""

from sealgate.wallet.http import accounts, devices, events, payloads, permissions, push, web_app, xapps
from sealgate.wallet.http.router import router

routers = (router, web_app.router)

__all__ = ["accounts", "devices", "events", "payloads", "permissions", "push", "router", "routers", "web_app", "xapps"]
