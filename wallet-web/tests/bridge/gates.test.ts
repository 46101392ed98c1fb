import { describe, expect, it } from "vitest";
import { Gates, MIN_SPACING_MS } from "../../src/bridge";

function gatesOf(...commands: string[]): { gates: Gates; wait: (ms: number) => void } {
  let now_ms = 1000;
  const gates = new Gates({ commands, special: [] }, () => now_ms);
  return { gates, wait: (ms) => void (now_ms += ms) };
}

describe("the permissions", () => {
  it("let a command through whose name is there in upper case", () => {
    const { gates } = gatesOf("SCANQR");
    gates.loaded();

    expect(gates.pass("scanQr")).toBeNull();
  });

  it("stop any other, ready and close included", () => {
    const { gates } = gatesOf("SCANQR");
    gates.loaded();

    for (const name of ["ready", "close", "openSignRequest"] as const) {
      expect(gates.pass(name)).toEqual({ why: "not_permitted" });
    }
  });
});

describe("an app with the permission for ready", () => {
  it("has to say it before anything else, loaded or not", () => {
    const { gates, wait } = gatesOf("READY", "SCANQR");
    gates.loaded();

    expect(gates.pass("scanQr")).toEqual({ why: "not_ready", waitsFor: "ready" });
    expect(gates.pass("ready")).toBeNull();
    wait(MIN_SPACING_MS);
    expect(gates.pass("scanQr")).toBeNull();
  });
});

describe("an app without it", () => {
  it("has to be loaded", () => {
    const { gates } = gatesOf("SCANQR");

    expect(gates.pass("scanQr")).toEqual({ why: "not_ready", waitsFor: "load" });
    gates.loaded();
    expect(gates.pass("scanQr")).toBeNull();
  });
});

describe("the spacing", () => {
  it("drops what comes within 1500 ms of a message that was taken", () => {
    const { gates, wait } = gatesOf("READY", "SCANQR", "CLOSE");
    gates.pass("ready");

    wait(MIN_SPACING_MS - 1);
    expect(gates.pass("scanQr")).toEqual({ why: "too_soon", waited_ms: MIN_SPACING_MS - 1 });
    wait(1);
    expect(gates.pass("scanQr")).toBeNull();
  });

  it("is not made longer by what was dropped", () => {
    const { gates, wait } = gatesOf("READY", "SCANQR");
    gates.pass("ready");

    for (let i = 0; i < 15; i++) {
      wait(100);
      gates.pass("openSignRequest");
      if (i < 14) gates.pass("scanQr");
    }

    expect(gates.pass("scanQr")).toBeNull();
  });
});
