// A question must have been on the screen for half a second before an answer counts: nobody may be led to click
// on what has just appeared under the pointer. Without scripts the question works as it is.
"use strict";

(() => {
  const SEEN_MS = 500;
  let ready = false;

  const buttons = () => document.querySelectorAll("form[data-guarded] button");
  const enable = (on) => {
    ready = on;
    for (const button of buttons()) button.disabled = !on;
  };

  document.addEventListener("submit", (event) => { if (!ready) event.preventDefault(); }, true);

  let timer = 0;
  const watch = () => {
    clearTimeout(timer);
    enable(false);
    if (document.visibilityState === "visible") timer = setTimeout(() => enable(true), SEEN_MS);
  };
  document.addEventListener("DOMContentLoaded", watch);
  document.addEventListener("visibilitychange", watch);
})();
