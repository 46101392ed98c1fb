"""`sealgate networks`: which networks there are, and which nodes of theirs this server asks."""

from sealgate.cli.output import AsJson, print_json, table


def networks(json: AsJson = False) -> None:
    """List the networks that a server with these settings knows; the sandbox's own where one runs."""
    from msgspec.structs import replace

    from sealgate.base.settings import load_settings
    from sealgate.cli.environment import Environment
    from sealgate.infra.networks import install_networks, nodes_of
    from sealgate.ledger.networks import NETWORKS, SANDBOX

    environment = Environment()
    sandbox = environment.get("SEALGATE_LEDGER_RPC")
    settings = load_settings()
    here = (environment.get("SEALGATE_URL") or settings.public_url).rstrip("/")
    settings = replace(settings, dev=sandbox is not None, public_url=here)
    install_networks(settings)
    nodes = dict(nodes_of(settings))
    if sandbox is not None:
        nodes[SANDBOX.key] = (sandbox,)
    if json:
        return print_json(
            {
                "networks": [
                    {
                        "key": one.key,
                        "name": one.title,
                        "network_id": one.network_id,
                        "native_asset": one.native_asset,
                        "is_live": one.is_live,
                        "definitions": one.definitions,
                        "endpoints": [endpoint.url for endpoint in one.endpoints],
                        "explorers": [explorer.url_tx for explorer in one.explorers],
                        "nodes": list(nodes.get(one.key, ())),
                    }
                    for one in NETWORKS.values()
                ]
            }
        )
    table(
        ("network", "id", "name", "asset", "asked by this server"),
        [
            (one.key, str(one.network_id), one.title, one.native_asset, ", ".join(nodes.get(one.key, ())) or "no node")
            for one in NETWORKS.values()
        ],
    )
