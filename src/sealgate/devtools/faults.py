"""Faults: an answer, a failure or a delay that stands in for somebody's endpoint, or holds up the sandbox ledger."""

import asyncio
from collections.abc import Mapping

from msgspec.structs import replace

from sealgate.devtools.model import Fault, Faults, LedgerFault
from sealgate.infra.outbound import Answer, CallFailed


class FaultyNetwork:
    """Stands in for the network while there are faults; implements `infra.outbound.StandIn`."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._cleared = asyncio.Event()

    def clear(self) -> None:
        """Let everything work again, also what waits at a fault of the ledger."""
        self.faults = Faults()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def __call__(self, url: str, headers: Mapping[str, str]) -> Answer | None:
        """Return the answer that comes instead of the endpoint's, None where the call is made.

        Raises:
            CallFailed: the fault is a connection that fails.
        """
        # A push names how long it may wait (RFC 8030, 5.2), a webhook does not.
        name = "push" if any(header.lower() == "ttl" for header in headers) else "webhooks"
        fault: Fault | None = getattr(self.faults, name)
        if fault is None:
            return None
        self._count(name, fault)
        await asyncio.sleep(fault.delay_s)
        if fault.drop:
            raise CallFailed("connect", "The sandbox was told to let this connection fail.")
        if fault.status is None:
            return None
        return Answer(
            status=fault.status,
            headers={},
            body_start=b"The sandbox was told to answer so.",
            latency_ms=int(fault.delay_s * 1000),
        )

    async def hold_up_ledger(self) -> bool:
        """Wait before a command of the sandbox ledger as the fault says; return whether its connection is to be cut."""
        fault = self.faults.ledger
        if fault is None:
            return False
        self._count("ledger", fault)
        try:
            await asyncio.wait_for(self._cleared.wait(), fault.delay_s)
        except TimeoutError:
            return fault.drop
        return False

    def _count(self, name: str, fault: Fault | LedgerFault) -> None:
        if fault.times is not None:
            left = fault.times - 1
            setattr(self.faults, name, replace(fault, times=left) if left else None)
