"""From spawning the process to its first answer, and what it holds in memory while nobody calls."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Platform, Process

SETTLED_S = 2.0


@dataclass(frozen=True)
class Start:
    """One start.

    Attributes:
        seconds: To the first answer, by the clock.
        cpu_s: CPU-seconds by then.
        rss_mib, pss_mib: Memory two seconds later.
    """

    seconds: float
    cpu_s: float
    rss_mib: float
    pss_mib: float


def measure_start(server: Process) -> Start:
    """Start a server, look at it, stop it."""
    with server:
        cpu_s = server.cpu_s()
        time.sleep(SETTLED_S)
        return Start(server.started_s, cpu_s, server.memory_kib() / 1024, server.memory_kib("Pss") / 1024)


def measure_starts_of_platform() -> tuple[Start, Start]:
    """Return the start in an empty folder, and the start after that."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        return measure_start(Platform(data_dir)), measure_start(Platform(data_dir))
