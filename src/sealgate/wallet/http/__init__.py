"""The routes under `/api/v1/app`. Importing the modules declares them on the one router."""

from sealgate.wallet.http import accounts, devices, events, payloads, permissions, push, xapps
from sealgate.wallet.http.router import router

__all__ = ["accounts", "devices", "events", "payloads", "permissions", "push", "router", "xapps"]
