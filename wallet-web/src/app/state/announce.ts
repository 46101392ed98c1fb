// What a screen reader is told without anything getting the focus.

import { Observed } from "./observe";

/** What is read out. */
export const announcement = new Observed("");

/** Have this read out, also when it was the last thing that was. */
export function announce(text: string): void {
  announcement.set("");
  setTimeout(() => announcement.set(text), 50);
}
