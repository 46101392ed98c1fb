// A React Native app: somebody signed in by the system's browser, and its own storage, sockets and `fetch`. It compiles
// without the DOM and without Node, which is the test.

import { Sealgate, SealgateError, type Subscription } from "sealgate";

declare const AsyncToken: { current(): Promise<string> };

export async function pay(destination: string, control: AbortController): Promise<string | null> {
  const sealgate = new Sealgate({
    url: "https://sign.example.org",
    accessToken: await AsyncToken.current(),
    fetch: (url, init) => fetch(url, init as RequestInit),
    WebSocket,
  });
  try {
    const request: Subscription = await sealgate.payloads.createAndSubscribe(
      { TransactionType: "Payment", Destination: destination, Amount: "1000000" },
      (event) => (event.type === "signed" ? event.txid : null),
      { signal: control.signal },
    );
    return (await request.resolved).response.txid;
  } catch (error) {
    if (error instanceof SealgateError && error.code === "aborted") return null;
    throw error;
  }
}

// `fetch` as it stands fits as well.
export const direct = new Sealgate({ url: "https://sign.example.org", accessToken: "…", fetch });
