"""Pairing, devices, accounts: from the first call of a new key to its revocation."""

import asyncio
from base64 import urlsafe_b64decode

import msgspec
import pytest
import segno

from sealgate.holders.thumbprint import ed25519_thumbprint, to_base64url
from tests.wallet_side import Wallet, WalletSide

pytestmark = pytest.mark.anyio


class TestServer:
    async def test_says_what_a_wallet_must_know_before_it_pairs(self, side):
        answer = await side.send("GET", "/api/v1/app/server", {})

        key = urlsafe_b64decode(answer.json["view_key"]["x"] + "=")
        assert answer.json["public_url"] == answer.json["issuer"] == "https://sign.example"
        assert answer.json["view_key"]["kid"] == ed25519_thumbprint(key)
        assert answer.json["pairing"] == "open"
        assert answer.json["earlier_view_keys"] == []
        assert answer.json["time"] == "2026-01-15T12:00:00Z"


class TestPairing:
    async def test_makes_a_user_and_a_device(self, side):
        wallet = Wallet(side)

        paired = await wallet.pair()

        assert paired.status == 200
        ping = await wallet.call("POST", "ping")
        assert ping.json["pong"] is True
        assert ping.json["badge"] == 0
        assert ping.json["auth"]["user"]["uuidv4"] == wallet.user
        assert ping.json["auth"]["device"]["uuidv4"] == wallet.device

    async def test_may_be_repeated_by_the_same_key(self, side):
        wallet = Wallet(side)

        first, again = await wallet.pair(), await wallet.pair()

        assert first.json["device"] == again.json["device"]
        assert first.json["user"] == again.json["user"]

    async def test_is_refused_when_another_key_signed(self, side):
        wallet, other = Wallet(side), Wallet(side)
        body = {"public_key": to_base64url(other.public_key), "name": "a phone", "platform": "test"}

        answer = await wallet.call("POST", "devices", body, keyid=ed25519_thumbprint(wallet.public_key))

        assert answer.status in {400, 401}
        assert answer.code is not None

    async def test_is_refused_without_a_signature(self, side):
        answer = await side.send("POST", "/api/v1/app/devices", {}, b"{}")

        assert (answer.status, answer.code) == (401, 890)

    @pytest.mark.parametrize(
        "more",
        [
            {"name": ""},
            {"name": "a\nb"},
            {"platform": "\x1b[2J"},
            {"name": "x" * 65},
            {"platform": ""},
            {"surprise": 1},
            {"name": 7},
            {"invitation": ""},
        ],
    )
    async def test_is_refused_with_undocumented_members(self, side, more):
        answer = await Wallet(side).pair(**more)

        assert (answer.status, answer.code) == (400, 400)


class TestInvitation:
    @pytest.fixture
    async def closed(self, flow_settings):
        """A server that pairs by invitation only, with one wallet from before."""
        started = WalletSide(flow_settings)
        await started.start()
        first = await started.wallet()
        await started.stop()

        closed = WalletSide(msgspec.structs.replace(flow_settings, pairing="closed"))
        await closed.start()
        first.side = closed
        yield closed, first
        await closed.stop()

    async def test_is_asked_for_where_pairing_is_closed(self, closed):
        side, _ = closed

        answer = await Wallet(side).pair()

        assert (answer.status, answer.code) == (403, 820)

    async def test_admits_one_more_device_of_the_same_user(self, closed):
        side, first = closed
        invited = await first.call("POST", "devices/invitations")

        second = await side.wallet(invitation=invited.json["invitation"])

        assert second.user == first.user
        assert second.device != first.device
        assert invited.json["expires_at"] == "2026-01-15T12:10:00Z"
        assert invited.json["link"].startswith("sealgate://pair?server=https%3A%2F%2Fsign.example&invitation=")
        assert (
            invited.json["web_link"] == f"https://sign.example/wallet/welcome#invitation={invited.json['invitation']}"
        )
        drawn = segno.make_qr(invited.json["web_link"], error="m", boost_error=False).matrix
        assert invited.json["code"] == ["".join(str(module) for module in row) for row in drawn]
        third = await Wallet(side).pair(invitation=invited.json["invitation"])
        assert (third.status, third.code) == (403, 821)

    async def test_ends_after_ten_minutes(self, closed):
        side, first = closed
        invited = await first.call("POST", "devices/invitations")
        side.clock.advance(minutes=10)

        answer = await Wallet(side).pair(invitation=invited.json["invitation"])

        assert (answer.status, answer.code) == (403, 821)


class TestDevices:
    async def test_are_listed_with_the_one_that_asks(self, side):
        first = await side.wallet()
        invited = await first.call("POST", "devices/invitations")
        second = await side.wallet(invitation=invited.json["invitation"])

        listed = (await second.call("GET", "devices")).json["devices"]

        assert {one["uuid"]: one["current"] for one in listed} == {first.device: False, second.device: True}

    async def test_are_revoked_at_once(self, side):
        first = await side.wallet()
        invited = await first.call("POST", "devices/invitations")
        second = await side.wallet(invitation=invited.json["invitation"])
        assert (await second.call("POST", "ping")).status == 200

        revoked = await first.call("DELETE", f"devices/{second.device}")

        assert revoked.json == {"revoked": True, "devices_left": 1}
        assert (await second.call("POST", "ping")).status == 401
        assert (await second.pair()).code == 823

    async def test_may_revoke_themselves_to_the_last(self, side):
        wallet = await side.wallet()

        revoked = await wallet.call("DELETE", f"devices/{wallet.device}")

        assert revoked.json == {"revoked": True, "devices_left": 0}
        assert (await wallet.call("GET", "devices")).status == 401

    async def test_of_others_are_out_of_reach(self, side):
        mine, theirs = await side.wallet(), await side.wallet()

        answer = await mine.call("DELETE", f"devices/{theirs.device}")

        assert (answer.status, answer.code) == (404, 404)
        assert (await theirs.call("POST", "ping")).status == 200


class TestSignedCalls:
    async def test_are_not_taken_twice(self, side):
        wallet = await side.wallet()
        headers = wallet.signed_headers("POST", "/api/v1/app/ping")
        assert (await side.send("POST", "/api/v1/app/ping", headers)).status == 200

        again = await side.send("POST", "/api/v1/app/ping", headers)

        assert (again.status, again.code) == (401, 893)

    async def test_are_taken_once_when_replayed_at_the_same_moment(self, side):
        wallet = await side.wallet()
        headers = wallet.signed_headers("POST", "/api/v1/app/ping")

        answers = await asyncio.gather(*(side.send("POST", "/api/v1/app/ping", headers) for _ in range(10)))

        assert sorted(answer.status for answer in answers) == [200] + [401] * 9

    async def test_are_refused_when_stale(self, side):
        wallet = await side.wallet()

        answer = await side.send(
            "POST", "/api/v1/app/ping", wallet.signed_headers("POST", "/api/v1/app/ping", age_s=61)
        )

        assert (answer.status, answer.code) == (401, 892)

    async def test_are_refused_with_another_body_path_or_key(self, side):
        wallet, other = await side.wallet(), await side.wallet()
        body = b'{"account":"rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe","txblob":"00"}'
        path = "/api/v1/app/accounts"
        signed = wallet.signed_headers("POST", path, body)

        swapped = await side.send("POST", path, signed, body.replace(b'"00"', b'"01"'))
        moved = await side.send("POST", "/api/v1/app/ping", wallet.signed_headers("POST", "/api/v1/app/devices"))
        foreign = await side.send("POST", path, other.signed_headers("POST", path, body, keyid=wallet.device), body)

        assert [answer.status for answer in (swapped, moved, foreign)] == [401, 401, 401]


class TestAccounts:
    async def test_are_added_by_proof_listed_and_removed(self, side):
        wallet = await side.wallet()
        challenge = (await wallet.call("POST", "accounts/challenge")).json

        added = await wallet.call(
            "POST",
            "accounts",
            {"account": wallet.key.address, "txblob": wallet.ownership_proof(challenge["nonce"])},
        )

        assert challenge["nonce"].startswith("https://sign.example#")
        assert added.json == {"account": wallet.key.address, "added": True}
        listed = await wallet.call("GET", "accounts")
        assert listed.json["accounts"] == [
            {
                "account": wallet.key.address,
                "public_key": wallet.key.public_key.hex().upper(),
                "added_at": "2026-01-15T12:00:00Z",
            }
        ]
        assert (await wallet.call("DELETE", f"accounts/{wallet.key.address}")).json == {"removed": True}
        assert (await wallet.call("GET", "accounts")).json == {"accounts": []}
        assert (await wallet.call("DELETE", f"accounts/{wallet.key.address}")).status == 404

    async def test_are_not_added_by_the_same_proof_again(self, side):
        wallet = await side.wallet()
        nonce = (await wallet.call("POST", "accounts/challenge")).json["nonce"]
        body = {"account": wallet.key.address, "txblob": wallet.ownership_proof(nonce)}
        await wallet.call("POST", "accounts", body)

        again = await wallet.call("POST", "accounts", body)

        assert (again.status, again.code) == (400, 827)

    async def test_are_not_added_by_a_proof_that_another_wallet_made(self, side):
        wallet, thief = await side.wallet(), await side.wallet()
        nonce = (await thief.call("POST", "accounts/challenge")).json["nonce"]
        # The owner was tricked into signing for the thief's nonce; the proof still names the owner's own device.
        proof = wallet.ownership_proof(nonce)

        stolen = await thief.call("POST", "accounts", {"account": wallet.key.address, "txblob": proof})

        assert (stolen.status, stolen.code) == (400, 826)

    async def test_are_not_added_with_a_nonce_five_minutes_old(self, side):
        wallet = await side.wallet()
        nonce = (await wallet.call("POST", "accounts/challenge")).json["nonce"]
        side.clock.advance(minutes=5)

        answer = await wallet.call(
            "POST", "accounts", {"account": wallet.key.address, "txblob": wallet.ownership_proof(nonce)}
        )

        assert (answer.status, answer.code) == (400, 827)

    @pytest.mark.parametrize("txblob", ["00", "zz", "", "AB" * 513])
    async def test_are_not_added_by_garbage(self, side, txblob):
        wallet = await side.wallet()

        answer = await wallet.call("POST", "accounts", {"account": wallet.key.address, "txblob": txblob})

        assert answer.status == 400
