"""Calls of wallets: signed by a device's key, or refused with a reason (RFC 9421, RFC 9530)."""

import asyncio
import json
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from nacl.signing import SigningKey

from sealgate.base.clock import to_unix_s
from sealgate.base.content_digest import content_digest
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.holders.model import Device
from sealgate.holders.service import revoke_device
from sealgate.holders.thumbprint import ed25519_thumbprint
from tests.conftest import NOON
from tests.door import SIGNED, Door, base64url, new_nonce

pytestmark = pytest.mark.anyio

KEY, OTHER_KEY = SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)
BODY = b'{"approved": true}'
INTRODUCED = "/api/v1/app/introduced"


@pytest.fixture
def settings(flow_sqlite: Path, tmp_path: Path) -> Settings:
    """A server with a database of the test's own."""
    shutil.copy(flow_sqlite, tmp_path / "sealgate.db")
    return Settings(data_dir=str(tmp_path), public_url="https://sealgate.example")


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[Door]:
    """A running server."""
    async with Door(settings) as door:
        yield door


@pytest.fixture
async def device(door: Door) -> Device:
    """A paired device; its key is KEY."""
    return await door.new_device(KEY)


async def refusal(door: Door, headers: dict[str, str], *, path: str = SIGNED, body: bytes = b"") -> tuple[int, str]:
    """Make a call that is refused; return the code and the words."""
    answer = await door.http.request("POST" if body else "GET", path, headers=headers, content=body)
    error = answer.json()["error"]
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Signature ")
    assert error["hint"]
    return error["code"], error["message"]


class TestPassing:
    async def test_the_call_belongs_to_the_device_that_signed_it(self, door, device):
        answer = await door.http.get(SIGNED, headers=door.sign(KEY, device.uuid))

        assert answer.status_code == 200
        assert answer.json()["device"] == device.uuid

    async def test_the_handler_gets_the_signed_body(self, door, device):
        answer = await door.http.post(SIGNED, headers=door.sign(KEY, device.uuid, "POST", body=BODY), content=BODY)

        assert answer.json()["body"] == BODY.decode()

    async def test_query_and_escapes_are_covered_as_sent(self, door, device):
        path = f"{SIGNED}?from=QR&x=%2F%20a"

        answer = await door.http.get(path, headers=door.sign(KEY, device.uuid, path=path))

        assert answer.status_code == 200

    @pytest.mark.parametrize("age_s", [-60, 0, 60])
    async def test_a_minute_either_way_is_fresh(self, door, device, age_s):
        created = to_unix_s(NOON) - age_s

        answer = await door.http.get(SIGNED, headers=door.sign(KEY, device.uuid, created=created))

        assert answer.status_code == 200

    async def test_the_key_may_be_named_in_upper_case(self, door, device):
        answer = await door.http.get(SIGNED, headers=door.sign(KEY, device.uuid.upper()))

        assert answer.status_code == 200

    async def test_authority_path_and_query_do_for_the_url(self, door, device):
        headers = sign_by_hand(door, '"@method" "@authority" "@path" "@query"', device.uuid, [
            '"@method": GET', '"@authority": sealgate.example', f'"@path": {SIGNED}', '"@query": ?',
        ])  # fmt: skip

        assert (await door.http.get(SIGNED, headers=headers)).status_code == 200

    async def test_a_loopback_name_is_ours_too(self, door, device):
        headers = door.sign(KEY, device.uuid, origin="http://127.0.0.1:8080")

        assert (await door.http.get(SIGNED, headers={**headers, "host": "127.0.0.1:8080"})).status_code == 200


class TestRefused:
    async def test_without_a_signature(self, door, device):
        signed = door.sign(KEY, device.uuid)

        for missing in ("signature", "signature-input"):
            code, _ = await refusal(door, {name: value for name, value in signed.items() if name != missing})
            assert code == 890

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            pytest.param({";alg=": ";tag=", "ed25519": "x"}, "not used here: tag", id="unknown parameter"),
            pytest.param({'"ed25519"': '"rsa-v1_5-sha256"'}, "ed25519", id="another algorithm"),
            pytest.param({'"ed25519"': "ed25519"}, "wrong kind", id="token instead of string"),
            pytest.param({";created=": ";expires="}, "created is missing", id="no created"),
            pytest.param({";keyid=": ";alg=", ';alg="ed25519"': ""}, "keyid is missing", id="no keyid"),
            pytest.param({"sig1=": "sig2="}, "different labels", id="other label"),
            pytest.param({"(": "( "}, "canonical", id="not canonical"),
            pytest.param({"sig1=": ""}, "structured dictionary", id="no label"),
            pytest.param(
                {"created=": 'created="', ";nonce": '";nonce'}, "created is of the wrong kind", id="text created"
            ),
        ],
    )
    async def test_fields_that_cannot_be_read(self, door, device, change, words):
        signed = door.sign(KEY, device.uuid)
        for old, new in change.items():
            signed["signature-input"] = signed["signature-input"].replace(old, new, 1)

        code, message = await refusal(door, signed)

        assert code == 891
        assert words in message

    @pytest.mark.parametrize("nonce", ["n" * 15, "n" * 65])
    async def test_a_nonce_too_short_or_too_long(self, door, device, nonce):
        code, message = await refusal(door, door.sign(KEY, device.uuid, nonce=nonce))

        assert code == 891
        assert f"{len(nonce)} characters" in message

    async def test_without_a_nonce(self, door, device):
        signed = door.sign(KEY, device.uuid, nonce="n" * 16)
        signed["signature-input"] = signed["signature-input"].replace(f';nonce="{"n" * 16}"', "")

        assert (await refusal(door, signed))[0] == 891

    async def test_two_signatures(self, door, device):
        one, two = door.sign(KEY, device.uuid), door.sign(KEY, device.uuid)
        both = {name: f"{one[name]}, {two[name].replace('sig1=', 'sig2=')}" for name in one}

        code, message = await refusal(door, both)

        assert (code, "exactly one" in message) == (891, True)

    @pytest.mark.parametrize(("age_s", "words"), [(61, "61 seconds ago"), (-61, "in the future")])
    async def test_stale_or_from_the_future_with_the_servers_time(self, door, device, age_s, words):
        code, message = await refusal(door, door.sign(KEY, device.uuid, created=to_unix_s(NOON) - age_s))

        assert code == 892
        assert words in message
        assert "2026-01-15T12:00:00Z" in message

    async def test_expired(self, door, device):
        created = to_unix_s(NOON)
        lines = ['"@method": GET', f'"@target-uri": https://sealgate.example{SIGNED}']
        headers = sign_by_hand(
            door, '"@method" "@target-uri"', device.uuid, lines, created=f"{created - 5};expires={created}"
        )

        code, message = await refusal(door, headers)

        assert (code, "expired" in message) == (892, True)

    async def test_replayed(self, door, device):
        signed = door.sign(KEY, device.uuid)
        assert (await door.http.get(SIGNED, headers=signed)).status_code == 200

        assert (await refusal(door, signed))[0] == 893

    async def test_replayed_after_a_restart(self, settings, device, door):
        signed = door.sign(KEY, device.uuid)
        await door.http.get(SIGNED, headers=signed)

        async with Door(settings) as again:
            assert (await refusal(again, signed))[0] == 893

    async def test_replayed_many_times_at_once_passes_once(self, door, device):
        signed = door.sign(KEY, device.uuid)

        answers = await asyncio.gather(*(door.http.get(SIGNED, headers=signed) for _ in range(20)))

        assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19

    async def test_another_body(self, door, device):
        signed = door.sign(KEY, device.uuid, "POST", body=BODY)

        code, message = await refusal(door, signed, body=BODY.replace(b"true", b"null"))

        assert (code, "changed" in message) == (894, True)

    async def test_another_body_with_a_digest_to_match(self, door, device):
        signed = door.sign(KEY, device.uuid, "POST", body=BODY)
        swapped = b'{"approved": null}'

        code, _ = await refusal(door, {**signed, "content-digest": content_digest(swapped)}, body=swapped)

        assert code == 895

    async def test_a_body_where_none_was_signed(self, door, device):
        signed = door.sign(KEY, device.uuid, "POST")

        assert (await refusal(door, signed, body=BODY))[0] == 897
        assert (await refusal(door, {**signed, "content-digest": content_digest(BODY)}, body=BODY))[0] == 897

    async def test_a_digest_that_cannot_be_read(self, door, device):
        signed = door.sign(KEY, device.uuid, "POST", body=BODY)

        code, message = await refusal(door, {**signed, "content-digest": "sha-256=nonsense"}, body=BODY)

        assert (code, "Content-Digest" in message) == (894, True)

    async def test_a_covered_digest_that_was_not_sent(self, door, device):
        signed = door.sign(KEY, device.uuid, "POST", body=BODY)
        del signed["content-digest"]

        assert (await refusal(door, signed, body=BODY))[0] == 894
        answer = await door.http.get(SIGNED, headers=signed)
        assert answer.json()["error"]["code"] == 897

    async def test_another_method_path_query_or_host(self, door, device):
        code = {}
        for name, how in {
            "method": {"method": "POST"},
            "path": {"path": f"{SIGNED}/x"},
            "query": {"path": f"{SIGNED}?a=b"},
            "host": {"origin": "https://evil.example"},
        }.items():
            code[name], _ = await refusal(door, door.sign(KEY, device.uuid, **how))

        assert code == dict.fromkeys(code, 895)

    async def test_a_call_made_for_another_server_even_with_its_host_header(self, door, device):
        signed = door.sign(KEY, device.uuid, origin="https://evil.example")

        assert (await refusal(door, {**signed, "host": "evil.example"}))[0] == 895

    async def test_the_key_of_another_device(self, door, device):
        await door.new_device(OTHER_KEY)

        assert (await refusal(door, door.sign(OTHER_KEY, device.uuid)))[0] == 895

    @pytest.mark.parametrize("keyid", [new_uuid(), "nonsense", "x" * 64], ids=["other uuid", "no uuid", "long"])
    async def test_an_unknown_device(self, door, device, keyid):
        assert (await refusal(door, door.sign(KEY, keyid)))[0] == 896

    async def test_a_revoked_device_at_once(self, door, device):
        await door.http.get(SIGNED, headers=door.sign(KEY, device.uuid))

        await door.context.db.write(revoke_device, device, device.uuid, now=NOON)
        door.devices.forget(device.uuid)

        assert (await refusal(door, door.sign(KEY, device.uuid)))[0] == 896

    @pytest.mark.parametrize(
        ("components", "lines", "words"),
        [
            ('"@target-uri"', ['"@target-uri": https://sealgate.example' + SIGNED], "@method"),
            ('"@method"', ['"@method": GET'], "@target-uri"),
            ('"@method" "@path"', ['"@method": GET', f'"@path": {SIGNED}'], "@target-uri"),
            ("", [], "@method, @target-uri"),
        ],
    )
    async def test_too_little_covered(self, door, device, components, lines, words):
        code, message = await refusal(door, sign_by_hand(door, components, device.uuid, lines))

        assert code == 897
        assert words in message

    @pytest.mark.parametrize("name", ["x-absent", "@status", "@query-param"])
    async def test_a_component_the_call_does_not_have(self, door, device, name):
        headers = sign_by_hand(door, f'"@method" "@target-uri" "{name}"', device.uuid, [])

        code, message = await refusal(door, headers)

        assert code == 897
        assert name in message

    async def test_a_wrong_signature_uses_up_no_nonce(self, door, device):
        nonce = new_nonce()
        await refusal(door, door.sign(OTHER_KEY, device.uuid, nonce=nonce))

        assert (await door.http.get(SIGNED, headers=door.sign(KEY, device.uuid, nonce=nonce))).status_code == 200


class TestLimits:
    async def test_count_each_device(self, settings):
        async with Door(msgspec.structs.replace(settings, calls_per_minute=2)) as door:
            one, two = await door.new_device(KEY), await door.new_device(OTHER_KEY)
            answers = [await door.http.get(SIGNED, headers=door.sign(KEY, one.uuid)) for _ in range(3)]
            other = await door.http.get(SIGNED, headers=door.sign(OTHER_KEY, two.uuid))

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
        assert other.status_code == 200


class TestIntroduction:
    def introduction(self, key: SigningKey = KEY) -> bytes:
        return json.dumps({"public_key": base64url(bytes(key.verify_key))}).encode()

    async def test_a_key_may_introduce_itself(self, door):
        body, keyid = self.introduction(), ed25519_thumbprint(bytes(KEY.verify_key))

        answer = await door.http.post(INTRODUCED, headers=door.sign(KEY, keyid, "POST", INTRODUCED, body), content=body)

        assert answer.json() == {"public_key": bytes(KEY.verify_key).hex()}

    async def test_but_not_another_key(self, door):
        body, keyid = self.introduction(OTHER_KEY), ed25519_thumbprint(bytes(OTHER_KEY.verify_key))

        signed = door.sign(KEY, keyid, "POST", INTRODUCED, body)

        assert (await refusal(door, signed, path=INTRODUCED, body=body))[0] == 895

    async def test_nor_under_another_name(self, door):
        body = self.introduction()

        signed = door.sign(KEY, new_uuid(), "POST", INTRODUCED, body)

        assert (await refusal(door, signed, path=INTRODUCED, body=body))[0] == 891

    @pytest.mark.parametrize(
        "body", [b"{}", b"[]", b'{"public_key": 5}', b'{"public_key": "AAAA"}', b'{"public_key": "=="}']
    )
    async def test_nor_without_a_key(self, door, body):
        keyid = ed25519_thumbprint(bytes(KEY.verify_key))

        signed = door.sign(KEY, keyid, "POST", INTRODUCED, body)

        assert (await refusal(door, signed, path=INTRODUCED, body=body))[0] == 891

    async def test_nor_too_often_from_one_address(self, door):
        body, keyid = self.introduction(), ed25519_thumbprint(bytes(KEY.verify_key))

        answers = [
            await door.http.post(INTRODUCED, headers=door.sign(KEY, keyid, "POST", INTRODUCED, body), content=body)
            for _ in range(31)
        ]

        assert [answer.status_code for answer in answers] == [200] * 30 + [429]


async def test_a_signature_counts_once_over_processes_on_each_engine(flow_settings):
    async with Door(flow_settings) as here, Door(flow_settings) as there:
        device = await here.new_device(KEY)
        signed = here.sign(KEY, device.uuid)

        answers = await asyncio.gather(*(door.http.get(SIGNED, headers=signed) for door in [here, there] * 5))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 9


async def test_nonces_are_forgotten_in_the_end(door, device):
    await door.http.get(SIGNED, headers=door.sign(KEY, device.uuid))
    door.clock.advance(minutes=10)

    pruning = next(loop.__self__ for loop in door.context.background if loop.__name__ == "keep_pruning_nonces")
    task = asyncio.create_task(pruning.keep_pruning_nonces())
    await asyncio.sleep(0.1)
    task.cancel()

    with door.context.db.begin() as tx:
        assert tx.exec_driver_sql("select count(*) from device_nonces").scalar_one() == 0
    assert door.clock.now() == NOON + timedelta(minutes=10)


def sign_by_hand(door: Door, components: str, keyid: str, lines: list[str], *, created: str = "") -> dict[str, str]:
    """Return the headers of a signature over exactly these lines."""
    parameters = f'({components});created={created or to_unix_s(NOON)};nonce="{new_nonce()}";keyid="{keyid}"'
    signed = KEY.sign("\n".join([*lines, f'"@signature-params": {parameters}']).encode()).signature
    return {"signature-input": f"sig1={parameters}", "signature": f"sig1=:{b64encode(signed).decode()}:"}
