// Keeps the sign page true: follows the request over its socket, counts down, and leads on when it is over.
"use strict";

(() => {
  const page = document.getElementById("sign");
  const { uuid, app } = page.dataset;
  const byId = (id) => document.getElementById(id);
  const OPEN = new Set(["waiting", "pushed", "opened"]);
  const LEAVE_AFTER_S = 3;
  const isBound = "bound" in page.dataset; // only one browser goes on, and the server knows which and when

  let leaving = false; // true once this script navigates: whoever reports a closed window must not report then
  let deadline = performance.now() + Number(page.dataset.expiresIn) * 1000;

  const isOpen = () => OPEN.has(page.dataset.state);
  const announce = (text) => { byId("news").textContent = text; };

  // --- states ---------------------------------------------------------------------------------------------------

  const NEWS = {
    opened: "The request is open in your wallet. Approve or reject it there.",
    signed: "Signed.",
    rejected: "The request was rejected.",
    expired: "The request has expired.",
    cancelled: `${app} took this request back.`,
  };

  const enter = (state) => {
    // An outcome is final, and whoever asked for the code keeps it while a wallet looks at the request.
    if (!isOpen() || state === page.dataset.state) return;
    announce(NEWS[state]);
    byId("time").hidden = true; // an opened request has no deadline any more
    if (state === "opened" && page.dataset.show === "qr") {
      byId("scan").textContent = "The request is open in a wallet";
      return;
    }
    page.dataset.state = state;
    if (isOpen()) return;
    document.title = `${NEWS[state]} ${app}`;
    byId("close").hidden = false;
    byId("offline").hidden = true;
    byId("cancel")?.remove();
  };

  // --- leaving --------------------------------------------------------------------------------------------------

  // Only web addresses: a request must not make its page run a script.
  const webAddress = (text) => {
    if (!text) return null;
    try {
      const url = new URL(text, location.href);
      return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
    } catch {
      return null;
    }
  };

  const leave = (url) => {
    leaving = true;
    location.assign(url);
  };

  const showWayBack = (url, words) => {
    const link = byId("leave-link");
    link.href = url;
    link.textContent = words;
    byId("leave").hidden = false;
    byId("close").hidden = true;
  };

  const leadTo = (text) => {
    const url = webAddress(text);
    if (!url) return;
    if (isBound) return setTimeout(leave, 400, url);
    showWayBack(url, "Continue");
    let seconds = LEAVE_AFTER_S;
    const step = () => {
      if (seconds === 0) return leave(url);
      byId("leaving").textContent = `Taking you to ${new URL(url).host} in ${seconds} s`;
      seconds -= 1;
      setTimeout(step, 1000);
    };
    step();
  };

  // A link to a wallet's own scheme unloads nothing, but browsers fire `beforeunload` for it.
  const leaveForAMoment = () => {
    leaving = true;
    setTimeout(() => { leaving = false; }, 1500);
  };

  const openWallet = () => {
    leaveForAMoment();
    location.href = page.dataset.open;
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href]")) leaveForAMoment();
  });

  // --- countdown ------------------------------------------------------------------------------------------------

  const clock = (seconds) => {
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    if (hours >= 1) return `${hours} h ${two(minutes)} min`;
    return `${minutes}:${two(seconds % 60)}`;
  };

  const count = () => {
    const left = Math.max(0, Math.round((deadline - performance.now()) / 1000));
    const time = byId("time");
    time.textContent = `Expires in ${clock(left)}`;
    time.toggleAttribute("data-soon", left < 60);
  };

  // --- the socket -----------------------------------------------------------------------------------------------

  const busy = (heading) => {
    enter("opened");
    if (!isOpen()) return;
    byId("busy").textContent = heading;
    announce(heading);
  };

  // This page as the server would show it now, or null.
  const lookAgain = () => fetch(location.pathname)
    .then((answer) => answer.text())
    .then((html) => new DOMParser().parseFromString(html, "text/html").getElementById("sign"))
    .catch(() => null);

  const settle = async (state) => {
    const fresh = await lookAgain();
    const panel = fresh?.querySelector(`[data-when="${state}"]`);
    if (panel) page.querySelector(`[data-when="${state}"]`).replaceWith(panel);
    enter(state);
    leadTo(fresh?.dataset.leadsTo);
    byId("close").hidden = page.dataset.bound === "here"; // it is still wanted: for the way on, or the wallet's return
  };

  // The socket says `expired` for a cancellation, too; the page itself says which it was, and the way back.
  const end = async () => {
    const fresh = await lookAgain();
    enter(fresh?.dataset.state === "cancelled" ? "cancelled" : "expired");
    const back = webAddress(fresh?.querySelector("#leave-link")?.getAttribute("href"));
    if (isBound) leadTo(back);
    else if (back) showWayBack(back, `Back to ${app}`);
  };

  const hear = (news) => {
    if (typeof news.expires_in_seconds === "number") {
      deadline = performance.now() + news.expires_in_seconds * 1000;
      byId("offline").hidden = true;
    }
    if (news.opened) enter("opened");
    if (news.pre_signed) busy("Signing…");
    if (news.collected) {
      const { weight, quorum } = news.collected;
      byId("scan").textContent = `Signed: ${weight} of ${quorum}. The others sign with the same code`;
      announce(byId("scan").textContent);
    }
    if (news.dispatched) busy("Sending the transaction…");
    if (news.expired) end();
    if (news.payload_uuidv4 === uuid && isOpen() && isBound) settle(news.signed ? "signed" : "rejected");
    else if (news.payload_uuidv4 === uuid && isOpen()) {
      enter(news.signed ? "signed" : "rejected");
      leadTo(page.dataset.continue || news.return_url?.web);
    }
  };

  let retryAfter = 500;
  let socket = null;

  const listen = () => {
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/sign/${uuid}`);
    socket.onopen = () => { retryAfter = 500; };
    socket.onmessage = (message) => {
      try {
        hear(JSON.parse(message.data));
      } catch {
        // A frame this page does not understand changes nothing on it.
      }
    };
    socket.onclose = (event) => {
      socket = null;
      if (!isOpen() || leaving) return;
      // 1000: the server has no more to say, because the outcome was told while this page was not listening.
      if (event.code === 1000) return setTimeout(() => location.reload(), 1000);
      byId("offline").hidden = retryAfter < 2000;
      setTimeout(listen, retryAfter + Math.random() * 500);
      retryAfter = Math.min(retryAfter * 2, 15000);
    };
  };

  // --- start ----------------------------------------------------------------------------------------------------

  const copyText = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Outside a secure context there is no clipboard object.
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };

  const copy = byId("copy");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await copyText(copy.dataset.copy);
    copy.textContent = "Link copied";
    announce("Link copied");
    setTimeout(() => { copy.textContent = "Copy link"; }, 2500);
  });

  // An icon that does not load leaves the letter under it.
  document.querySelector(".sign-icon img")?.addEventListener("error", (event) => event.target.remove());

  // --- the window that opened this one (oauth2 A7, W21) ----------------------------------------------------------

  const tellOpener = (source) => {
    window.opener?.postMessage(JSON.stringify({ source, payload: uuid }), page.dataset.opener);
  };

  tellOpener("xumm_sign_request");
  if (isBound) {
    // Of all the events of a closing window, only this one still gets a message out to another site.
    window.addEventListener("beforeunload", () => {
      if (!leaving && isOpen()) tellOpener("xumm_sign_request_popup_closed");
    });
    // The wallet came back to another tab of this browser: the result belongs here, where an opener may be waiting.
    const returned = new BroadcastChannel(`sealgate-return-${uuid}`);
    returned.onmessage = ({ data }) => {
      const url = data?.next === "signin" ? webAddress(page.dataset.continue) : null;
      if (!url || leaving) return;
      returned.postMessage({ taken: true });
      leave(url);
    };
  }

  // A popup stays, since the page that opened it waits for it; the web wallet gets a window of its own.
  if (window.opener) {
    for (const link of document.querySelectorAll("a.sign-web")) {
      link.target = "_blank";
      link.rel = "noopener";
    }
  }

  if (isOpen()) {
    count();
    setInterval(count, 1000);
    listen();
    if (page.dataset.open) window.addEventListener("load", () => setTimeout(openWallet, 200));
  } else {
    leadTo(page.dataset.leadsTo);
  }
})();
