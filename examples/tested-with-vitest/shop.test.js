import { expect, test as base } from "sealgate/testing/vitest";
import { createShop } from "./shop.js";

const test = base.extend({
  shop: async ({ platform }, use) => use(customerOf(createShop())),
});

function customerOf(shop) {
  const post = (path, body) => shop(new Request(`http://shop.example${path}`, { method: "POST", ...body }));
  return {
    orders: async (how = {}) => (await post("/orders", { body: JSON.stringify(how) })).json(),
    looksAt: async (order) => (await shop(new Request(`http://shop.example/orders/${order}`))).json(),
    isTold: async ({ body, headers }) => (await post("/webhook", { body, headers })).status,
  };
}

test("an order is paid when the ledger has it", async ({ shop, wallet, ledger, webhooks }) => {
  await ledger.fund(wallet, 100);

  const { order, scan } = await shop.orders();
  await wallet.approve(scan);
  expect(await shop.isTold(await webhooks.waitFor("payload.validated"))).toBe(204);

  expect(await shop.looksAt(order)).toEqual({ state: "paid" });
  expect(await ledger.balance(wallet)).toBeLessThan(97.5);
});

test("a declined order says why", async ({ shop, wallet, webhooks }) => {
  const { order } = await shop.orders();

  await wallet.reject(order, { reason: "too dear" });
  await shop.isTold(await webhooks.waitFor("payload.rejected"));

  expect(await shop.looksAt(order)).toEqual({ state: "declined: too dear" });
});

test("an order that nobody opens is too late", async ({ shop, clock, webhooks }) => {
  const { order } = await shop.orders({ minutes: 5 });

  await clock.advance({ minutes: 6 });
  await shop.isTold(await webhooks.waitFor("payload.expired"));

  expect(await shop.looksAt(order)).toEqual({ state: "too late" });
});

test("a webhook that somebody made up is refused", async ({ shop, app, wallet, webhooks }) => {
  await app.signIn(wallet);
  const genuine = await webhooks.waitFor("payload.signed");

  expect(await shop.isTold({ ...genuine, body: `${genuine.body} ` })).toBe(400);
});
