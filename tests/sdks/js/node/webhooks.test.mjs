// Deliveries of a real platform, verified offline by every way there is.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { verifyReceipt, verifyWebhook } from "../../../../sdk/js/dist/server.js";
import { ALICE, act, apiKey, apiSecret, app, refusal, SIGN_IN, UNKNOWN, url } from "./support.mjs";

const delivered = { new: [], old: [] };
let server;
let webhookSecret;
let uuid;

before(async () => {
  server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    delivered[request.url.slice(1)].push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(204).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${server.address().port}`;
  webhookSecret = await act("hooks", `${at}/new`, "payload.signed");
  await act("names", `${at}/old`);
  ({ uuid } = await app.payloads.create({ txjson: SIGN_IN, custom_meta: { identifier: `é-${Date.now()}`, blob: { cart: 7 } } }));
  await act("signs", uuid);
  const limit = Date.now() + 15_000;
  while (!(delivered.new.length && delivered.old.length) && Date.now() < limit) await new Promise((go) => setTimeout(go, 20));
});
after(() => server.close());

test("by the endpoint's secret, whichever is live", async () => {
  const [{ body, headers }] = delivered.new;

  const { event, id } = await verifyWebhook(body, headers, { webhookSecret: ["whsec_c2VjcmV0c2VjcmV0c2VjcmV0", webhookSecret] });

  assert.equal(event.type, "payload.signed");
  assert.equal(event.data.payload_uuid, uuid);
  assert.equal(event.data.account, ALICE);
  assert.equal(id, headers["webhook-id"]);
});

test("by the server's published key", async () => {
  const [{ body, headers }] = delivered.new;

  const { event } = await verifyWebhook(body.toString(), new Headers(headers), { url });

  assert.equal(event.data.payload_uuid, uuid);
});

test("as receivers of old, by the API secret", async () => {
  const [{ body, headers }] = delivered.old;

  const { event } = await verifyWebhook(body, headers, { apiSecret: [UNKNOWN, apiSecret] });

  assert.equal(event.type, "payload.resolved");
  assert.deepEqual(event.data.custom_meta.blob, { cart: 7 });
  assert.equal(event.data.payloadResponse.signed, true);
});

test("what was changed, is old, unsigned or somebody else's is refused", async () => {
  const [{ body, headers }] = delivered.new;
  const changed = Buffer.from(body.toString().replace(ALICE, "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"));
  const now_s = Date.now() / 1000 + 301;

  await refusal("wrong_signature", verifyWebhook(changed, headers, { webhookSecret }));
  await refusal("wrong_signature", verifyWebhook(changed, headers, { url }));
  await refusal("wrong_signature", verifyWebhook(body, headers, { webhookSecret: "whsec_AAAA" }));
  await refusal("wrong_signature", verifyWebhook(body, { ...headers, "webhook-id": "another" }, { webhookSecret }));
  await refusal("wrong_signature", verifyWebhook(delivered.old[0].body, delivered.old[0].headers, { apiSecret: UNKNOWN }));
  await refusal("too_old", verifyWebhook(body, headers, { webhookSecret, now_s }));
  await refusal("unsigned", verifyWebhook(body, {}, { webhookSecret }));
});

test("a receipt says what became of a request, for this app", async () => {
  const { receipt } = await app.payloads.receipt(uuid);

  const statement = await verifyReceipt(receipt, { url, apiKey });

  assert.equal(statement.sub, ALICE);
  await refusal("wrong_app", verifyReceipt(receipt, { url, apiKey: UNKNOWN }));
  await refusal("wrong_signature", verifyReceipt(`${receipt.slice(0, -8)}AAAAAAAA`, { url, apiKey }));
});
