"""The routes under `/console`. Importing the modules declares them on the one router."""

from sealgate.console.http import (
    apps,
    audit,
    door,
    new_app,
    secrets,
    sessions,
    settings,
    settings_sign_in,
    settings_webhooks,
    settings_xapp,
    start,
    team,
)
from sealgate.console.visit import router

__all__ = [
    "apps",
    "audit",
    "door",
    "new_app",
    "router",
    "secrets",
    "sessions",
    "settings",
    "settings_sign_in",
    "settings_webhooks",
    "settings_xapp",
    "start",
    "team",
]
