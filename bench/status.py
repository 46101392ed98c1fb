"""From handing in a signature to the frame on the status socket that tells of it."""

import threading
import time

from bench.calls import SIGN_IN, create
from bench.processes import Platform
from sealgate.cli.environment import Environment
from sealgate.cli.wallet.signing import choose_network, sign
from sealgate.cli.wallet.wallets import open_keystore, open_wallet


def measure_status(server: Platform, *, count: int) -> list[float]:
    """Return the milliseconds between the wallet's call and the frame with the outcome, sorted.

    Verifying the device's and the ledger's signature and the commit (fsync) lie in between. One request at a time.
    """
    from websockets.sync.client import connect

    environment = Environment({**server.env, "SEALGATE_URL": f"http://127.0.0.1:{server.port}"})
    wallet = open_wallet(open_keystore(environment), "alice")
    api = wallet.api(environment)
    took = []
    for _ in range(count):
        uuid = create(server, server.credentials, SIGN_IN)["uuid"]
        with connect(f"ws://127.0.0.1:{server.port}/sign/{uuid}", compression=None) as socket:
            request = api.open(uuid, origin="QR")
            network = choose_network(request, None)
            signed = sign(request, wallet.keys, network)
            arrived: list[float] = []

            def listen(socket: object = socket, arrived: list[float] = arrived) -> None:
                for frame in socket:  # type: ignore[attr-defined]
                    if '"signed"' in frame:
                        arrived.append(time.perf_counter())
                        return

            listener = threading.Thread(target=listen)
            listener.start()
            asked = time.perf_counter()
            api.hand_in(request, signed, network=network.key, origin="QR", public_key=wallet.file.public_key)
            listener.join(10)
            took.append((arrived[0] - asked) * 1000)
    wallet.close()
    return sorted(took)
