// Putting the app on the home screen: by the browser's own offer where it has one.

import { Observed } from "./observe";

interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

const DISMISSED = "sealgate.install-dismissed";

/** The browser's offer, null where there is none or somebody said no. */
export const installOffer = new Observed<(() => void) | null>(null);

/** iPhones and iPads have no offer, only the share menu. */
export const isByShareMenu = /iP(hone|ad|od)/.test(navigator.userAgent) && !("standalone" in navigator && navigator.standalone === true);

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  if (localStorage.getItem(DISMISSED) !== null) return;
  installOffer.set(() => {
    installOffer.set(null);
    void (event as InstallOffer).prompt();
  });
});
addEventListener("appinstalled", () => installOffer.set(null));

/** Do not show the hint again in this browser. */
export function dismissInstall(): void {
  localStorage.setItem(DISMISSED, "1");
  installOffer.set(null);
}

/** Whether somebody said that they do not want the hint. */
export function isInstallDismissed(): boolean {
  return localStorage.getItem(DISMISSED) !== null;
}
