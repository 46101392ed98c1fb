// The published `xumm-xapp-sdk`, unmodified, over both transports.

import { readFileSync } from "node:fs";
import { JSDOM, ResourceLoader } from "jsdom";
import { afterEach, describe, expect, it } from "vitest";
import { BridgeHost, FrameTransport, type Handlers, type Transport, WebViewTransport, installPage } from "../../src/bridge";

const SDK = readFileSync(new URL("../../node_modules/xumm-xapp-sdk/dist/browser.js", import.meta.url), "utf8");
const UUID = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52";
const OTT = "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52";
const APP = "https://app.example";
const WALLET = "https://wallet.example";
const EVENTS = ["payload", "qr", "destination", "networkswitch"] as const;

interface Sdk {
  ready(): Promise<unknown>;
  scanQr(): Promise<unknown>;
  openSignRequest(options: object): Promise<unknown>;
  getEnvironment(): { version: string; ott: string };
  on(event: string, listener: (data: unknown) => void): void;
}

const ends: (() => void)[] = [];
afterEach(() => {
  while (ends.length > 0) ends.pop()?.();
});

/** Load the package into a page, and keep what it tells the app. */
function startSdk(page: JSDOM): { sdk: Sdk; heard: [string, unknown][] } {
  page.window.eval(SDK);
  const sdk = page.window.eval("new xAppSdk()") as Sdk;
  const heard: [string, unknown][] = [];
  for (const event of EVENTS) sdk.on(event, (data) => heard.push([event, data]));
  return { sdk, heard };
}

function pageAt(url: string, beforeParse: (window: Window) => void = () => {}): JSDOM {
  const page = new JSDOM("<!doctype html><title>xApp</title>", {
    url,
    runScripts: "outside-only",
    resources: new ResourceLoader({ userAgent: `xumm/xapp:4.1.3 (ott:${OTT})` }),
    beforeParse: (window) => beforeParse(window as unknown as Window),
  });
  page.window.console.log = () => {};
  ends.push(() => page.window.close());
  return page;
}

/** A wallet that scans, signs, and can be told to go on. Its clock runs ahead, so that nothing comes too soon. */
function walletOn(transport: Transport, asked: string[]): BridgeHost {
  const note = (command: { command: string }): void => void asked.push(command.command);
  let now = 0;
  const handlers: Handlers = {
    ready: note,
    openSignRequest: (command) => (note(command), "SIGNED"),
    scanQr: (command) => (note(command), "https://shop.example/1042"),
    selectDestination: (command) => (note(command), null),
    xAppNavigate: note,
    openBrowser: note,
    txDetails: note,
    share: note,
    close: note,
  };
  const commands = ["READY", "SCANQR", "OPENSIGNREQUEST", "SELECTDESTINATION", "CLOSE"];
  const host = new BridgeHost(transport, { permissions: { commands, special: [] }, handlers, now: () => (now += 2000) });
  ends.push(() => host.end());
  return host;
}

async function until(condition: () => boolean): Promise<void> {
  const give_up_at = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > give_up_at) throw new Error("it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function goesThroughASession(sdk: Sdk, heard: [string, unknown][], host: BridgeHost, asked: string[]): Promise<void> {
  expect(await sdk.ready()).toBe(true);
  await until(() => asked.length === 1);
  await sdk.openSignRequest({ uuid: UUID, next: { always: "https://sign.example/sign/1" }, pushed: false });
  await until(() => heard.length === 1);
  await sdk.scanQr();
  await until(() => heard.length === 2);
  host.switchNetwork("TESTNET");
  await until(() => heard.length === 3);

  expect(asked).toEqual(["ready", "openSignRequest", "scanQr"]);
  expect(heard).toEqual([
    ["payload", { reason: "SIGNED", uuid: UUID }],
    ["qr", { reason: "SCANNED", qrContents: "https://shop.example/1042" }],
    ["networkswitch", { network: "TESTNET" }],
  ]);
}

describe("in a web view", () => {
  it("goes through a session", async () => {
    const page = pageAt(`${APP}/?xAppToken=${OTT}`);
    const window = page.window as unknown as Window;
    installPage(window);
    const asked: string[] = [];
    const host = walletOn(new WebViewTransport(window), asked);
    const { sdk, heard } = startSdk(page);

    expect(sdk.getEnvironment()).toEqual({ version: "4.1.3", ott: OTT });
    await goesThroughASession(sdk, heard, host, asked);
  });
});

describe("in a frame", () => {
  /** A wallet's window with a frame in it: two windows, with what browsers do between them on `postMessage`. */
  function framed(shownOrigin = APP): { app: JSDOM; wallet: JSDOM; frame: HTMLIFrameElement; sent: [string, string][] } {
    const wallet = pageAt(`${WALLET}/wallet`);
    const sent: [string, string][] = [];
    const parent = {
      postMessage(data: unknown) {
        const { MessageEvent } = wallet.window;
        const from = { data, origin: shownOrigin, source: frame.contentWindow as unknown as Window };
        wallet.window.dispatchEvent(new MessageEvent("message", from as never));
      },
    };
    const app = pageAt(`${APP}/?xAppToken=${OTT}`, (window) => {
      Object.defineProperty(window, "parent", { value: parent });
    });
    const contentWindow = {
      postMessage(data: string, target: string) {
        sent.push([data, target]);
        if (target !== shownOrigin) return;
        app.window.dispatchEvent(new app.window.MessageEvent("message", { data, origin: WALLET }));
      },
    };
    const frame = { contentWindow } as unknown as HTMLIFrameElement;
    return { app, wallet, frame, sent };
  }

  it("shakes hands and goes through a session; nothing is told to anybody else", async () => {
    const { app, wallet, frame, sent } = framed();
    const asked: string[] = [];
    const host = walletOn(new FrameTransport(frame, APP, wallet.window as unknown as Window), asked);
    const { sdk, heard } = startSdk(app);
    // A frame's messages arrive after the scripts that run now; here they arrive at once, before the package listens.
    app.window.parent.postMessage("XAPP_PROXY_INIT", "*");

    await goesThroughASession(sdk, heard, host, asked);
    expect(sent.map(([, target]) => target).every((target) => target === APP)).toBe(true);
    expect(sent[0]).toEqual(["XAPP_PROXY_INIT_ACK", APP]);
  });

  it("is not heard once it shows another origin", () => {
    const { app, wallet, frame, sent } = framed("https://elsewhere.example");
    const heard: unknown[] = [];
    new FrameTransport(frame, APP, wallet.window as unknown as Window).listen((message) => heard.push(message));

    startSdk(app);
    app.window.parent.postMessage('{"command":"ready"}', "*");

    expect([heard, sent]).toEqual([[], []]);
  });

  it("is not mistaken for another window of the same origin", () => {
    const { wallet, frame } = framed();
    const heard: unknown[] = [];
    new FrameTransport(frame, APP, wallet.window as unknown as Window).listen((message) => heard.push(message));

    const { MessageEvent } = wallet.window;
    wallet.window.dispatchEvent(new MessageEvent("message", { data: '{"command":"ready"}', origin: APP, source: null }));

    expect(heard).toEqual([]);
  });

  it.each([WALLET, "app.example", "null", `${APP}/`])("refuses the origin %s", (origin) => {
    const { wallet, frame } = framed();

    expect(() => new FrameTransport(frame, origin, wallet.window as unknown as Window)).toThrow();
  });
});

it("leaves a page inside the xApp's page without the bridge", () => {
  const inner = { top: {} } as unknown as Window;

  installPage(inner);

  expect("ReactNativeWebView" in inner).toBe(false);
});
