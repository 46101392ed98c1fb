"""A client that calls the tiny application without a socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sealgate.base.settings import Settings
from sealgate.web.app import App
from tests.unit.web.tiny import make_app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own."""
    return Settings(data_dir=str(tmp_path), public_url="https://gate.example", max_body_bytes=2048, max_json_depth=8)


@pytest.fixture
def app(settings: Settings) -> App:
    """The tiny application."""
    return make_app(settings)


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the application in this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://anything.example") as client:
        yield client
