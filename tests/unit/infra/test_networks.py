"""The operator's networks file, and the nodes this server asks."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealgate.base.settings import Settings, SettingsInvalid
from sealgate.infra.networks import install_networks, nodes_of
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.networks import NETWORKS, PACKAGED, Endpoint, find_network, know_networks

DATA = Path(load_definitions.__code__.co_filename).with_name("data")


@pytest.fixture(autouse=True)
def _packaged_again() -> Iterator[None]:
    yield
    know_networks(())


def a_file(folder: Path, text: str) -> Settings:
    (folder / "networks.toml").write_text(text)
    return Settings(networks_file=str(folder / "networks.toml"))


class TestTheNetworksOfAProcess:
    def test_are_the_packaged_ones(self):
        install_networks(Settings())

        assert list(NETWORKS) == [network.key for network in PACKAGED]

    def test_have_the_sandbox_under_dev_alone(self):
        install_networks(Settings(dev=True))
        known_to_dev = find_network("sandbox")
        install_networks(Settings())

        assert known_to_dev is not None
        assert not known_to_dev.needs_network_id
        assert find_network("sandbox") is None


class TestTheFile:
    def test_adds_a_network(self, tmp_path):
        settings = a_file(
            tmp_path,
            """
            [networks.OURS]
            name = "Our side chain"
            network_id = 99001
            native_asset = "OUR"
            endpoints = ["wss://node.example:6006", {name = "Backup", url = "wss://backup.example"}]
            explorers = [{name = "Ours", url_tx = "https://explorer.example/tx/"}]
            reserves = {account = 10, object = 2.5}
            """,
        )

        install_networks(settings)

        ours = NETWORKS["OURS"]
        assert (ours.title, ours.network_id, ours.native_asset, ours.is_live) == ("Our side chain", 99001, "OUR", False)
        assert ours.needs_network_id
        assert ours.endpoints == (
            Endpoint("node.example:6006", "wss://node.example:6006"),
            Endpoint("Backup", "wss://backup.example"),
        )
        assert ours.reserves is not None
        assert ours.reserves.object == 2.5

    def test_replaces_what_it_names_of_a_packaged_one(self, tmp_path):
        settings = a_file(tmp_path, '[networks.MAINNET]\nendpoints = ["wss://ours.example"]\n')

        install_networks(settings)

        mainnet = NETWORKS["MAINNET"]
        assert [endpoint.url for endpoint in mainnet.endpoints] == ["wss://ours.example"]
        assert (mainnet.network_id, mainnet.native_asset) == (0, "XRP")
        assert next(iter(NETWORKS)) == "MAINNET"

    def test_brings_definitions_of_its_own(self, tmp_path):
        document = json.loads((DATA / "xrpl.json").read_text())
        document["TRANSACTION_TYPES"]["OurOwn"] = 31_000
        (tmp_path / "ours.json").write_text(json.dumps(document))

        install_networks(a_file(tmp_path, '[networks.OURS]\nnetwork_id = 7\ndefinitions = "ours.json"\n'))

        assert load_definitions(NETWORKS["OURS"].definitions).transaction_types["OurOwn"] == 31_000
        assert "OurOwn" not in load_definitions().transaction_types

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("[networks.OURS]\n", "no network_id"),
            ("[networks.ours]\nnetwork_id = 7\n", "no key"),
            ("[networks.SANDBOX]\nnetwork_id = 7\n", "no key"),
            ("[networks.OURS]\nnetwork_id = -1\n", "network_id"),
            ("[networks.OURS]\nnetwork_id = 7\nnodes = []\n", "nodes"),
            ('[networks.OURS]\nnetwork_id = 7\nendpoints = ["ftp://x"]\n', "ftp://x"),
            ('[networks.OURS]\nnetwork_id = 7\nexplorers = [{name="x", url_tx="javascript:x"}]\n', "javascript:x"),
            ('[networks.OURS]\nnetwork_id = 7\ncolor = "red"\n', "color"),
            ('[networks.OURS]\nnetwork_id = 7\ndefinitions = "missing.json"\n', "definitions"),
            ("[networks", "Expected"),
        ],
    )
    def test_is_refused_with_the_reason(self, tmp_path, text, reason):
        with pytest.raises(SettingsInvalid) as refused:
            install_networks(a_file(tmp_path, text))

        assert reason in str(refused.value)

    def test_must_be_there(self, tmp_path):
        with pytest.raises(SettingsInvalid):
            install_networks(Settings(networks_file=str(tmp_path / "none.toml")))


class TestNodes:
    def test_are_listed_by_network_each_once(self):
        entries = ("MAINNET=wss://a.example", "testnet = http://127.0.0.1:5005", "MAINNET=wss://a.example")

        assert nodes_of(Settings(nodes=entries)) == {
            "MAINNET": ("wss://a.example",),
            "TESTNET": ("http://127.0.0.1:5005",),
        }

    @pytest.mark.parametrize(
        "entry", ["wss://a.example", "MARSNET=wss://a.example", "MAINNET=ftp://a", "MAINNET=ws://a b"]
    )
    def test_that_cannot_be_asked_stop_the_start(self, entry):
        with pytest.raises(SettingsInvalid):
            nodes_of(Settings(nodes=(entry,)))
