// The wallet came back to this tab. Where another tab of this browser still waits for the sign-in, that one goes on:
// the app may be waiting behind it. Else this one does.
"use strict";

(() => {
  const ANSWER_WITHIN_MS = 700;
  const page = document.getElementById("returned");
  const channel = new BroadcastChannel(`sealgate-return-${page.dataset.uuid}`);

  const alone = setTimeout(() => location.replace(page.dataset.continue), ANSWER_WITHIN_MS);
  channel.onmessage = ({ data }) => {
    if (!data?.taken) return;
    clearTimeout(alone);
    document.getElementById("go").remove();
    document.getElementById("words").textContent = "It goes on in the window where you started. You can close this one.";
  };
  channel.postMessage({ next: "signin" });
})();
