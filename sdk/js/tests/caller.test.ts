import { describe, expect, it } from "vitest";
import { call, type Credentials, type Wire } from "../src/caller.js";
import { SealgateError } from "../src/errors.js";
import type { FetchInit } from "../src/host.js";

const APP: Credentials = { family: "platform", headers: async () => ({ "x-api-key": "k" }), renew: async () => false };

interface Reply {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A server that gives these answers one after the other; an Error is a connection that broke. */
function serverOf(...replies: (Reply | Error)[]): Wire & { asked: (FetchInit & { url: string })[] } {
  const asked: (FetchInit & { url: string })[] = [];
  const fetch = async (url: string, init: FetchInit) => {
    asked.push({ url, ...init });
    const reply = replies[asked.length - 1];
    if (!reply) throw new Error("asked once too often");
    if (reply instanceof Error) throw reply;
    const { status = 200, body = {}, headers = {} } = reply;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return { status, headers: { get: (name: string) => headers[name] ?? null }, text: async () => text };
  };
  return { url: "https://sign.example.org", timeoutMs: 1_000, retries: 2, fetch, asked };
}

async function refusalOf(coming: Promise<unknown>): Promise<SealgateError> {
  const told: unknown = await coming.then(() => null, (problem: unknown) => problem);
  expect(told).toBeInstanceOf(SealgateError);
  return told as SealgateError;
}

const BUSY = { status: 503, body: { error: { code: 503, reference: "r", message: "busy" } }, headers: { "retry-after": "0" } };

describe("a call", () => {
  it("goes below the family of whoever calls, with their headers", async () => {
    const server = serverOf({ body: { pong: true } });

    await expect(call(server, APP, { path: "ping" })).resolves.toEqual({ pong: true });

    expect(server.asked[0]).toMatchObject({ url: "https://sign.example.org/api/v1/platform/ping", method: "GET" });
    expect(server.asked[0]?.headers).toEqual({ "x-api-key": "k" });
  });

  it.each([
    ["a broken connection", new TypeError("broke")],
    ["a server that is away", BUSY],
  ])("is tried again after %s", async (_, trouble) => {
    const server = serverOf(trouble, trouble, { body: { ok: 1 } });

    await expect(call(server, APP, { path: "ping" })).resolves.toEqual({ ok: 1 });
  });

  it("is given up after as many tries as are allowed", async () => {
    const refusal = await refusalOf(call(serverOf(BUSY, BUSY, BUSY), APP, { path: "ping" }));

    expect(refusal).toMatchObject({ code: 503, status: 503, reference: "r" });
  });

  it("is not repeated where that would do it twice", async () => {
    const server = serverOf(new TypeError("broke"), {});

    const refusal = await refusalOf(call(server, APP, { method: "POST", path: "xapp/push", body: {} }));

    expect(refusal.code).toBe("network");
    expect(server.asked).toHaveLength(1);
  });

  it("does not keep anybody waiting for minutes", async () => {
    const limited = { status: 429, body: { error: { code: 429, reference: "r" } }, headers: { "retry-after": "55" } };

    expect((await refusalOf(call(serverOf(limited), APP, { path: "ping" }))).code).toBe(429);
  });

  it("is made once more after a new token was to be had", async () => {
    const server = serverOf({ status: 403, body: { error: { code: 800, reference: "r" } } }, { body: { sub: "r…" } });
    const user: Credentials = { family: "jwt", headers: async () => ({}), renew: async () => true };

    await expect(call(server, user, { path: "ping" })).resolves.toEqual({ sub: "r…" });
  });

  it("ends when its time is over", async () => {
    const never = (_: string, { signal }: FetchInit) =>
      new Promise<never>((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));

    const refusal = await refusalOf(call({ ...serverOf(), timeoutMs: 5, retries: 0, fetch: never }, APP, { path: "ping" }));

    expect(refusal.code).toBe("timeout");
  });
});

describe("a refusal", () => {
  it.each([
    [
      "of the platform",
      { status: 400, body: { error: { code: 603, reference: "r", message: "No.", hint: "Do.", pointer: "/x", docs: "https://d" } } },
      { code: 603, message: "No.", hint: "Do.", pointer: "/x", docs: "https://d", reference: "r", status: 400 },
    ],
    [
      "of the days of old, without a message",
      { status: 403, body: { error: { code: 813, reference: "r" } } },
      { code: 813, message: "Refused with code 813.", hint: undefined },
    ],
    [
      "of an address that there is not",
      { status: 404, body: { error: true, message: "Endpoint unknown", reference: "", code: 404 }, headers: { "x-call-ref": "c" } },
      { code: 404, message: "Endpoint unknown", reference: "c" },
    ],
    [
      "of the provider",
      { status: 400, body: { error: "invalid_grant", error_description: "It is used.", reference: "r" } },
      { code: "invalid_grant", message: "It is used.", reference: "r" },
    ],
    ["of something else", { status: 502, body: "<html>" }, { code: "bad_answer", status: 502 }],
  ])("%s is told", async (_, reply, told) => {
    expect(await refusalOf(call({ ...serverOf(reply, reply, reply), retries: 0 }, APP, { path: "ping" }))).toMatchObject(told);
  });

  it("is an Error with a name, and of this class whichever entry made it", () => {
    const error = new SealgateError("timeout", "Late.", { cause: "x" });

    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.cause, String(error)]).toEqual(["SealgateError", "x", "SealgateError: Late."]);
    expect(new Error("x") instanceof SealgateError).toBe(false);
  });
});
