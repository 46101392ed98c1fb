"""System-call traces: whatever is answered has been synced to the disk before, on both engines."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sealgate.base.ids import new_uuid
from tests.payloads import PAYMENT
from tests.platform import Platform
from tests.remote import Remote
from tests.server_process import Server, ServiceNotStarted
from tests.services import PostgresServer, start_postgres

CALLS = "fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg"
LONGEST_TEXT = 16384
LINE = re.compile(
    r"\d+ +(?P<at>\d+\.\d+) (?:<\.\.\. )?(?P<name>\w+)(?P<rest>.*?)(?: = (?P<result>-?\d+).*?<(?P<took>\d+\.\d+)>)?$"
)


@dataclass(frozen=True)
class SystemCall:
    """A call to the kernel: begun and ended in seconds since 1970, its arguments as strace writes them."""

    name: str
    begun: float
    ended: float
    arguments: str


def traced(command: Sequence[str], trace: Path) -> list[str]:
    """Return the command line that runs a command under strace, and ends it when strace is ended."""
    strace, setpriv = shutil.which("strace"), shutil.which("setpriv")
    if strace is None or setpriv is None:
        raise ServiceNotStarted("strace is not installed: run `make dev-setup` or `apt-get install strace util-linux`")
    return [
        strace, "-f", "-y", "-ttt", "-T", "-I1", "-s", str(LONGEST_TEXT), "-e", f"trace={CALLS}", "-e", "signal=none",
        "-o", str(trace), setpriv, "--pdeathsig", "INT", *command,
    ]  # fmt: skip


class TracedPlatform(Platform):
    """`sealgate dev` under strace."""

    def command(self) -> Sequence[str]:
        return traced(super().command(), self.folder / "trace")


class TracedPostgres(PostgresServer):
    """PostgreSQL under strace."""

    def command(self) -> Sequence[str]:
        return traced(super().command(), self.folder / "trace")


def calls_of(trace: Path) -> list[SystemCall]:
    """Read a trace. A call that was interrupted by another thread's line stands on two lines, which belong together."""
    calls: list[SystemCall] = []
    begun: dict[str, tuple[float, str]] = {}
    for line in trace.read_text(errors="replace").splitlines():
        thread = line.split(" ", 1)[0]
        found = LINE.match(line)
        if found is None:
            continue
        at, rest = float(found["at"]), found["rest"]
        if rest.endswith("<unfinished ...>"):
            begun[thread] = (at, rest)
        elif " resumed>" in rest:
            start, arguments = begun.pop(thread)
            calls.append(SystemCall(found["name"], start, at, arguments))
        elif found["took"] is not None:
            calls.append(SystemCall(found["name"], at, at + float(found["took"]), rest))
    return calls


class Site:
    """A platform whose answers, and a database whose writes, are traced."""

    def __init__(self, platform: Platform, database: Server, log: str) -> None:
        self.platform = platform
        self._database = database
        self._log = log

    def check(self, stored: str, answered: str) -> None:
        """Check that a text was written to the write-ahead log and synced before another was sent as an answer.

        Raises:
            AssertionError: it was not.
        """
        sent = [
            call for call in calls_of(self.platform.folder / "trace") if f"x-call-ref: {answered}" in call.arguments
        ]
        assert len(sent) == 1
        logged = [call for call in calls_of(self._database.folder / "trace") if self._log in call.arguments]
        written = [call for call in logged if call.name.startswith(("pwrite", "write")) and stored in call.arguments]
        assert written, f"{stored} was not seen in the write-ahead log"
        synced = [call for call in logged if call.name in {"fsync", "fdatasync"} and call.begun >= written[0].ended]
        assert synced, "the write-ahead log was not synced"
        assert written[0].ended <= synced[0].begun < synced[0].ended <= sent[0].begun


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A platform on each engine."""
    folder = Path(tempfile.mkdtemp(prefix="sealgate-traced-"))
    if request.param == "sqlite":
        platform = TracedPlatform(folder)
        platform.start()
        yield Site(platform, platform, "sealgate.db-wal>")
        platform.stop()
        return
    database = start_postgres(durable=True, kind=TracedPostgres)
    platform = TracedPlatform(folder, settings={"SEALGATE_DATABASE_URL": database.create_database()})
    platform.start()
    yield Site(platform, database, "/pg_wal/")
    platform.stop()
    database.stop()


def test_a_request_and_its_signature_are_synced_before_they_are_answered(site):
    async def create_and_sign() -> tuple[tuple[str, str], tuple[str, str]]:
        async with Remote.of(site.platform) as side:
            identifier = new_uuid()
            made = await side.asks(PAYMENT, custom_meta={"identifier": identifier})
            wallet = await side.wallet()
            body = wallet.signature((await wallet.opens(made["uuid"])).json)
            signed = await wallet.answers(made["uuid"], body)
            assert signed.status == 200, signed
            return (identifier, made["uuid"]), (body["tx_id"], signed.headers["x-call-ref"])

    created, signed = asyncio.run(create_and_sign())

    site.check(stored=created[0], answered=created[1])
    site.check(stored=signed[0], answered=signed[1])
