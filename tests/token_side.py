"""What tests of tokens need: keys and a verifier over a real database, and claims as the provider writes them."""

from datetime import datetime
from typing import Any

from sealgate.base.clock import ShiftedClock, to_unix_s
from sealgate.base.ids import new_uuid
from sealgate.infra.bus import Bus
from sealgate.infra.database import Database
from sealgate.infra.sealing import Sealer
from sealgate.tokens.signing import TokenKeys
from sealgate.tokens.verifying import TokenVerifier
from tests.conftest import NOON

ISSUER = "https://sign.example"
ACCESS = frozenset({"at+jwt"})
ALICE = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"


def claims(now: datetime = NOON, *, lives_s: int = 86_400, **more: Any) -> dict[str, Any]:
    """Return the claims of an access token."""
    issued = to_unix_s(now)
    app = more.pop("client_id", "3b4b8c5e-7a1d-4f0e-9a53-0c8f3a1b2c3d")
    base = {"iss": ISSUER, "aud": app, "client_id": app, "sub": ALICE, "jti": new_uuid()}
    return base | {"iat": issued, "exp": issued + lives_s, "scope": ""} | more


class TokenSide:
    """One process of the server, as far as tokens go."""

    def __init__(self, database: Database, bus: Bus, sealer: Sealer) -> None:
        self.clock = ShiftedClock(NOON)
        self.db = database
        self.keys = TokenKeys(database, bus, sealer, self.clock)
        self.verifier = TokenVerifier(self.keys, database, bus, ISSUER)

    async def start(self) -> "TokenSide":
        """Read the keys and hear of revocations."""
        self.verifier.listen()
        await self.keys.start()
        return self

    async def verify(self, token: str, now: datetime = NOON) -> dict[str, Any]:
        """Verify an access token."""
        return await self.verifier.verify(token, typ=ACCESS, now=now)

    def states(self) -> list[tuple[str, str]]:
        """Return state and algorithm of every published key, in the order of the JWKS."""
        return [(key.state, key.alg) for key in self.keys.known]
