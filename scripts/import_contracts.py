"""The import rule that import-linter does not bring: a slice's store and tables are private to the slice."""

import grimp
from importlinter import Contract, ContractCheck, output

PRIVATE_ROOMS = frozenset({"store", "tables"})


class SliceStoresContract(Contract):
    """`sealgate.<slice>.store` and `.tables`, modules or packages, are imported from within `sealgate.<slice>` only."""

    type_name = "slice_stores"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports of a private room from outside its slice. New slices need no configuration."""
        intruders = sorted(
            (importer, room)
            for room in graph.modules
            if _is_private(room)
            for importer in graph.find_modules_that_directly_import(room)
            if _slice_of(importer) != _slice_of(room)
        )
        return ContractCheck(kept=not intruders, metadata={"intruders": intruders})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each forbidden import."""
        for importer, room in check.metadata["intruders"]:
            output.print_error(f"{importer} opens {room}: ask {_slice_of(room)}.service instead")


def _is_private(module: str) -> bool:
    parts = module.split(".")
    return len(parts) >= 3 and parts[2] in PRIVATE_ROOMS


def _slice_of(module: str) -> str:
    return ".".join(module.split(".")[:2])
