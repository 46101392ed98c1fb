"""What an operator keeps beside the server, for tests: rates, assets, hooks, accounts."""

import json
from pathlib import Path

SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
HOOK = "3E7A1C94B05D28F6E1A47C3B9D60825F1B4E7A93C6D05F28A1E94B7C3D6025F8"

FILES = {
    "rates_file": {"currencies": {"EUR": 1.25}, "assets": {"XRP": 0.5, "XAH": 0.05}},
    "curated_assets_file": [
        {"name": "Gate", "domain": "gate.example", "currencies": [
            {"currency": "USD", "issuer": SHOP, "name": "US Dollar"}]}
    ],
    "hook_hashes_file": {HOOK: {"name": "Round-up savings", "description": "Sends change to savings"}},
    "accounts_file": {GENESIS: {"name": "Genesis", "kyc_approved": True}},
}  # fmt: skip


def write_files(folder: Path) -> dict[str, str]:
    """Write the operator's files and return the settings that name them."""
    named = {}
    for setting, content in FILES.items():
        path = folder / f"{setting}.json"
        path.write_text(json.dumps(content))
        named[setting] = str(path)
    return named
