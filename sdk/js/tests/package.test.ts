// What is published: its sizes, its entries, and what importing it does, which is nothing.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const KB = 1_000;
const dist = (name: string): string => readFileSync(new URL(`../dist/${name}`, import.meta.url), "utf8");

describe("the package", () => {
  it.each([
    ["index.js", 12],
    ["server.js", 5],
    ["xumm.js", 15],
    ["socket.js", 2],
  ])("%s has at most %i kB after gzip", (name, most) => {
    const size = gzipSync(dist(name), { level: 9 }).length;
    console.log(`${name}: ${size} bytes`);

    expect(size).toBeGreaterThan(500);
    expect(size).toBeLessThanOrEqual(most * KB);
  });

  it("imports nothing but its own file for Node 20", () => {
    const imported = ["index.js", "server.js", "xumm.js", "socket.js"].flatMap((name) =>
      [...dist(name).matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map(([, what]) => what),
    );

    expect(new Set(imported)).toEqual(new Set(["./socket.js"]));
    const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(about.dependencies).toBeUndefined();
    // The test kit is for projects that have these already.
    for (const name of Object.keys(about.peerDependencies ?? {})) {
      expect(about.peerDependenciesMeta[name]).toEqual({ optional: true });
    }
  });

  it("has its entries by name, and none of them does anything when it is imported", async () => {
    const before = Object.keys(globalThis);
    const [main, server, xumm] = [await import("sealgate"), await import("sealgate/server"), await import("sealgate/xumm")];

    expect(Object.keys(main)).toEqual(["Sealgate", "SealgateError"]);
    expect(Object.keys(server).sort()).toEqual(["SealgateError", "verifyReceipt", "verifyToken", "verifyWebhook"]);
    expect(xumm.default).toBe(xumm.Xumm);
    expect(Object.keys(globalThis)).toEqual(before);
    expect(new server.SealgateError("timeout", "x")).toBeInstanceOf(main.SealgateError);
  });
});
