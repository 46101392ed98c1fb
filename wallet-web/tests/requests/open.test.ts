import { ed25519 } from "@noble/curves/ed25519.js";
import canonicalize from "canonicalize";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRequest, type RefusalReason } from "../../src/requests";
import { type Members, type Statement, type ViewKey, WalletServer } from "../../src/server";
import { toBase64url } from "../../src/server/bytes";
import { aServer, AT, card, DEVICE, json, refusal } from "../server/a_server";
import { BOB, statement, UUID } from "./a_request";

const SERVER_KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);
const viewKey = (secret: Uint8Array, kid: string): ViewKey => ({ kid, x: toBase64url(ed25519.getPublicKey(secret)), kty: "OKP", crv: "Ed25519" });
const PINNED = viewKey(SERVER_KEY, "one");
const NEXT = viewKey(OTHER_KEY, "two");

let answers: () => Response;
let cards: Partial<ReturnType<typeof card>>;
let server: WalletServer;

/** What the server answers when a request is opened. */
function opened(stated: Statement, { key = SERVER_KEY, kid = "one", shown = stated }: { key?: Uint8Array; kid?: string; shown?: Statement } = {}): Response {
  const signature = toBase64url(ed25519.sign(new TextEncoder().encode(canonicalize(stated)), key));
  return json({ meta: {}, application: {}, payload: {}, view: { payload: shown, signature, kid } });
}

const asked = (more: Members = {}): Statement => ({
  ...statement("Payment", { TransactionType: "Payment", Destination: BOB, Amount: "1", Memos: [{ Memo: { MemoData: "C3BC" } }] }),
  device: DEVICE,
  ...more,
});

beforeEach(async () => {
  cards = { view_key: PINNED };
  aServer(({ path }) => {
    if (path.startsWith("/api/v1/app/payload/")) return answers();
    if (path === "/api/v1/app/server") return json(card(cards));
    if (path === "/api/v1/app/devices") return json({ device: { uuid: DEVICE }, user: { uuid: "u" }, server: card({ view_key: PINNED }) });
    return refusal(404, 404);
  });
  server = await WalletServer.connect({ at: AT, name: "A browser" });
});
afterEach(() => vi.unstubAllGlobals());

const refusedFor = (): Promise<RefusalReason> =>
  openRequest(server, UUID, "QR").then(
    () => Promise.reject(new Error("it was opened")),
    (problem: { reason: RefusalReason }) => problem.reason,
  );

describe("a request", () => {
  it("that the pinned key signed is what is shown, whatever else the answer says", async () => {
    answers = () => opened(asked());

    const request = await openRequest(server, UUID, "DEEP_LINK");

    expect(request.view).toEqual(asked());
    expect(request).toMatchObject({ uuid: UUID, origin: "DEEP_LINK", isSignIn: false, isSubmitted: true, xapp: null, challenge: null });
  });

  it("that was changed on its way is refused", async () => {
    const changed = asked();
    changed.payload.request_json = { ...changed.payload.request_json, Amount: "1000000000" };
    answers = () => opened(asked(), { shown: changed });

    expect(await refusedFor()).toBe("not_vouched_for");
  });

  it.each([
    ["another key", () => opened(asked(), { key: OTHER_KEY }), "not_vouched_for"],
    ["another key by its name", () => opened(asked(), { key: OTHER_KEY, kid: "two" }), "not_vouched_for"],
    ["nothing", () => json({ meta: {}, payload: {} }), "not_vouched_for"],
    ["a signature that is none", () => json({ view: { payload: asked(), signature: "!", kid: "one" } }), "not_vouched_for"],
  ] as const)("signed by %s is refused", async (_, says, reason) => {
    answers = says;

    expect(await refusedFor()).toBe(reason);
  });

  it.each([
    ["another device", { device: "another" }, "other_device"],
    ["another server", { iss: "https://other.example" }, "other_device"],
    ["another request", { meta: { ...asked().meta, uuid: "other" } }, "not_vouched_for"],
    ["another version", { v: 2 }, "not_vouched_for"],
  ] as const)("stated for %s is refused, signed or not", async (_, more, reason) => {
    answers = () => opened(asked(more as Members));

    expect(await refusedFor()).toBe(reason);
  });

  it("signed by a key that follows the pinned one waits for the holder to compare it", async () => {
    cards = { view_key: NEXT, earlier_view_keys: [PINNED] };
    answers = () => opened(asked(), { key: OTHER_KEY, kid: "two" });

    await expect(openRequest(server, UUID, "QR")).rejects.toMatchObject({ reason: "view_key_changed", values: { kid: "two" }, key: "refused.view_key_changed" });
    await server.pin(NEXT);

    expect((await openRequest(server, UUID, "QR")).uuid).toBe(UUID);
  });
});

describe("what the server says no to", () => {
  it.each([
    [410, 510, "expired"],
    [409, 409, "answered"],
    [409, 511, "signed"],
    [403, 403, "of_another"],
    [403, 810, "app_off"],
    [404, 404, "unknown_request"],
    [503, 503, "server_busy"],
    [429, 429, "server_busy"],
  ] as const)("%i %i is %s", async (status, code, reason) => {
    answers = () => refusal(status, code);

    expect(await refusedFor()).toBe(reason);
  });

  it("no connection may pass; a device that is not known any more is the wallet's matter", async () => {
    answers = () => {
      throw new TypeError("no network");
    };
    await expect(openRequest(server, UUID, "QR")).rejects.toMatchObject({ reason: "offline", canRetry: true });

    answers = () => refusal(401, 823);
    await expect(openRequest(server, UUID, "QR")).rejects.toMatchObject({ name: "ServerRefused", isUnpaired: true });
  });
});
