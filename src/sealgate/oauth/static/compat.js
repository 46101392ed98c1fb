// Points the published browser packages `xumm` and `xumm-oauth2-pkce` at this server. They have their hosts built in;
// this script, loaded before them, sends what they address there to where it came from itself. Everything else on the
// page stays as it is.
//
//   <script src="https://sign.example.org/assets/compat.js"></script>   plain: no defer, no async, no module
//   <script src="xumm.min.js"></script>
"use strict";

(() => {
  const script = document.currentScript;
  const warn = (text) => console.warn(`Sealgate compat.js: ${text}`);
  if (!script) return warn("load it by a plain <script src> tag, not as a module.");
  if (window.SealgateCompat) return warn("it is loaded twice; the first one counts.");
  // The packages keep the WebSocket constructor they find when they load.
  if (window.Xumm || window.XummPkce) warn("it must come before the package; live status will not work.");
  else if (script.async || script.defer) warn("with async or defer it may run after the package. Remove them.");

  const own = new URL(script.src).origin;
  window.SealgateCompat = Object.freeze({ origin: own });

  const PLATFORM = "https://xumm.app";
  const SIGN_IN = "https://oauth2.xumm.app";
  const PLACES = new Map([
    [PLATFORM, own],
    [SIGN_IN, own],
    ["wss://xumm.app", own.replace(/^http/, "ws")],
  ]);

  // The address with our origin in place of a built-in one; a longer host that only begins like one is left alone.
  const here = (address) => {
    const text = String(address);
    for (const [theirs, ours] of PLACES) {
      if (text.startsWith(theirs) && /^(?:[/?#]|$)/.test(text.slice(theirs.length))) {
        return ours + text.slice(theirs.length);
      }
    }
    return address;
  };

  // --- the runtime --------------------------------------------------------------------------------------------------

  // The packages know by the user agent that they run in a wallet. One that is a page itself cannot set it for its
  // frames, so it is said here: in a frame of this server's wallet, by the token in the page's address.
  const TOKEN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  const KEPT = "sealgate.xAppToken"; // for the next page of the xApp, whose address has none

  const launchToken = () => {
    const given = new URLSearchParams(location.search).get("xAppToken") ?? "";
    try {
      if (TOKEN.test(given)) sessionStorage.setItem(KEPT, given.toLowerCase());
      return sessionStorage.getItem(KEPT) ?? "";
    } catch {
      return given.toLowerCase(); // no storage for frames
    }
  };

  const isOurFrame = window.parent !== window && (location.ancestorOrigins?.[0] ?? own) === own;
  if (isOurFrame && !/xumm\/xapp|xAppBuilder/i.test(navigator.userAgent) && TOKEN.test(launchToken())) {
    const userAgent = `${navigator.userAgent} xumm/xapp:2.9.1 (ott:${launchToken()})`;
    Object.defineProperty(Navigator.prototype, "userAgent", {
      get: () => userAgent,
      configurable: true,
      enumerable: true,
    });
  }

  // --- calls --------------------------------------------------------------------------------------------------------

  const { fetch: fetchAsItIs, open: openAsItIs, WebSocket: SocketAsItIs } = window;

  window.fetch = function fetch(input, init) {
    if (!(input instanceof Request)) return fetchAsItIs.call(this, here(input), init);
    const address = here(input.url);
    return fetchAsItIs.call(this, address === input.url ? input : new Request(address, input), init);
  };

  const requestAsItIs = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function open(method, address, ...rest) {
    return requestAsItIs.call(this, method, here(address), ...rest);
  };

  window.WebSocket = class WebSocket extends SocketAsItIs {
    constructor(address, ...rest) {
      super(here(address), ...rest);
    }
  };

  // --- the popup ----------------------------------------------------------------------------------------------------

  const NEWS = '{"source":"xumm_sign_request';
  const CLOSED = '{"source":"xumm_sign_request_popup_closed"}';
  const LOOK_EVERY_MS = 250;
  const LAST_WORDS_MS = 300; // a result that was posted just before the window closed comes first

  const watched = new Map(); // window → timer

  const unwatch = (popup) => {
    clearInterval(watched.get(popup));
    watched.delete(popup);
  };

  const tell = (data, origin, source) => {
    window.dispatchEvent(new MessageEvent("message", { data, origin, source }));
  };

  // A window that is closed early cannot always say so, and the package itself never looks: it would wait for ever.
  const watch = (popup) => {
    unwatch(popup);
    watched.set(popup, setInterval(() => {
      if (!popup.closed) return;
      clearInterval(watched.get(popup));
      setTimeout(() => {
        if (!watched.delete(popup)) return;
        tell(CLOSED, PLATFORM, popup);
      }, LAST_WORDS_MS);
    }, LOOK_EVERY_MS));
  };

  window.open = function open(address, ...rest) {
    const asked = here(address);
    const popup = openAsItIs.call(this, asked, ...rest);
    if (popup && asked !== address) watch(popup);
    return popup;
  };

  // The packages believe messages from the built-in origins only. Those they make themselves are not trusted events
  // and pass.
  window.addEventListener("message", (event) => {
    const { data, source } = event;
    if (!event.isTrusted || event.origin !== own || typeof data !== "string" || !data.startsWith(NEWS)) return;
    event.stopImmediatePropagation();
    // Our own watch is surer: the page says it closes also where it is only reloaded.
    if (data.startsWith(CLOSED.slice(0, -1)) && watched.has(source)) return;
    if (!data.startsWith(`${NEWS}"`)) unwatch(source);
    tell(data, SIGN_IN, source);
  }, true);
})();
