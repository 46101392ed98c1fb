"""What a start of the server leaves unloaded, so that it is quick and small (design: start lean)."""

import subprocess
import sys

HEAVY = (
    "sqlalchemy.dialects.postgresql",
    "alembic",
    "httpcore",
    "httpx",
    "psycopg",
    "redis",
    "rich",
    "websockets",
    "xrpl",
)


class TestTheServer:
    def test_starts_without_what_it_may_never_need(self):
        question = f"import sys, sealgate.asgi; print(*[name for name in {HEAVY} if name in sys.modules])"

        loaded = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)

        assert loaded.stdout.split() == []
