"""The routes under `/console`. Importing the modules declares them on the one router."""

from sealgate.console.http import apps, audit, door, sessions, team
from sealgate.console.visit import router

__all__ = ["apps", "audit", "door", "router", "sessions", "team"]
