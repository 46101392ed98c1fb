// Whatever the package `xumm` offers is there under its name in `sealgate/xumm`. Compiling this file is the test; what is
// missing is in the error: Type '"name"' does not satisfy the constraint 'never'.

import type { Xumm as Theirs } from "xumm";
import type { Xumm as Ours } from "sealgate/xumm";

type Lacks<A, B> = Exclude<keyof A, keyof B>;
type Part<T, K extends keyof T> = NonNullable<T[K]>;
type Nothing<T extends never> = T;

// Of Node's EventEmitter, what nobody needs who listens.
type Inspection =
  | "eventNames" | "getMaxListeners" | "listeners" | "prependListener" | "prependOnceListener" | "rawListeners" | "setMaxListeners"
  | symbol;

export type Checks = [
  Nothing<Exclude<Lacks<Theirs, Ours>, Inspection>>,
  Nothing<Lacks<Part<Theirs, "user">, Part<Ours, "user">>>,
  Nothing<Lacks<Part<Theirs, "environment">, Part<Ours, "environment">>>,
  Nothing<Lacks<Part<Theirs, "runtime">, Part<Ours, "runtime">>>,
  Nothing<Lacks<Part<Theirs, "state">, Part<Ours, "state">>>,
  Nothing<Lacks<Part<Theirs, "payload">, Part<Ours, "payload">>>,
  Nothing<Lacks<Part<Theirs, "helpers">, Part<Ours, "helpers">>>,
  Nothing<Lacks<Part<Theirs, "push">, Part<Ours, "push">>>,
  Nothing<Lacks<Part<Theirs, "userstore">, Part<Ours, "userstore">>>,
  Nothing<Lacks<Part<Theirs, "backendstore">, Part<Ours, "backendstore">>>,
  Nothing<Exclude<Lacks<Part<Theirs, "xapp">, Part<Ours, "xapp">>, Inspection>>,
];

declare const theirs: Theirs;
declare const ours: Ours;

/** The idioms of pages and back ends, for both: what compiles with one import compiles with the other. */
async function idioms(xumm: Theirs | Ours): Promise<unknown> {
  const { bearer, jwt, ott, openid, retrieved, success, ready } = xumm.environment;
  const told = await Promise.all([bearer, jwt, ott, openid, retrieved, success, ready]);
  if (xumm.runtime.xapp || xumm.runtime.browser || xumm.runtime.cli) await xumm.authorize();
  return [told, xumm.state.signedIn, xumm.state.account, await xumm.user.account, await xumm.user.picture, await xumm.logout()];
}
void [idioms(theirs), idioms(ours)];

async function ofOurs(xumm: Ours): Promise<void> {
  xumm.on("ready", () => {});
  xumm.on("success", async () => console.log(await xumm.user.account));
  xumm.on("error", (error: Error) => console.log(error.message));
  const flow = await xumm.authorize();
  if (flow && !(flow instanceof Error)) console.log(flow.me.account, flow.jwt, await flow.sdk.ping());
  const subscription = await xumm.payload?.createAndSubscribe({ TransactionType: "Payment", Destination: "r…", Amount: "1" }, (event) => {
    if (Object.keys(event.data).indexOf("signed") > -1) return event.data["txid"];
    if (event.data["opened"]) event.resolve("opened");
    return undefined;
  });
  console.log(subscription?.created?.next?.always, subscription?.created?.refs.qr_png, await subscription?.resolved);
  subscription?.websocket.close();
  const details = await xumm.payload?.get("…");
  console.log(details?.meta.signed, details?.response.account, (await xumm.payload?.cancel("…"))?.result.cancelled);
  await xumm.xapp?.openSignRequest({ uuid: "…" });
  xumm.xapp?.on("qr", (data) => console.log(data.qrContents));
  await xumm.userstore?.set("key", { any: 1 });
  console.log(await xumm.userstore?.get("key"), await xumm.backendstore?.get(), (await xumm.helpers?.getRates("usd"))?.USD);
  await xumm.push?.event({ user_token: "…", subtitle: "…", body: "…", data: { any: 1 } });
}
void ofOurs(ours);
