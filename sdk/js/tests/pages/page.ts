// A page, as it compiles with the DOM's types and by the package's own exports.

import { Sealgate, SealgateError } from "sealgate";
import { verifyToken, verifyWebhook } from "sealgate/server";
import { setEndpoint, Xumm } from "sealgate/xumm";

const sealgate = new Sealgate({ url: "https://sign.example.org", apiKey: "…", fetch, WebSocket, remember: sessionStorage });

export async function click(signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await sealgate.signIn({ scope: "openid offline_access", signal })).account;
  } catch (error) {
    if (error instanceof SealgateError && error.code === "popup_closed") return undefined;
    throw error;
  }
}

export async function receive(request: Request): Promise<string | undefined> {
  const { event } = await verifyWebhook(await request.text(), request.headers, { webhookSecret: "whsec_…" });
  if (event.type === "payload.signed") return event.data.txid ?? undefined;
  return (await verifyToken("…", { url: "https://sign.example.org", apiKey: "…" })).sub;
}

setEndpoint("https://sign.example.org");
const xumm = new Xumm("…");
xumm.on("success", async () => console.log(await xumm.user.account, xumm.state.signedIn));
