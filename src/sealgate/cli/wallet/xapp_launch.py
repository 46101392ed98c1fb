"""What a wallet gets for the launch of an xApp, and the launches that follow from the first one."""

from typing import Any, Protocol

import msgspec

from sealgate.cli.environment import Environment
from sealgate.cli.wallet.wallets import OpenWallet
from sealgate.cli.wallet.xapps import Style, launch


class Permissions(msgspec.Struct, frozen=True):
    """What an xApp may do: `commands` it may send, `special` things without a question (wallet-api 8.1)."""

    commands: list[str]
    special: list[str]


class Launched(msgspec.Struct, frozen=True, kw_only=True, rename={"title": "xappTitle"}):
    """An xApp that may be opened now.

    Attributes:
        url: Where, with `xAppToken` and `xAppStyle`.
        user_agent: What the web view calls itself, one-time token included.
        network: What the xApp is told the wallet is on.
    """

    identifier: str
    title: str
    url: str
    user_agent: str
    network: str
    permissions: Permissions


class Launcher(Protocol):
    """Launches one more xApp, or the same one again, in place of the one that is open."""

    def __call__(self, xapp: str, *, origin: str, network: str, navigate: dict[str, Any]) -> Launched:
        """Return the launch.

        Args:
            origin: What led here (platform-api 16.2).
            navigate: The `xAppNavigate` command, empty where it was none.

        Raises:
            Refused: the server says no.
        """


def launcher_of(wallet: OpenWallet, environment: Environment, *, style: Style, version: str) -> Launcher:
    """Return a launcher for a wallet's device."""

    def launch_next(xapp: str, *, origin: str, network: str, navigate: dict[str, Any]) -> Launched:
        answer = launch(
            wallet,
            environment,
            xapp,
            navigate=navigate,
            network=network,
            style=style,
            version=version,
            origin=origin,
        )
        return launched_of(answer)

    return launch_next


def launched_of(answer: dict[str, Any]) -> Launched:
    """Return what a window needs of the server's answer to a launch."""
    return msgspec.convert(answer, Launched)
