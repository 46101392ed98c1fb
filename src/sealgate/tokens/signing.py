"""The keys that sign access and ID tokens, as a process holds them, and who checks what they signed."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from sealgate.apps.model import SigningAlg
from sealgate.base.clock import Clock
from sealgate.base.logs import get_logger
from sealgate.infra.bus import BUS_RESUMED
from sealgate.tokens import jws, key_ring
from sealgate.tokens.deny_list import revoke
from sealgate.tokens.events import KEYS_TOPIC
from sealgate.tokens.model import SigningKey
from sealgate.tokens.verifying import TokenVerifier

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus
    from sealgate.infra.database import Database
    from sealgate.infra.sealing import Sealer

__all__ = ["TokenKeys", "TokenVerifier", "revoke"]

SIGNING_THREADS = 2
TENDED_EVERY_S = 60
LOOKED_EVERY_S = 0.1

# Clients that look for no `kid` take the last key (oauth2 A2), and those know RS256 only.
_PLACE = {"retired": 0, "next": 1, "active": 2}

_log = get_logger("tokens.signing")


class TokenKeys:
    """Signs tokens with the key in use and publishes the public halves; follows rotations in any process.

    Attributes:
        jwks: The JWK set as JSON: retired keys, then next ones, the one in use last (oauth2 B7.5). No private member.
        jwks_etag: Its entity tag, quotation marks included.
        when_compromised: What other slices end when all keys are replaced at once.
    """

    def __init__(self, db: "Database", bus: "Bus", sealer: "Sealer", clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._sealer = sealer
        self._clock = clock
        self._threads = ThreadPoolExecutor(SIGNING_THREADS, thread_name_prefix="signer")
        self._keys: dict[str, SigningKey] = {}
        self._public: dict[str, jws.KeyPair] = {}
        self._private: dict[SigningAlg, tuple[str, jws.KeyPair]] = {}
        # One after the other, so that what was read last is what counts.
        self._one_read = asyncio.Lock()
        self._read_at = float("-inf")
        self.jwks = b""
        self.jwks_etag = ""
        self.when_compromised: list[key_ring.WhenCompromised] = []

    @property
    def algorithms(self) -> tuple[SigningAlg, ...]:
        """The algorithms a key is in use for."""
        return tuple(self._private)

    @property
    def known(self) -> Sequence[SigningKey]:
        """Every published key, in the order of the JWKS."""
        return tuple(self._keys.values())

    async def start(self) -> None:
        """Read the keys, and make the first one where there is none; a server start waits for it."""
        await self.reload()
        if "RS256" not in self._private:
            await self._make("RS256")

    async def sign(self, claims: dict[str, Any], *, typ: str, alg: SigningAlg = "RS256") -> str:
        """Return a signed token; called after the commit, since it takes over a millisecond of another thread.

        The first ES256 token makes that key.
        """
        if alg not in self._private:
            await self._make(alg)
        kid, key = self._private[alg]
        header = jws.Header(alg=alg, kid=kid, typ=typ)
        return await asyncio.get_running_loop().run_in_executor(self._threads, jws.sign, key, header, claims)

    async def find(self, kid: str) -> tuple[SigningAlg, jws.KeyPair] | None:
        """Return algorithm and public key by `kid`, or None where no key of ours has it.

        Another process may have made it a moment ago, so one that is unknown here is looked for in the database. All
        who ask at the same time share one look, and there are ten a second at most.
        """
        if kid not in self._public:
            await self._look_again(kid)
        key = self._public.get(kid)
        return None if key is None else (self._keys[kid].alg, key)

    def has(self, kid: str) -> bool:
        """Tell whether a key is published, so that what it signed counts."""
        return kid in self._public

    async def rotate(self, *, now: datetime) -> None:
        """Publish the next key of every algorithm in use; it takes over in a day. RotationUnderWay where one waits."""
        fresh = [await self._fresh(alg, now) for alg in self.algorithms]
        await self._db.write(key_ring.publish_next, fresh, now=now)
        await self.reload()

    async def replace(self, *, now: datetime) -> None:
        """Replace every key at once, because one has leaked; all tokens, sessions and refresh tokens end."""
        fresh = [await self._fresh(alg, now) for alg in self.algorithms]
        await self._db.write(key_ring.replace_all, fresh, now=now, also=tuple(self.when_compromised))
        await self.reload()

    async def reload(self) -> None:
        """Read the keys as they are now."""
        async with self._one_read:
            await self._reload()

    async def follow(self) -> None:
        """Read the keys again whenever they change, until cancelled."""
        while True:
            async with self._bus.subscribe(KEYS_TOPIC, BUS_RESUMED.topic) as news:
                await self.reload()
                async for _ in news:
                    await self.reload()

    async def keep_tending(self) -> None:
        """Let keys take over when they are due, and begin a rotation every 90 days, until cancelled."""
        while True:
            await self.tend(now=self._clock.now())
            await asyncio.sleep(TENDED_EVERY_S)

    async def tend(self, *, now: datetime) -> None:
        """Do what is due of a rotation; reads the keys first, in case the news of another process got lost."""
        await self.reload()
        if key_ring.wants_tending(self.known, now=now):
            await self._db.write(key_ring.tend, now=now)
            await self.reload()
        due = key_ring.due_for_rotation(self.known, now=now)
        if due:
            fresh = [await self._fresh(alg, now) for alg in due]
            await self._db.write(key_ring.publish_missing, fresh, now=now)
            await self.reload()

    async def _look_again(self, kid: str) -> None:
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        async with self._one_read:
            if kid in self._public or self._read_at >= asked_at:
                return
            await asyncio.sleep(self._read_at + LOOKED_EVERY_S - loop.time())
            await self._reload()

    async def _fresh(self, alg: SigningAlg, now: datetime) -> SigningKey:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: key_ring.new_key(self._sealer, alg, now=now))

    async def _make(self, alg: SigningAlg) -> None:
        await self._db.write(key_ring.add_first, await self._fresh(alg, self._clock.now()))
        await self.reload()

    async def _reload(self) -> None:
        self._read_at = asyncio.get_running_loop().time()
        found = await self._db.read(key_ring.all_keys)
        algs = get_args(SigningAlg)
        found.sort(key=lambda key: (_PLACE[key.state], -algs.index(key.alg)))
        active = {key.alg: key for key in found if key.state == "active"}
        private = {}
        for alg, key in active.items():
            held = self._private.get(alg)
            same = held is not None and held[0] == key.kid
            private[alg] = held if held is not None and same else (key.kid, key_ring.open_key(self._sealer, key))
        self._keys = {key.kid: key for key in found}
        self._public = {key.kid: self._public.get(key.kid) or jws.open_public(key.public_jwk) for key in found}
        self._private = private
        self.jwks = msgspec.json.encode({"keys": [key.public_jwk for key in found]})
        self.jwks_etag = f'"{sha256(self.jwks).hexdigest()[:32]}"'
