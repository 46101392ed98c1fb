// A shop: a book costs 2.5 XRP, and is sent once the ledger has the payment.

import { Sealgate } from "sealgate";
import { verifyWebhook } from "sealgate/server";

const ACCOUNT = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";
const PRICE = "2500000";

/** The shop as a handler of requests; where its platform is, the environment says. */
export function createShop() {
  const sealgate = new Sealgate();
  const orders = new Map();

  async function order(request) {
    const { minutes = 15 } = await request.json();
    const payment = { TransactionType: "Payment", Destination: ACCOUNT, Amount: PRICE };
    const created = await sealgate.payloads.create({ txjson: payment, options: { expire: minutes } });
    orders.set(created.uuid, { state: "waits for a signature" });
    return Response.json({ order: created.uuid, scan: created.next.always }, { status: 201 });
  }

  async function hear(request) {
    const { event } = await verifyWebhook(await request.text(), request.headers, { url: sealgate.url });
    const known = orders.get(event.data.payload_uuid);
    if (known !== undefined) {
      if (event.type === "payload.validated") {
        known.state = event.data.result === "tesSUCCESS" && event.data.delivered_amount === PRICE ? "paid" : "failed";
      } else if (event.type === "payload.rejected") {
        known.state = `declined: ${event.data.reason}`;
      } else if (event.type === "payload.expired") {
        known.state = "too late";
      }
    }
    return new Response(null, { status: 204 });
  }

  return async function shop(request) {
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname === "/orders") return order(request);
    if (request.method === "POST" && pathname === "/webhook") {
      return hear(request).catch((problem) => new Response(problem.message, { status: 400 }));
    }
    const found = orders.get(pathname.split("/").at(-1));
    return found === undefined ? new Response("There is no such order.", { status: 404 }) : Response.json(found);
  };
}
