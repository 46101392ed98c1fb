"""Puts the sources of look-ups into a process."""

from sealgate.lookups.sources import Sources
from sealgate.web.context import Context


def install(context: Context) -> None:
    """Name the operator's files and feeds; they are read once at the start, so that a mistake in them is seen then."""
    sources = Sources(context.settings)
    context.put(sources)

    async def read_files() -> None:
        sources.require()

    context.starting.append(read_files)
