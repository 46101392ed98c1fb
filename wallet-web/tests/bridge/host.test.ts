import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BridgeHost, type Dropped, EVENT_DELAY_MS, type Handlers, type HostOptions, MIN_SPACING_MS } from "../../src/bridge";

const UUID = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52";
const BOB = { address: "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", tag: 7 };
const INFO = {
  exist: true,
  danger: "UNKNOWN",
  blackHole: false,
  disallowIncomingXRP: false,
  possibleExchange: false,
  requireDestinationTag: true,
} as const;
const ALL = ["READY", "OPENSIGNREQUEST", "SCANQR", "SELECTDESTINATION", "CLOSE", "GETLOGS", "SHARE"];

/** A wallet and the page it shows. */
class Scene {
  readonly told: unknown[] = [];
  readonly dropped: Dropped[] = [];
  readonly host: BridgeHost;
  listening = false;
  private heard: (message: unknown) => void = () => {};

  constructor(handlers: Partial<Handlers> = {}, options: Partial<HostOptions> = {}) {
    const nothing = (): void => {};
    const transport = {
      listen: (heard: (message: unknown) => void) => {
        this.heard = heard;
        this.listening = true;
        return () => void (this.listening = false);
      },
      tell: (text: string) => void this.told.push(JSON.parse(text)),
    };
    this.host = new BridgeHost(transport, {
      permissions: { commands: ALL, special: [] },
      handlers: {
        ready: nothing,
        openSignRequest: () => "SIGNED",
        scanQr: () => null,
        selectDestination: () => null,
        xAppNavigate: nothing,
        openBrowser: nothing,
        txDetails: nothing,
        share: nothing,
        close: nothing,
        ...handlers,
      },
      onDropped: (dropped) => this.dropped.push(dropped),
      now: () => Date.now(),
      ...options,
    });
  }

  post(command: string, members: object = {}): void {
    this.heard(JSON.stringify({ command, ...members }));
  }

  async says(command: string, members: object = {}): Promise<void> {
    this.post(command, members);
    await vi.advanceTimersByTimeAsync(MIN_SPACING_MS);
  }

  async isReady(): Promise<this> {
    await this.says("ready");
    return this;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a sign request", () => {
  it.each(["SIGNED", "DECLINED"] as const)("that is %s is told to the page", async (reason) => {
    const scene = await new Scene({ openSignRequest: () => reason }).isReady();

    await scene.says("openSignRequest", { uuid: UUID });

    expect(scene.told).toEqual([{ method: "payloadResolved", reason, uuid: UUID }]);
  });

  it("that fails counts as declined, and the wallet hears why", async () => {
    const problem = new Error("no such request");
    const scene = await new Scene({ openSignRequest: () => Promise.reject(problem) }).isReady();

    await scene.says("openSignRequest", { uuid: UUID });

    expect(scene.told).toEqual([{ method: "payloadResolved", reason: "DECLINED", uuid: UUID }]);
    expect(scene.dropped).toEqual([{ why: "failed", command: "openSignRequest", problem }]);
  });

  it("stays alone in front of the page until it is answered", async () => {
    let answer: (reason: "SIGNED") => void = () => {};
    const scene = await new Scene({ openSignRequest: () => new Promise((resolve) => void (answer = resolve)) }).isReady();

    await scene.says("openSignRequest", { uuid: UUID });
    await scene.says("scanQr");
    expect(scene.dropped).toEqual([{ why: "busy", command: "scanQr" }]);
    answer("SIGNED");
    await vi.advanceTimersByTimeAsync(EVENT_DELAY_MS);
    await scene.says("scanQr");

    expect(scene.told).toEqual([
      { method: "payloadResolved", reason: "SIGNED", uuid: UUID },
      { method: "scanQr", reason: "USER_CLOSE" },
    ]);
  });
});

describe("a scan", () => {
  it.each([
    ["https://shop.example/1042", { reason: "SCANNED", qrContents: "https://shop.example/1042" }],
    [null, { reason: "USER_CLOSE" }],
    ["sn3nxiW7v8KXzPzAqzyHXbSSKNuN9", { reason: "INVALID_QR" }],
  ])("of %s", async (contents, told) => {
    const scene = await new Scene({ scanQr: () => contents }).isReady();

    await scene.says("scanQr");

    expect(scene.told).toEqual([{ method: "scanQr", ...told }]);
  });
});

describe("a destination", () => {
  it("is told with what is known of it, under both names for the danger", async () => {
    const scene = await new Scene({ selectDestination: () => ({ destination: BOB, info: INFO }) }).isReady();

    await scene.says("selectDestination");

    expect(scene.told).toEqual([
      { method: "selectDestination", reason: "SELECTED", destination: BOB, info: { ...INFO, risk: "UNKNOWN" } },
    ]);
  });

  it("goes without its tag where the page wants none", async () => {
    const scene = await new Scene({ selectDestination: () => ({ destination: BOB, info: INFO }) }).isReady();

    await scene.says("selectDestination", { ignoreDestinationTag: true });

    expect(scene.told).toMatchObject([{ destination: { address: BOB.address } }]);
    expect(JSON.stringify(scene.told)).not.toContain('"tag"');
  });
});

describe("the page", () => {
  it("is told 250 ms after the cause, not before", async () => {
    const scene = await new Scene().isReady();

    scene.host.switchNetwork("TESTNET");
    await vi.advanceTimersByTimeAsync(EVENT_DELAY_MS - 1);
    expect(scene.told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);

    expect(scene.told).toEqual([{ method: "networkSwitch", network: "TESTNET" }]);
  });

  it("may answer an event at once: it comes when the gates are open again", async () => {
    const scene = await new Scene().isReady();

    scene.post("openSignRequest", { uuid: UUID });
    await vi.advanceTimersByTimeAsync(MIN_SPACING_MS - 1);
    expect(scene.told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(scene.told).toHaveLength(1);
    scene.post("close");

    expect(scene.dropped).toEqual([]);
  });

  it("hears nothing of what belongs to the page before", async () => {
    const scene = await new Scene().isReady();
    scene.host.switchNetwork("TESTNET");

    scene.host.end();
    await scene.says("scanQr");

    expect([scene.told, scene.dropped, scene.listening]).toEqual([[], [], false]);
  });

  it("cannot ask for what this wallet does not do", async () => {
    const scene = await new Scene().isReady();

    await scene.says("getLogs");

    expect([scene.told, scene.dropped]).toEqual([[], [{ why: "unsupported", command: "getLogs" }]]);
  });

  it("may break the rules without harm, and the developer reads which one", async () => {
    const scene = new Scene();

    await scene.says("scanQr");
    await scene.says("hello");
    await scene.says("openSignRequest", { uuid: "1042" });

    expect(scene.told).toEqual([]);
    expect(scene.dropped).toEqual([
      { why: "not_ready", waitsFor: "ready", command: "scanQr" },
      { why: "unknown", command: "hello" },
      { why: "bad_member", command: "openSignRequest", member: "uuid" },
    ]);
  });

  it("is slow when it has not said ready for 10 s", async () => {
    const onSlow = vi.fn();
    const quick = await new Scene({}, { onSlow }).isReady();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(onSlow).not.toHaveBeenCalled();
    quick.host.end();

    new Scene({}, { onSlow });
    await vi.advanceTimersByTimeAsync(10_000);

    expect(onSlow).toHaveBeenCalledOnce();
  });
});
