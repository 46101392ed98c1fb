"""The operator's files: read, read again, and refused in words."""

import json
import os

import msgspec
import pytest

from sealgate.base.settings import Settings, SettingsInvalid
from sealgate.lookups import files
from sealgate.lookups.assets import shown
from sealgate.lookups.rates import currencies
from sealgate.lookups.sources import AssetCurrency, AssetIssuer, Sources

pytestmark = pytest.mark.anyio
ISSUER = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"


async def euros(rates):
    prices = await rates.read()
    assert prices is not None
    return prices.currencies["EUR"]


class TestAFile:
    async def test_is_read_again_when_it_changes(self, tmp_path, monkeypatch):
        monkeypatch.setattr(files, "LOOKED_AT_EVERY_S", 0.0)
        path = tmp_path / "rates.json"
        path.write_text('{"currencies": {"EUR": 1.25}}')
        rates = Sources(Settings(rates_file=str(path))).rates
        assert await euros(rates) == 1.25

        path.write_text('{"currencies": {"EUR": 1.5}}')
        os.utime(path, (1, 1))

        assert await euros(rates) == 1.5

    async def test_that_was_broken_leaves_the_last_good_one(self, tmp_path, monkeypatch):
        monkeypatch.setattr(files, "LOOKED_AT_EVERY_S", 0.0)
        path = tmp_path / "hooks.json"
        path.write_text(json.dumps({"A" * 64: {"name": "Round-up", "description": "Saves change"}}))
        hooks = Sources(Settings(hook_hashes_file=str(path))).hooks
        await hooks.read()

        path.write_text("{")

        assert list(await hooks.read()) == ["A" * 64]

    @pytest.mark.parametrize(
        ("setting", "content"),
        [
            ("rates_file", '{"currencies": {"EUR": 0}}'),
            ("rates_file", '{"currencies": {"EUR": "1"}}'),
            ("curated_assets_file", '[{"name": 1}]'),
            ("hook_hashes_file", '{"abc": {"name": "x", "description": "y"}}'),
            ("accounts_file", "[]"),
            ("accounts_file", None),
        ],
    )
    def test_that_cannot_be_used_stops_the_start(self, tmp_path, setting, content):
        path = tmp_path / "file.json"
        if content is not None:
            path.write_text(content)

        with pytest.raises(SettingsInvalid) as refusal:
            Sources(msgspec.structs.replace(Settings(), **{setting: str(path)})).require()
        assert setting in refusal.value.message

    def test_that_nobody_named_is_nothing(self):
        Sources(Settings()).require()


class TestAPlugin:
    def test_that_is_not_there_stops_the_start(self):
        with pytest.raises(SettingsInvalid) as refusal:
            Sources(Settings(lookups_plugin="no.such.module"))
        assert "no.such.module" in refusal.value.message


def test_every_currency_has_what_old_clients_demand():
    assert len(currencies()) > 40
    for code, currency in currencies().items():
        assert code.isupper()
        assert len(code) == 3
        assert currency.en
        assert currency.symbol
        assert 0 <= currency.iso_decimals <= 3


def test_curated_assets_are_numbered_and_summed_up():
    usd = AssetCurrency("USD", ISSUER, "US Dollar")
    listed = shown((AssetIssuer("Gate", "gate.example", currencies=(usd,)), AssetIssuer("Other", currencies=(usd,))))

    assert listed.issuers == ["Gate", "Other"]
    assert listed.currencies == ["USD"]
    assert (listed.details["Other"].id, listed.details["Other"].currencies["USD"].id) == (2, 2)
    assert listed.details["Gate"].currencies["USD"].issuer_id == 1
    assert shown(()).details == {}
