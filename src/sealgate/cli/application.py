"""The way to the platform API of a server as an application, with its key and secret."""

from typing import TYPE_CHECKING

from sealgate.cli.environment import Environment

if TYPE_CHECKING:
    from sealgate.cli.http import Client


def app_client(environment: Environment | None = None) -> "Client":
    """Return a client with the app's credentials; Refused where the environment has none."""
    from sealgate.cli.http import Client

    environment = environment or Environment()
    key = environment.need("SEALGATE_API_KEY", "an API key")
    secret = environment.need("SEALGATE_API_SECRET", "an API secret")
    return Client(environment.url, headers={"x-api-key": key, "x-api-secret": secret})
