"""Commands about the node itself."""

import json
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from sealgate.base.clock import to_wire
from sealgate.devtools.ledger.node import Asked
from sealgate.devtools.ledger.work import BASE_FEE, BASE_RESERVE, NETWORK_ID, OWNER_RESERVE
from sealgate.ledger import definitions
from sealgate.ledger.crypto import sha512_half

DROPS: Final = 1_000_000
_LEVEL: Final = 256
"""What nodes call the fee of a usual transaction at usual load."""


def ping(asked: Asked) -> dict[str, Any]:
    """Answer that somebody is there."""
    return {}


def server_info(asked: Asked) -> dict[str, Any]:
    """Tell what this node is, for people: amounts in XRP."""
    chain = asked.chain
    validated = {
        "age": 0,
        "base_fee_xrp": BASE_FEE / DROPS,
        "hash": chain.closed.hash,
        "reserve_base_xrp": BASE_RESERVE // DROPS,
        "reserve_inc_xrp": OWNER_RESERVE // DROPS,
        "seq": chain.closed.index,
    }
    return {"info": {**_about(asked), "hostid": "SANDBOX", "load_factor": 1, "validated_ledger": validated}}


def server_state(asked: Asked) -> dict[str, Any]:
    """Tell what this node is, for programs: amounts in drops."""
    chain = asked.chain
    validated = {
        "base_fee": BASE_FEE,
        "close_time": chain.closed.close_time,
        "hash": chain.closed.hash,
        "reserve_base": BASE_RESERVE,
        "reserve_inc": OWNER_RESERVE,
        "seq": chain.closed.index,
    }
    load = {"load_base": _LEVEL, "load_factor": _LEVEL, "load_factor_server": _LEVEL}
    return {"state": {**_about(asked), **load, "validated_ledger": validated}}


def _about(asked: Asked) -> dict[str, Any]:
    node, chain = asked.node, asked.chain
    return {
        "build_version": version("sealgate"),
        "complete_ledgers": f"{chain.first_index}-{chain.closed.index}",
        "network_id": NETWORK_ID,
        "peers": 0,
        "sandbox": True,
        "server_state": "full",
        "time": to_wire(node.now),
        "uptime": max(0, int((node.now - node.started_at).total_seconds())),
        "validation_quorum": 0,
    }


def fee(asked: Asked) -> dict[str, Any]:
    """Tell what a transaction costs: always the same here."""
    usual, level = str(BASE_FEE), str(_LEVEL)
    return {
        "current_ledger_size": "0",
        "current_queue_size": "0",
        "drops": {"base_fee": usual, "median_fee": usual, "minimum_fee": usual, "open_ledger_fee": usual},
        "expected_ledger_size": "1",
        "ledger_current_index": asked.chain.open_index,
        "levels": {
            "median_level": level,
            "minimum_level": level,
            "open_ledger_level": level,
            "reference_level": level,
        },
        "max_queue_size": "1",
    }


def server_definitions(asked: Asked) -> dict[str, Any]:
    """Tell the fields and types of the binary format; only their hash to those who have them."""
    known = _definitions()
    if str(asked.params.get("hash", "")).upper() == known["hash"]:
        return {"hash": known["hash"]}
    return known


@lru_cache(maxsize=1)
def _definitions() -> dict[str, Any]:
    raw = Path(definitions.__file__).with_name("data").joinpath("xrpl.json").read_bytes()
    return {"hash": sha512_half(raw).hex().upper(), **{k: v for k, v in json.loads(raw).items() if k != "hash"}}
