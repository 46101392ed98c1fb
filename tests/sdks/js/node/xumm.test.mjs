// `sealgate/xumm` in a back end: the idioms of the package with key and secret.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Xumm } from "../../../../sdk/js/dist/xumm.js";
import { ALICE, act, apiKey, apiSecret, PAYMENT, SIGN_IN, UNKNOWN, url } from "./support.mjs";

const xumm = new Xumm(apiKey, apiSecret, { url });

test("it knows its app and has nobody signed in", async () => {
  assert.deepEqual(xumm.runtime, { cli: true, browser: false, xapp: false });
  assert.equal((await xumm.ping()).application.uuidv4, apiKey);
  assert.equal(await xumm.user.account, undefined);
  assert.equal(await xumm.user.picture, undefined);
  assert.equal(await xumm.user.token, null);
  await xumm.environment.ready;
  assert.deepEqual(await Promise.all([xumm.environment.jwt, xumm.environment.ott, xumm.environment.openid]), [undefined, undefined, undefined]);
  assert.equal(await xumm.authorize(), undefined);
  assert.equal(xumm.userstore, undefined);
});

test("a request is followed by a callback, whose answer ends it", async () => {
  const subscription = await xumm.payload.createAndSubscribe(SIGN_IN, ({ data, payload }) => {
    if ("signed" in data) return payload.response.account;
  });
  await act("signs", subscription.created.uuid);

  assert.equal(await subscription.resolved, ALICE);
  assert.equal((await xumm.payload.get(subscription.created)).meta.signed, true);
});

test("what was over before is told as well", async () => {
  const { uuid } = await xumm.payload.create(SIGN_IN);
  await act("signs", uuid);

  const subscription = await xumm.payload.subscribe(uuid, ({ data }) => ("signed" in data ? data.signed : undefined));

  assert.equal(await subscription.resolved, true);
});

test("a declined one is told with the request as it ended", async () => {
  const subscription = await xumm.payload.createAndSubscribe(PAYMENT, ({ data, payload }) => {
    if ("signed" in data) return payload.meta.resolved;
  });
  await act("declines", subscription.created.uuid);

  assert.equal(await subscription.resolved, true);
});

test("what a callback throws is not lost", async () => {
  const subscription = await xumm.payload.createAndSubscribe(SIGN_IN, () => {
    throw new Error("a mistake of the app");
  });

  await assert.rejects(subscription.resolved, /a mistake of the app/);
});

test("a refusal is null, or an error where that is asked for", async () => {
  assert.equal(await xumm.payload.create({ TransactionType: "Payment", Destination: "nobody", Amount: "1" }), null);
  await assert.rejects(xumm.payload.create({ TransactionType: "Payment", Destination: "nobody", Amount: "1" }, true), { code: 603 });
  assert.equal(await xumm.payload.get(UNKNOWN), null);
  await assert.rejects(new Xumm(apiKey, UNKNOWN, { url }).ping(), { code: 813 });
});

test("stores and look-ups have their names", async () => {
  assert.equal(await xumm.backendstore.set({ open: true }), true);
  assert.deepEqual(await xumm.backendstore.get(), { open: true });
  assert.equal(await xumm.backendstore.delete(), true);
  assert.equal(await xumm.helpers.getKycStatus(ALICE), "NONE");
  assert.equal((await xumm.helpers.getRails()).SANDBOX.is_livenet, false);
  assert.deepEqual((await xumm.helpers.getCuratedAssets()).issuers, []);
  assert.equal((await xumm.helpers.verifyUserToken(UNKNOWN)).active, false);
});
