// The table of the three credentials, each cell with this client.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { verifyToken } from "../../../../sdk/js/dist/server.js";
import { ALICE, act, apiKey, apiSecret, app, hearing, PAYMENT, refusal, Sealgate, SIGN_IN, signIn, UNKNOWN, url } from "./support.mjs";

const DAY_S = 86_400;

describe("a back end", () => {
  test("knows which app it is", async () => {
    const pong = await app.ping();

    assert.equal(app.credential, "secret");
    assert.equal(pong.auth.application.uuidv4, apiKey);
  });

  test("learns who a user is by a SignIn, and pushes to that user from then on", async () => {
    const heard = [];
    const { first, listener } = hearing(({ type }) => heard.push(type));
    const request = await app.payloads.createAndSubscribe(SIGN_IN, listener);
    await first;
    await act("signs", request.uuid);
    const { meta, response, application } = await request.resolved;
    const pushed = await app.payloads.create({ ...PAYMENT, user_token: application.issued_user_token });
    const nobody = await app.payloads.create(PAYMENT);

    assert.equal(meta.signed, true);
    assert.equal(response.account, ALICE);
    assert.deepEqual(heard, ["waiting", "opened", "signing", "signed"]);
    assert.equal(pushed.pushed, true);
    assert.equal(nobody.push.reason, "no_user_token");
    assert.ok((await act("pending")).includes(pushed.uuid));
    assert.equal((await app.userTokens.verify(application.issued_user_token)).active, true);
    assert.equal((await app.userTokens.verify(UNKNOWN)).active, false);
  });

  test("keeps a document", async () => {
    await app.storage.set({ open: true, price: 1.5 });
    assert.deepEqual(await app.storage.get(), { open: true, price: 1.5 });
    await app.storage.delete();
    assert.equal(await app.storage.get(), null);
  });

  test("is refused from a page, by the platform and by the client", async () => {
    const own = await act("new_app");
    const headers = { "x-api-key": own.api_key, "x-api-secret": own.api_secret, origin: "https://shop.example" };
    const answer = await fetch(`${url}/api/v1/platform/ping`, { headers });
    Object.assign(globalThis, { document: {}, location: {} });
    try {
      assert.throws(() => new Sealgate({ url, apiKey, apiSecret }), { code: "configuration", hint: /replace it/ });
    } finally {
      delete globalThis.document;
      delete globalThis.location;
    }

    assert.equal((await answer.json()).error.code, 815);
  });
});

describe("a signed-in user", () => {
  test("is known at once, pushed to at once, and calls from a back end as well", async () => {
    const { accessToken } = await signIn();
    const user = app.asUser(accessToken);
    const created = await user.payloads.create(PAYMENT);

    assert.equal(user.credential, "token");
    assert.equal(user.session.account, ALICE);
    assert.equal((await user.ping()).sub, ALICE);
    assert.equal((await user.userinfo()).account, ALICE);
    assert.equal(created.pushed, true);
    await act("signs", created.uuid);
    assert.equal((await user.payloads.get(created)).response.account, ALICE);
  });

  test("is verified offline, for a day", async () => {
    const { accessToken, idToken } = await signIn();

    const claims = await verifyToken(accessToken, { url, apiKey, only: "signIn" });

    assert.equal(claims.sub, ALICE);
    assert.equal(claims.exp - claims.iat, DAY_S);
    await refusal("wrong_kind", verifyToken(idToken, { url, apiKey }));
    await refusal("wrong_app", verifyToken(accessToken, { url, apiKey: UNKNOWN }));
    await refusal("expired", verifyToken(accessToken, { url, apiKey, now_s: claims.exp + 60 }));
  });

  test("keeps values of their own", async () => {
    const user = app.asUser((await signIn()).accessToken);
    await user.userdata.set("prefs", { dark: true });

    assert.deepEqual(await user.userdata.get("prefs"), { dark: true });
    assert.equal(await user.userdata.get("cart"), null);
    assert.deepEqual(await user.userdata.getMany(["prefs", "cart"]), { prefs: { dark: true } });
    assert.deepEqual(await user.userdata.list(), ["prefs"]);
    await user.userdata.delete("prefs");
    assert.deepEqual(await user.userdata.list(), []);
  });

  test("stays signed in by a refresh token, until that is revoked", async () => {
    const native = new Sealgate({ url, apiKey, accessToken: "none yet" });
    const device = await native.oauth.beginDevice("openid offline_access");
    await act("confirms", device.verificationUriComplete);
    const first = await native.oauth.waitForDevice({ ...device, interval_s: 0 });
    const second = await native.oauth.refresh(first.refreshToken);

    assert.notEqual(second.refreshToken, first.refreshToken);
    assert.equal((await app.oauth.introspect(second.accessToken)).active, true);
    await native.oauth.revoke(second.refreshToken);
    await refusal("invalid_grant", native.oauth.refresh(second.refreshToken));
    assert.equal((await app.oauth.introspect(second.accessToken)).active, false);
    await refusal(800, app.asUser(second.accessToken).ping());
  });

  test("may not do what is for back ends", async () => {
    await refusal(812, app.asUser((await signIn()).accessToken).storage.get());
  });
});

describe("an xApp", () => {
  test("knows its user by the one-time token, which counts once", async () => {
    const { api_key, api_secret, xapp_id } = await act("new_xapp");
    const ott = await act("launches", xapp_id, { orderId: "1042" });
    const page = new Sealgate({ url, apiKey: api_key, ott });
    const { context, accessToken } = await page.xapp.launch;
    const created = await page.payloads.create(PAYMENT);

    assert.equal(page.credential, "xapp");
    assert.equal((await page.ready).account, ALICE);
    assert.equal(context.orderId, "1042");
    assert.equal(created.pushed, true);
    await refusal(410, app.xapp.authorize.call(page.xapp, ott));
    const claims = await verifyToken(accessToken, { apiKey: api_key, apiSecret: [UNKNOWN, api_secret], only: "xapp" });
    assert.equal(claims.sub, ALICE);
    assert.equal(claims.exp - claims.iat, DAY_S);
    await refusal("wrong_signature", verifyToken(accessToken, { apiKey: api_key, apiSecret: UNKNOWN }));
    await refusal("wrong_alg", verifyToken(accessToken, { url, apiKey: api_key, only: "signIn" }));
  });

  test("is known to its back end by the same token, and tells users something", async () => {
    const { api_key, api_secret, xapp_id } = await act("new_xapp");
    const backEnd = new Sealgate({ url, apiKey: api_key, apiSecret: api_secret });
    const context = await backEnd.xapp.resolve(await act("launches", xapp_id, {}));
    const signIn = await backEnd.payloads.create(SIGN_IN);
    await act("signs", signIn.uuid);
    const user_token = (await backEnd.payloads.get(signIn)).application.issued_user_token;
    const event = await backEnd.push.event({ user_token, body: "Your parcel is ready", data: { orderId: "1042" } });

    assert.equal(context.account, ALICE);
    assert.equal(event.pushed, true);
    assert.equal((await backEnd.push.notification({ user_token, body: "Hello" })).pushed, true);
    assert.equal((await backEnd.payloads.cancel(event)).result.cancelled, true);
  });
});
