import { afterEach, describe, expect, it, vi } from "vitest";
import { Offline, ServerRefused, ServerUnusable, WalletServer } from "../../src/server";
import { aServer, AT, card, DEVICE, json, refusal, signedAs, USER } from "./a_server";

const HERE = { at: AT, name: "A browser" };
const HOUR_MS = 3_600_000;

afterEach(() => vi.unstubAllGlobals());

describe("pairing", () => {
  it("introduces a new key, signed by itself, and pins what the server said", async () => {
    const asked = aServer();

    const server = await WalletServer.connect(HERE);

    const pairing = asked.find((one) => one.path === "/api/v1/app/devices")!;
    expect(pairing.body).toEqual({ public_key: expect.stringMatching(/^[\w-]{43}$/) as string, name: "A browser", platform: "web" });
    expect(signedAs(pairing).keyid).toMatch(/^[\w-]{43}$/);
    expect([server.device, server.user, server.pinned[0].kid]).toEqual([DEVICE, USER, "one"]);
  });

  it("happens once, for two tabs that open together, and is there after a reload", async () => {
    const asked = aServer();

    await Promise.all([WalletServer.connect(HERE), WalletServer.connect(HERE)]);
    await WalletServer.connect(HERE);
    const resumed = await WalletServer.resume({ at: AT });

    expect(asked.filter((one) => one.path === "/api/v1/app/devices")).toHaveLength(1);
    expect(resumed?.device).toBe(DEVICE);
  });

  it("whose answer was lost introduces the same key again", async () => {
    let lost = true;
    const asked = aServer(({ path }) => {
      if (path !== "/api/v1/app/devices" || !lost) return refusal(404, 404);
      lost = false;
      throw new TypeError("gone");
    });

    await expect(WalletServer.connect(HERE)).rejects.toBeInstanceOf(Offline);
    await WalletServer.connect(HERE);

    const [first, second] = asked.filter((one) => one.path === "/api/v1/app/devices");
    expect(second!.body).toEqual(first!.body);
  });

  it("with an invitation is a new device with a key of its own, and the old one stays until then", async () => {
    const asked = aServer(({ body }) => ((body as { invitation?: string } | undefined)?.invitation === "spent" ? refusal(400, 821) : refusal(404, 404)));
    await WalletServer.connect(HERE);

    await expect(WalletServer.connect({ ...HERE, invitation: "spent" })).rejects.toMatchObject({ code: 821 });
    expect((await WalletServer.resume({ at: AT }))?.device).toBe(DEVICE);
    await WalletServer.connect({ ...HERE, invitation: "fresh" });

    const keys = asked.filter((one) => one.path === "/api/v1/app/devices").map((one) => (one.body as { public_key: string }).public_key);
    expect(keys[0]).not.toBe(keys[1]);
    expect(keys[1]).toBe(keys[2]);
  });

  it("is forgotten when told so", async () => {
    aServer();
    await WalletServer.connect(HERE);

    await WalletServer.forget({ at: AT });

    expect(await WalletServer.resume({ at: AT })).toBeNull();
  });

  it("with something else than a Sealgate is refused", async () => {
    aServer(() => new Response("<html>", { status: 200 }));

    await expect(WalletServer.connect(HERE)).rejects.toMatchObject({ name: "ServerUnusable", reason: "not_a_sealgate" });
  });
});

describe("a call", () => {
  it("is signed by the device, with a nonce of its own", async () => {
    const asked = aServer(({ path }) => (path === "/api/v1/app/ping" ? json({ pong: true }) : refusal(404, 404)));
    const server = await WalletServer.connect(HERE);

    await server.ping();
    await server.ping();

    const [one, other] = asked.filter((call) => call.path === "/api/v1/app/ping").map(signedAs);
    expect(one!.keyid).toBe(DEVICE);
    expect(one!.nonce).not.toBe(other!.nonce);
    expect(one!.nonce.length).toBeGreaterThanOrEqual(16);
  });

  it("takes the server's time when its own is another one, once", async () => {
    const ahead = new Date(Date.now() + HOUR_MS);
    const asked = aServer((one) => {
      if (one.path === "/api/v1/app/server") return json(card({ time: ahead.toISOString() }));
      if (one.path !== "/api/v1/app/ping") return refusal(404, 404);
      return signedAs(one).created * 1000 < ahead.getTime() - HOUR_MS / 2 ? refusal(401, 892) : json({ pong: true });
    });
    const server = await WalletServer.connect(HERE);

    await server.ping();
    await server.ping();

    expect(asked.filter((one) => one.path === "/api/v1/app/ping")).toHaveLength(3);
  });

  it("is not repeated for ever by a server that believes no time", async () => {
    const asked = aServer(({ path }) => (path === "/api/v1/app/ping" ? refusal(401, 892) : refusal(404, 404)));
    const server = await WalletServer.connect(HERE);

    await expect(server.ping()).rejects.toMatchObject({ code: 892 });

    expect(asked.filter((one) => one.path === "/api/v1/app/ping")).toHaveLength(2);
  });

  it("that is refused tells code, words, cure and reference", async () => {
    aServer(({ path }) => (path === "/api/v1/app/ping" ? refusal(401, 896) : refusal(404, 404)));
    const server = await WalletServer.connect(HERE);

    const refused = await server.ping().catch((problem: unknown) => problem);

    expect(refused).toBeInstanceOf(ServerRefused);
    expect(refused).toMatchObject({ status: 401, code: 896, message: "No.", hint: "Do otherwise.", reference: "6f1d", isUnpaired: true });
  });

  it("that a proxy answers with a page is no answer of the server's", async () => {
    aServer(({ path }) => (path === "/api/v1/app/ping" ? new Response("<h1>Hello</h1>", { status: 200 }) : refusal(404, 404)));
    const server = await WalletServer.connect(HERE);

    await expect(server.ping()).rejects.toBeInstanceOf(ServerUnusable);
  });
});

describe("the proof of an account", () => {
  it("is bound to user, device and the server's challenge", async () => {
    const asked = aServer(({ path }) => {
      if (path.endsWith("/challenge")) return json({ nonce: `${AT}#abc`, expires_at: "" });
      return path === "/api/v1/app/accounts" ? json({ account: "rAlice", added: true }) : refusal(404, 404);
    });
    const server = await WalletServer.connect(HERE);
    let signed: Record<string, unknown> = {};

    await server.proveAccount("rAlice", async (proof) => ((signed = proof), "AB"));

    expect(signed).toEqual({ Account: "rAlice", InvoiceID: expect.stringMatching(/^[0-9A-F]{64}$/) as string, AccountTxnID: expect.stringMatching(/^[0-9A-F]{64}$/) as string });
    expect(asked.at(-1)!.body).toEqual({ account: "rAlice", txblob: "AB" });
  });

  it("for a challenge of another server is not made", async () => {
    aServer(({ path }) => (path.endsWith("/challenge") ? json({ nonce: "https://other.example#abc" }) : refusal(404, 404)));
    const server = await WalletServer.connect(HERE);

    await expect(server.proveAccount("rAlice", () => Promise.reject(new Error("it was signed")))).rejects.toMatchObject({ reason: "foreign_challenge" });
  });
});

it("another view key is believed only when told so, and the former one is remembered", async () => {
  const next = { ...card().view_key, kid: "two", x: "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg" };
  aServer(({ path }) => (path === "/api/v1/app/server" ? json(card({ view_key: next, earlier_view_keys: [card().view_key] })) : refusal(404, 404)));
  const server = await WalletServer.connect(HERE);

  await server.refreshCard();
  expect(server.pinned.map((key) => key.kid)).toEqual(["one"]);
  await server.pin(next);

  expect((await WalletServer.resume({ at: AT }))?.pinned.map((key) => key.kid)).toEqual(["two", "one"]);
});
