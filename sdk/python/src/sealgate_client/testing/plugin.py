"""The pytest plugin: fixtures, and what the platform saw beside each failed test.

Every fixture has a long name that the others stand on (`sealgate_app`), and a short one (`app`): a project with an
`app` of its own overrides the short one and breaks nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sealgate_client.testing.app import App
    from sealgate_client.testing.clock import Clock
    from sealgate_client.testing.ledger import Ledger
    from sealgate_client.testing.platform import Platform, Source
    from sealgate_client.testing.wallet import Wallet
    from sealgate_client.testing.webhooks import Webhooks

SECTION = "what the platform saw"
_platform = pytest.StashKey["Platform"]()


@pytest.fixture(scope="session")
def sealgate_source(pytestconfig: pytest.Config) -> Iterator[Source]:
    """Where platforms come from: `sealgate dev` on a free port, or the one that SEALGATE_URL names."""
    from sealgate_client.errors import SealgateError
    from sealgate_client.testing.platform import Source

    try:
        source = Source(keep=_folder(pytestconfig))
    except SealgateError as problem:
        pytest.fail(f"There is no platform to test with. {problem}", pytrace=False)
    yield source
    source.close()


@pytest.fixture
def sealgate_platform(
    request: pytest.FixtureRequest, sealgate_source: Source, monkeypatch: pytest.MonkeyPatch
) -> Platform:
    """The platform, as new; the environment names it and its app for the code under test."""
    platform = sealgate_source.fresh()
    for name, value in platform.environ.items():
        monkeypatch.setenv(name, value)
    request.node.stash[_platform] = platform
    return platform


@pytest.fixture
def sealgate_app(sealgate_platform: Platform) -> App:
    """The app under test, with its key, its secret and a client."""
    return sealgate_platform.app


@pytest.fixture
def sealgate_wallet(sealgate_platform: Platform) -> Wallet:
    """The wallet of one person."""
    return sealgate_platform.wallet()


@pytest.fixture
def sealgate_clock(sealgate_platform: Platform) -> Clock:
    """The platform's time."""
    if sealgate_platform.is_shared:
        pytest.fail(
            "The clock of a platform that SEALGATE_URL names is everybody's, and cannot be set back. "
            "Without SEALGATE_URL each run has a platform of its own.",
            pytrace=False,
        )
    return sealgate_platform.clock


@pytest.fixture
def sealgate_webhooks(sealgate_platform: Platform) -> Iterator[Webhooks]:
    """What the app is told, caught on a free port and verified."""
    from sealgate_client.testing.webhooks import Webhooks

    webhooks = Webhooks(sealgate_platform.controls, sealgate_platform.app.uuid)
    yield webhooks
    webhooks.close()


@pytest.fixture
def sealgate_ledger(sealgate_platform: Platform) -> Ledger:
    """The sandbox's ledger: fund accounts, look at balances and transactions."""
    return sealgate_platform.ledger


@pytest.fixture
def platform(sealgate_platform: Platform) -> Platform:
    """The platform, as new; the environment names it and its app for the code under test."""
    return sealgate_platform


@pytest.fixture
def app(sealgate_app: App) -> App:
    """The app under test, with its key, its secret and a client."""
    return sealgate_app


@pytest.fixture
def wallet(sealgate_wallet: Wallet) -> Wallet:
    """The wallet of one person, to approve, reject, take its time."""
    return sealgate_wallet


@pytest.fixture
def clock(sealgate_clock: Clock) -> Clock:
    """The platform's time: `advance`, `freeze`."""
    return sealgate_clock


@pytest.fixture
def webhooks(sealgate_webhooks: Webhooks) -> Webhooks:
    """What the app is told, caught on a free port and verified."""
    return sealgate_webhooks


@pytest.fixture
def ledger(sealgate_ledger: Ledger) -> Ledger:
    """The sandbox's ledger: fund accounts, look at balances and transactions."""
    return sealgate_ledger


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the platform saw to the report of a test that failed."""
    report = yield
    platform = item.stash.get(_platform, None)
    if report.when == "call" and report.failed and platform is not None:
        report.sections.append((SECTION, platform.saw()))
    return report


def _folder(config: pytest.Config) -> Path | None:
    """Return where pytest keeps things between runs; None where that was switched off."""
    cache = getattr(config, "cache", None)
    return None if cache is None else Path(cache.mkdir("sealgate"))
