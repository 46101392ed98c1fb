// Whether anybody sees the page: what is only for the eye rests while nobody does.

import { Observed } from "./observe";

/** Whether the tab is in front. */
export const isSeen = new Observed(document.visibilityState === "visible");

document.addEventListener("visibilitychange", () => isSeen.set(document.visibilityState === "visible"));
