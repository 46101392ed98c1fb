// The app without a network, and its new versions.

import { ownScript } from "../../trusted";
import { navigate } from "../router";
import { Observed } from "./observe";

/** Whether the browser has a network; it does not promise that the server is reached. */
export const isOnline = new Observed(navigator.onLine);

/** A new version that waits, or null; calling it takes it into use, which loads the page anew. */
export const newVersion = new Observed<(() => void) | null>(null);

addEventListener("online", () => isOnline.set(true));
addEventListener("offline", () => isOnline.set(false));

/** Have the service worker keep the app, look for new versions, and open what it is told to open. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ open?: unknown }>) => {
    if (typeof data?.open === "string" && data.open.startsWith("/wallet/")) navigate(data.open.slice("/wallet".length));
  });
  // The first worker of a page takes over without changing anything on it.
  let isFirst = serviceWorker.controller === null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (!isFirst) location.reload();
    isFirst = false;
  });
  void serviceWorker
    .register(ownScript("/wallet/sw.js"), { scope: "/wallet/", updateViaCache: "none" })
    .then(watch)
    // Without it the app works as long as there is a network.
    .catch((problem: unknown) => console.warn("the app is not kept for offline use", problem));
}

function watch(registration: ServiceWorkerRegistration): void {
  const offer = () => {
    const { waiting } = registration;
    if (waiting !== null && navigator.serviceWorker.controller !== null) {
      newVersion.set(() => waiting.postMessage("take-over"));
    }
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  });
}
