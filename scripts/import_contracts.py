"""The import rule that import-linter does not bring: a slice's store is private to the slice."""

import grimp
from importlinter import Contract, ContractCheck, output


class SliceStoresContract(Contract):
    """`sealgate.<slice>.store` (a module or a package) is imported from within `sealgate.<slice>` only."""

    type_name = "slice_stores"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports of a store from outside its slice. New slices need no configuration."""
        intruders = sorted(
            (importer, store)
            for store in graph.modules
            if _is_store(store)
            for importer in graph.find_modules_that_directly_import(store)
            if _slice_of(importer) != _slice_of(store)
        )
        return ContractCheck(kept=not intruders, metadata={"intruders": intruders})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each forbidden import."""
        for importer, store in check.metadata["intruders"]:
            output.print_error(f"{importer} opens {store}: ask {_slice_of(store)}.service instead")


def _is_store(module: str) -> bool:
    parts = module.split(".")
    return len(parts) >= 3 and parts[2] == "store"


def _slice_of(module: str) -> str:
    return ".".join(module.split(".")[:2])
