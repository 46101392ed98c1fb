"""Faults on the way out: an answer, a failure or a delay that stands in for somebody's endpoint."""

import asyncio
from collections.abc import Mapping

from msgspec.structs import replace

from sealgate.devtools.model import Fault, Faults
from sealgate.infra.outbound import Answer, CallFailed


class FaultyNetwork:
    """Stands in for the network while there are faults; implements `infra.outbound.StandIn`."""

    def __init__(self) -> None:
        self.faults = Faults()

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

    def _count(self, name: str, fault: Fault) -> None:
        if fault.times is not None:
            left = fault.times - 1
            setattr(self.faults, name, replace(fault, times=left) if left else None)
