"""What operators ask of an installation: is it healthy, and are its secrets under the newest key."""

import os
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import msgspec

from sealgate.base.errors import SealgateError
from sealgate.base.settings import Settings


class Finding(msgspec.Struct, frozen=True):
    """One check of `sealgate doctor`."""

    name: str
    ok: bool
    found: str
    cure: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Check an installation without changing it, most basic things first."""
    checks: list[tuple[str, Callable[[Settings], str]]] = [("address", _address)]
    # With PostgreSQL and a key from the settings nothing is kept on this machine.
    if not (settings.database_url and settings.master_key):
        checks.append(("folder", _folder))
    checks += [("master key", _master_key), ("database", _database)]
    if settings.redis_url:
        checks.append(("redis", _redis))
    checks.append(("server", _server))
    if settings.nodes or settings.networks_file:
        checks.append(("networks", _networks))
    findings = []
    for name, check in checks:
        try:
            findings.append(Finding(name, True, check(settings)))
        except SealgateError as problem:
            findings.append(Finding(name, False, problem.message, problem.hint))
    return findings


class _Unhealthy(SealgateError):
    """Something `sealgate doctor` looked at needs mending."""

    code = "doctor"


def _address(settings: Settings) -> str:
    if settings.public_url.startswith("http://") and not _is_loopback(settings.public_url):
        raise _Unhealthy(
            message=f"The public URL {settings.public_url} is not https: credentials would travel in the clear.",
            hint="Put TLS in front and set SEALGATE_PUBLIC_URL to the https:// origin.",
        )
    return settings.public_url


def _folder(settings: Settings) -> str:
    folder = Path(settings.data_dir)
    if not folder.is_dir():
        raise _Unhealthy(message=f"{folder} does not exist.", hint="The first start or `sealgate migrate` makes it.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise _Unhealthy(message=f"{folder} cannot be read and written.", hint="Mend its owner or its rights.")
    if folder.stat().st_mode & 0o007:
        raise _Unhealthy(message=f"Every user of this machine may look into {folder}.", hint=f"chmod 700 {folder}")
    return str(folder)


def _master_key(settings: Settings) -> str:
    from sealgate.infra.sealing import MASTER_KEY_FILE, Sealer

    if not settings.master_key and not (Path(settings.data_dir) / MASTER_KEY_FILE).exists():
        raise _Unhealthy(message="There is no master key yet.", hint="The first start makes one.")
    Sealer.from_settings(settings)
    return "from the settings" if settings.master_key else f"in {MASTER_KEY_FILE}"


def _database(settings: Settings) -> str:
    from sealgate.infra.migrate import HEAD, require_current

    if not settings.database_url and not (Path(settings.data_dir) / "sealgate.db").exists():
        raise _Unhealthy(message="There is no database yet.", hint="Run `sealgate migrate`.")
    require_current(settings)
    return f"{'PostgreSQL' if settings.database_url else 'SQLite'} at revision {HEAD}"


def _redis(settings: Settings) -> str:
    import asyncio

    from sealgate.infra.counters_redis import RedisCounters

    async def ask() -> None:
        counters = RedisCounters(settings.redis_url)
        try:
            await counters.check()
        finally:
            await counters.close()

    asyncio.run(ask())
    return "answers"


def _server(settings: Settings) -> str:
    import httpx

    scheme = "https" if settings.tls_cert else "http"
    address = f"{scheme}://{'127.0.0.1' if settings.host in ('0.0.0.0', '::') else settings.host}:{settings.port}"  # noqa: S104
    try:
        answer = httpx.get(f"{address}/readyz", timeout=5, verify=False)  # noqa: S501  it is this machine
    except httpx.HTTPError:
        return f"nothing listens on {address}"
    if answer.status_code != 200:
        raise _Unhealthy(message=f"The server on {address} is not ready: {answer.text[:200]}")
    return f"ready on {address}"


def _networks(settings: Settings) -> str:
    import asyncio

    from sealgate.infra.networks import install_networks
    from sealgate.infra.nodes import NodeRefused, Nodes, NodeUnavailable

    install_networks(settings)
    nodes = Nodes.from_settings(settings)

    async def ask() -> tuple[list[str], list[str]]:
        up, down = [], []
        for pool in nodes.pools.values():
            for node in pool.nodes:
                try:
                    await node.request("ledger", ledger_index="validated")
                    up.append(f"{pool.network} {node.name}")
                except (NodeUnavailable, NodeRefused) as problem:
                    down.append(f"{pool.network} {problem.detail}")
        await nodes.close()
        return up, down

    up, down = asyncio.run(ask())
    if down:
        raise _Unhealthy(
            message=f"Ledger nodes do not answer: {'; '.join(down)}.",
            hint="What becomes of signed transactions stays unknown while they do not. Mend the setting `nodes`.",
        )
    return ", ".join(up) or "no node is asked"


def _is_loopback(url: str) -> bool:
    return url.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0] in ("localhost", "127.0.0.1", "[::1]")


def reseal(settings: Settings) -> int:
    """Seal every stored secret under the newest master key and return how many were not yet.

    Raises:
        SealBroken: a secret was sealed with a key that is not configured.
    """
    from sealgate.apps import sealed as apps
    from sealgate.holders import push
    from sealgate.infra.bus import LocalBus
    from sealgate.infra.database import Database
    from sealgate.infra.resealing import reseal_all
    from sealgate.infra.sealing import Sealer
    from sealgate.tokens import key_ring, server_keys

    sealer = Sealer.from_settings(settings)
    database = Database.open(settings, LocalBus())
    try:
        with database.begin() as tx:
            targets = (part.RESEAL_TARGETS for part in (apps, push, server_keys, key_ring))
            return reseal_all(tx, sealer, chain.from_iterable(targets))
    finally:
        database.engine.dispose()
