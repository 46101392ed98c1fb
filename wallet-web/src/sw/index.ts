// The service worker: keeps the whole page, so that it starts without a network, and shows pushes.
//
// What was kept belongs together: one version of the page with all its files. A new version is fetched beside it and
// takes over when nobody looks at the old one, or when the page says so.

import { listenForPushes } from "./push";

declare const self: ServiceWorkerGlobalScope;
/** Hash over all files of the build. */
declare const __VERSION__: string;
/** Every file of the build but the page itself, relative to its folder. */
declare const __FILES__: readonly string[];

const PREFIX = "wallet-";
const CACHE = PREFIX + __VERSION__;
const SHELL = "/wallet/";
const PATHS = new Set(__FILES__.map((file) => SHELL + file));

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOthers(), self.clients.claim()]));
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  // Identifiers of xApps have dots, like names of files.
  const isScreen = pathname.startsWith(SHELL) && (!pathname.includes(".") || pathname.startsWith(`${SHELL}xapps/`));
  if (request.mode === "navigate" && isScreen) {
    event.respondWith(kept(SHELL, request));
  } else if (PATHS.has(pathname)) {
    event.respondWith(kept(pathname, request));
  }
});

listenForPushes(self);

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Names in `assets` change with their content; the others are asked for anew.
  await cache.addAll([
    new Request(SHELL, { cache: "reload" }),
    ...[...PATHS].map((path) => new Request(path, { cache: path.startsWith(`${SHELL}assets/`) ? "default" : "reload" })),
  ]);
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
