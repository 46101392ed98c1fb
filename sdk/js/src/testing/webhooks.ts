// Webhooks, caught on this machine and checked as the app should check them.

import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { verifyWebhook, type WebhookEvent } from "sealgate/server";
import type { Controls } from "./controls.js";
import { LIMIT_MS } from "./wallet.js";

const KINDS = [
  "payload.opened", "payload.resolved", "payload.signed", "payload.rejected", "payload.expired", "payload.cancelled",
  "payload.validated", "user_token.issued", "user_token.revoked",
];

/** One webhook as it came, its signature checked. */
export interface Caught {
  /** Byte for byte: hand it to your own endpoint with `headers`. */
  body: string;
  headers: IncomingHttpHeaders;
  type: string;
  event: WebhookEvent;
}

/** An endpoint of the app on a free port, registered with the platform for every kind of event. */
export class Webhooks {
  /** What came, in the order it came. */
  readonly received: Caught[] = [];
  /** What came and was not genuine: why. */
  readonly forged: string[] = [];
  /** What the endpoint answers from now on. */
  status = 204;
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    /** Of the endpoint, `whsec_…`. */
    readonly secret: Promise<string>,
  ) {}

  /** Listen, and register the endpoint. */
  static async open(controls: Controls, app: string): Promise<Webhooks> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
    const made = controls.admin<{ secret: string }>("POST", `/apps/${app}/webhooks`, { url, events: KINDS });
    const webhooks = new Webhooks(server, made.then((endpoint) => endpoint.secret));
    server.on("request", async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      response.writeHead(await webhooks.take(Buffer.concat(pieces).toString("utf8"), request.headers)).end();
    });
    await made;
    return webhooks;
  }

  /** The first delivery of a kind that meets a condition, waiting for it. */
  async waitFor<T extends WebhookEvent["type"]>(
    type: T,
    where: (caught: Caught) => boolean = () => true,
    { timeoutMs = LIMIT_MS } = {},
  ): Promise<Caught & { event: Extract<WebhookEvent, { type: T }> }> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.received.find((one) => one.type === type && where(one));
      if (found !== undefined) return found as Caught & { event: Extract<WebhookEvent, { type: T }> };
      const left = deadline - performance.now();
      if (left <= 0) break;
      await this.news(left);
    }
    const came = this.received.map((one) => one.type).join(", ") || "nothing";
    const forged = this.forged.length > 0 ? `; not genuine: ${this.forged.join("; ")}` : "";
    throw new Error(`no webhook ${type} came in ${timeoutMs / 1000} s; what came: ${came}${forged}`);
  }

  /** Stop listening. */
  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private news(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async take(body: string, headers: IncomingHttpHeaders): Promise<number> {
    try {
      const { event } = await verifyWebhook(body, headers, { webhookSecret: await this.secret });
      this.received.push({ body, headers, type: event.type, event });
    } catch (problem) {
      this.forged.push(String(problem));
      return 400;
    } finally {
      for (const wake of this.waiting.splice(0)) wake();
    }
    return this.status;
  }
}
