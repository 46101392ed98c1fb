// What the service worker does with a push: it is shown, and a press on it opens the request. (docs/guides/push.md)

import { placeOf, type Pushed, readPush, wordsFor } from "../push/message";
import { WalletServer } from "../server";

/** A browser that is kept waiting much longer shows a text of its own. */
const NAME_WITHIN_MS = 3000;

/** Show what is pushed to this worker, and open what is pressed. */
export function listenForPushes(scope: ServiceWorkerGlobalScope): void {
  scope.addEventListener("push", (event) => {
    event.waitUntil(show(scope, readPush(event.data?.text() ?? "")));
  });
  scope.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(scope, String(event.notification.data ?? "/wallet/")));
  });
}

async function show(scope: ServiceWorkerGlobalScope, pushed: Pushed | null): Promise<void> {
  const app = pushed === null ? null : await within(NAME_WITHIN_MS, appOf(pushed.payload));
  const { title, body } = wordsFor(pushed, app, scope.navigator.language);
  await scope.registration.showNotification(title, {
    body,
    icon: "/wallet/icons/icon-192.png",
    // One request, one notification, however often its message comes.
    tag: pushed?.payload ?? "wallet",
    data: placeOf(pushed),
  });
}

/** Return the name of the app that asks, as the pending list has it. Reading the list opens nothing. */
async function appOf(payload: string): Promise<string | null> {
  const server = await WalletServer.resume();
  const waiting = (await server?.pending()) ?? [];
  return waiting.find((one) => one.meta.uuid === payload)?.application.name || null;
}

async function within<T>(limit_ms: number, wanted: Promise<T | null>): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), limit_ms));
  return Promise.race([wanted.catch(() => null), late]);
}

async function open(scope: ServiceWorkerGlobalScope, address: string): Promise<void> {
  const windows = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const wallet = windows.find((client) => new URL(client.url).pathname.startsWith("/wallet/"));
  if (wallet === undefined) {
    await scope.clients.openWindow(address);
    return;
  }
  wallet.postMessage({ open: address });
  // A browser that does not let it come to the front shows the request there all the same.
  await wallet.focus().catch(() => undefined);
}
