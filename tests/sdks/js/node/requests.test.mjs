// Sign requests in the back end: followed through lost connections, called off, safely repeated; refusals that help.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALICE, act, apiKey, apiSecret, app, hearing, PAYMENT, refusal, Sealgate, SIGN_IN, signIn, UNKNOWN, url } from "./support.mjs";

test("a request is followed as an iterable, and declined", async () => {
  const request = await app.payloads.createAndSubscribe(PAYMENT);
  const types = [];

  for await (const { type } of request) {
    if (types.length === 0) await act("declines", request.uuid);
    types.push(type);
  }

  assert.deepEqual(types, ["waiting", "opened", "rejected"]);
  assert.equal((await request.resolved).meta.signed, false);
});

test("nothing is missed where the connection breaks while it is signed", async () => {
  const types = [];
  const { first, listener } = hearing(({ type }) => types.push(type));
  const request = await app.payloads.createAndSubscribe(SIGN_IN, listener);
  await first;

  await act("cuts");
  await act("signs", request.uuid);

  assert.equal((await request.resolved).meta.signed, true);
  assert.equal(types.at(-1), "signed");
  assert.equal(types.filter((type) => type === "signed").length, 1);
});

test("it goes on where the server was away, and so do the app's events", async () => {
  const control = new AbortController();
  const events = app.activity.events({ after: 0, signal: control.signal });
  const signedOf = async ({ uuid }) => {
    for (;;) {
      const { value } = await events.next();
      if (value.type === "payload.signed" && value.data.payload_uuid === uuid) return value;
    }
  };
  const before = await app.payloads.create(SIGN_IN);
  await act("signs", before.uuid);
  const known = await signedOf(before);
  const { first, listener } = hearing();
  const request = await app.payloads.createAndSubscribe(SIGN_IN, listener);
  await first;

  await act("restarts");
  await act("signs", request.uuid);

  assert.equal((await request.resolved).meta.signed, true);
  const signed = await signedOf(request);
  assert.equal(signed.data.account, ALICE);
  assert.ok(signed.number > known.number);
  control.abort();
  await refusal("aborted", signedOf(request)); // there is no second one
});

test("of several signers each is told, as an event and to whoever follows the request", async () => {
  const Account = await act("lists_alice");
  const told = [];
  const { first, listener } = hearing((event) => told.push(event));
  const request = await app.payloads.createAndSubscribe(
    { txjson: { ...PAYMENT.txjson, Account, Fee: "36", Sequence: 2 }, options: { multisign: true, force_network: "SANDBOX" } },
    listener,
  );
  await first;

  await act("contributes", request.uuid);

  for await (const { type, data } of app.activity.events({ after: 0 })) {
    if (type !== "payload.contributed" || data.payload_uuid !== request.uuid) continue;
    assert.deepEqual([data.signer, data.weight, data.quorum], [ALICE, 1, 2]);
    break;
  }
  for await (const event of request) {
    if (event.type !== "contributed") continue;
    assert.deepEqual([event.collected.weight, event.collected.quorum], [1, 2]);
    break;
  }
  assert.equal((await app.payloads.get(request)).meta.resolved, false);
  request.close();
  await refusal("aborted", request.resolved);
});

test("what was over before is told at once, and withdrawing ends it", async () => {
  const signed = await app.payloads.create(SIGN_IN);
  await act("signs", signed.uuid);
  const withdrawn = await app.payloads.createAndSubscribe(PAYMENT);
  await app.payloads.cancel(withdrawn);

  assert.equal((await app.payloads.subscribe(signed).resolved).meta.signed, true);
  assert.equal((await app.payloads.subscribe(signed).resolved).meta.signed, true);
  assert.equal((await withdrawn.resolved).meta.cancelled, true);
});

test("whoever calls off hears so, and the request stays", async () => {
  const control = new AbortController();
  const { first, listener } = hearing();
  const request = await app.payloads.createAndSubscribe(SIGN_IN, listener, { signal: control.signal });
  const other = app.payloads.subscribe(request);
  await first;

  control.abort(new Error("no longer wanted"));
  other.close();

  assert.match(String((await refusal("aborted", request.resolved)).cause), /no longer wanted/);
  await refusal("aborted", other.resolved);
  await refusal("aborted", app.payloads.get(request, { signal: control.signal }));
  assert.equal((await app.payloads.get(request)).meta.resolved, false);
});

test("a creation whose answer is lost is repeated, and done once", async () => {
  const asked = [];
  const lossy = new Sealgate({
    url,
    apiKey,
    apiSecret,
    fetch: async (address, init) => {
      asked.push(init.headers["idempotency-key"]);
      const answer = await fetch(address, init);
      if (asked.length === 1) throw new TypeError("the connection broke");
      return answer;
    },
  });
  const identifier = `order-${Date.now()}`;

  const created = await lossy.payloads.create({ ...PAYMENT, custom_meta: { identifier } });

  assert.equal(asked.length, 2);
  assert.equal(asked[0], asked[1]);
  assert.equal((await app.payloads.getByIdentifier(identifier)).meta.uuid, created.uuid);
  const again = await app.payloads.create(SIGN_IN, { idempotencyKey: "mine" });
  assert.equal((await app.payloads.create(SIGN_IN, { idempotencyKey: "mine" })).uuid, again.uuid);
});

test("a refusal says what, where, why and what to do", async () => {
  const wrong = await refusal(603, app.payloads.create({ ...PAYMENT.txjson, Destination: "nobody" }));
  const unknown = await refusal(404, app.payloads.get(UNKNOWN));

  assert.deepEqual([wrong.status, wrong.pointer], [400, "/txjson/Destination"]);
  assert.ok(wrong.hint && wrong.message);
  assert.equal((await app.activity.call(wrong.reference)).status, 400);
  assert.equal(unknown.status, 404);
  await refusal(404, app.payloads.subscribe(UNKNOWN).resolved);
  await refusal(813, new Sealgate({ url, apiKey, apiSecret: UNKNOWN }).ping());
  await refusal("network", new Sealgate({ url: "http://127.0.0.1:9", apiKey, apiSecret, retries: 0 }).ping());
  assert.throws(() => new Sealgate({ url: "sign.example.org", apiKey }), { code: "configuration" });
  for (const nothing of [undefined, null, "", {}]) await refusal("configuration", app.payloads.get(nothing));
  await refusal("configuration", app.payloads.create(undefined));
});

test("an answer to another sign-in is not redeemed", async () => {
  const native = new Sealgate({ url, apiKey, accessToken: "none yet" });
  const begun = await native.oauth.begin({ redirectUri: "http://127.0.0.1:51004/callback" });

  await refusal("wrong_answer", native.oauth.finish(begun, { code: "x", state: "another" }));
  await refusal("wrong_answer", native.oauth.finish(begun, { code: "x", state: begun.state, iss: "https://other.example" }));
  await refusal("access_denied", native.oauth.finish(begun, { error: "access_denied", state: begun.state }));
});

test("look-ups answer, for back ends and for users", async () => {
  const user = app.asUser((await signIn()).accessToken);

  for (const who of [app, user]) {
    assert.equal((await who.lookups.rails()).SANDBOX.is_livenet, false);
    assert.deepEqual(await who.lookups.hookHashes(), {});
    assert.equal(await who.lookups.kycStatus("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"), "NONE");
  }
});
