"""The way to the admin API of a server, for the commands of operators."""

from typing import TYPE_CHECKING

from sealgate.cli.environment import Environment

if TYPE_CHECKING:
    from sealgate.cli.http import Client


def admin_client() -> "Client":
    """Return a client with the admin token; Refused where the environment has none."""
    from sealgate.cli.http import Client

    environment = Environment()
    token = environment.need("SEALGATE_ADMIN_TOKEN", "the admin token of the server")
    return Client(environment.url, headers={"authorization": f"Bearer {token}"})
