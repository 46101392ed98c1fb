"""One server for all modules of a file: each module has clients, a browser and a wallet of its own."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sealgate.base.settings import Settings
from tests.oidc_party import Party, new_party
from tests.wallet_side import WalletSide


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Run on asyncio, with one loop for the server that is shared."""
    return "asyncio"


@pytest.fixture(scope="module")
async def side(flow_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WalletSide]:
    """A started server."""
    folder = tmp_path_factory.mktemp("oidc")
    shutil.copy(flow_sqlite, folder / "sealgate.db")
    settings = Settings(data_dir=str(folder), public_url="https://sign.example", mail_domain="mail.example")
    started = WalletSide(settings)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def party(side: WalletSide) -> Party:
    """A relying party with two clients that need no PKCE, as the plans want them."""
    side.clock.advance(minutes=2)  # what earlier modules did counts for no rate limit
    return await new_party(side)
