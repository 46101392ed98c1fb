// A session with an xApp in a document of its own, the frame's messages made by hand.

import { JSDOM } from "jsdom";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Launch, LaunchOrder } from "../../src/server";
import { type SessionOptions, type SessionState, XAppSession } from "../../src/xapps/session";

const APP = "https://app.example";
const OWN = "https://sign.example";
const UUID = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52";
const COMMANDS = ["OPENSIGNREQUEST", "SCANQR", "SELECTDESTINATION", "XAPPNAVIGATE", "OPENBROWSER", "TXDETAILS", "SHARE", "CLOSE", "READY"];

let page: JSDOM;
let orders: [string, LaunchOrder][];
let states: SessionState[];
let opened: string[];
let special: string[];
let url: string;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  page = new JSDOM("<!doctype html><iframe></iframe>", { url: OWN });
  vi.stubGlobal("window", page.window);
  [orders, states, opened, special, url] = [[], [], [], [], `${APP}/?xAppToken=1`];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  page.window.close();
});

function launchOf(identifier: string): Launch {
  return {
    ott: `ott-${orders.length}`, appid: "a", xappTitle: identifier, icon: "", xappSupportUrl: null, identifier,
    permissions: { special, commands: COMMANDS }, network: "MAINNET", url, user_agent: "",
  };
}

function sessionWith(options: Partial<SessionOptions> = {}): XAppSession {
  return new XAppSession({
    server: {
      launchXapp: async (identifier, order) => (orders.push([identifier, order]), launchOf(identifier)),
      xappInfo: async () => ({ networks: ["MAINNET", "TESTNET"] }) as never,
    },
    opening: { identifier: "shop", origin: "QR", originData: { content: "x" }, parameters: { orderId: "1042" } },
    settings: { account: "rAlice", network: "MAINNET", locale: "en", currency: "USD", style: "dark", node: "wss://node.example" },
    accounts: () => ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"],
    own: OWN,
    dev: false,
    onState: (state) => states.push(state),
    openPage: (address) => opened.push(address),
    ...options,
  });
}

const frame = (): HTMLIFrameElement => page.window.document.querySelector("iframe") as HTMLIFrameElement;
const now = (): SessionState => states.at(-1) as SessionState;

/** Say something as the page, past the 1.5 s that have to lie between. */
async function says(command: object, origin = APP): Promise<void> {
  await vi.advanceTimersByTimeAsync(1600);
  const { MessageEvent } = page.window;
  page.window.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(command), origin, source: frame().contentWindow }));
  await vi.advanceTimersByTimeAsync(0);
}

/** Begin a session whose page has said that it is ready. */
async function ready(options: Partial<SessionOptions> = {}): Promise<XAppSession> {
  const session = sessionWith(options);
  await session.begin();
  session.attach(frame());
  await says({ command: "ready" });
  return session;
}

function asked(): Extract<SessionState, { at: "open" }>["asked"] {
  const state = now();
  return state.at === "open" ? state.asked : null;
}

describe("a launch", () => {
  it("says what the wallet says, and a link's parameters apart from it", async () => {
    await sessionWith().begin();

    expect(orders).toEqual([
      ["shop", {
        version: "2.9.1", locale: "en", currency: "USD", style: "dark", account: "rAlice", nodetype: "MAINNET", nodewss: "wss://node.example",
        origin: { type: "QR", data: { content: "x" } }, parameters: { orderId: "1042" }, xAppNavigateData: {},
      }],
    ]);
    expect(now()).toMatchObject({ at: "open", origin: APP, isReady: false, asked: null });
  });

  it("ends where the page lies on the wallet's own origin", async () => {
    url = `${OWN}/x?xAppToken=1`;
    await sessionWith().begin();

    expect(now()).toMatchObject({ at: "refused", why: "own_origin" });
  });

  it("fails as the server says, and may be tried again", async () => {
    let fails = true;
    const session = sessionWith({
      server: {
        launchXapp: async (identifier) => {
          if (fails) throw new Error("403");
          return launchOf(identifier);
        },
        xappInfo: async () => ({}) as never,
      },
    });
    await session.begin();
    expect(now().at).toBe("failed");

    fails = false;
    await session.begin();
    expect(now().at).toBe("open");
  });

  it("is not heard of any more once the session was left", async () => {
    const session = sessionWith();
    const begun = session.begin();
    session.end();
    await begun;

    expect(states).toEqual([{ at: "launching" }]);
  });
});

describe("a page", () => {
  it("is slow after ten seconds without a word", async () => {
    const session = sessionWith();
    await session.begin();
    session.attach(frame());
    await vi.advanceTimersByTimeAsync(10_001);

    expect(now()).toMatchObject({ at: "open", isSlow: true });
  });

  it("asks, and is answered once", async () => {
    await ready();
    const told = vi.spyOn(frame().contentWindow as Window, "postMessage");
    await says({ command: "openSignRequest", uuid: UUID });
    const sign = asked();
    if (sign?.kind !== "sign") throw new Error("nothing to sign");
    sign.answer("SIGNED");
    await vi.advanceTimersByTimeAsync(2000);

    expect(asked()).toBeNull();
    expect(told).toHaveBeenCalledExactlyOnceWith(JSON.stringify({ method: "payloadResolved", reason: "SIGNED", uuid: UUID }), APP);
  });

  it("of another origin is not heard", async () => {
    await ready();
    await says({ command: "close" }, "https://stranger.example");

    expect(now().at).toBe("open");
  });

  it("opens a page of the web after a question", async () => {
    await ready();
    await says({ command: "openBrowser", url: "https://shop.example/" });
    const browse = asked();
    if (browse?.kind !== "browse") throw new Error("no question");
    browse.answer(false);
    await vi.advanceTimersByTimeAsync(0);

    expect(opened).toEqual([]);
  });

  it("opens it without one where it may, and the person has just pressed something", async () => {
    special = ["URL_LAUNCH_NO_CONFIRMATION"];
    await ready({ wasPressed: () => true });
    await says({ command: "openBrowser", url: "https://shop.example/" });

    expect([opened, asked()]).toEqual([["https://shop.example/"], null]);
  });

  it("sees details of transactions of the wallet's own accounts only", async () => {
    await ready();
    const tx = "AB".repeat(32);
    await says({ command: "txDetails", tx, account: "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe" });
    expect(asked()).toBeNull();

    await says({ command: "txDetails", tx, account: "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh" });
    expect(asked()).toMatchObject({ kind: "transaction", txid: tx });
  });

  it("shows something to share", async () => {
    await ready();
    await says({ command: "share", text: "look", title: "t" });

    expect(asked()).toMatchObject({ kind: "share", text: "look", title: "t" });
  });

  it("leads to another xApp, which is told so", async () => {
    await ready();
    await says({ command: "xAppNavigate", xApp: "other", orderId: "7" });

    expect(orders.at(-1)).toEqual([
      "other",
      expect.objectContaining({ origin: { type: "XAPP", data: {} }, parameters: {}, xAppNavigateData: { xApp: "other", orderId: "7" } }),
    ]);
  });

  it("closes", async () => {
    await ready();
    await says({ command: "close" });

    expect(now()).toEqual({ at: "closed" });
  });
});

describe("another network or account", () => {
  it("is told to an xApp that need not be launched again for it", async () => {
    special = ["NETWORK_SWITCH_EVENT_NO_RELOAD"];
    const session = await ready();
    const told = vi.spyOn(frame().contentWindow as Window, "postMessage");
    await session.useNetwork("TESTNET");
    await vi.advanceTimersByTimeAsync(2000);

    expect(told).toHaveBeenCalledExactlyOnceWith(JSON.stringify({ method: "networkSwitch", network: "TESTNET" }), APP);
    expect(orders).toHaveLength(1);
  });

  it("is another launch for the others, with what is new", async () => {
    const session = await ready();
    await session.useNetwork("TESTNET", "wss://test.example");
    session.useAccount("rBob");
    await vi.advanceTimersByTimeAsync(0);

    expect(orders.map(([, order]) => [order.account, order.nodetype, order.nodewss])).toEqual([
      ["rAlice", "MAINNET", "wss://node.example"],
      ["rAlice", "TESTNET", "wss://test.example"],
      ["rBob", "TESTNET", "wss://test.example"],
    ]);
  });

  it("is another launch where the xApp does not work there", async () => {
    special = ["NETWORK_SWITCH_EVENT_NO_RELOAD"];
    const session = await ready();
    await session.useNetwork("XAHAU");

    expect(orders).toHaveLength(2);
  });
});
