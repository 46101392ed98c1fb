// What the platform did for an app: its calls, its webhooks and pushes; for back ends. (docs/guides/watching.md)

import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import type { CallOut, CallsOut, DeliveriesOut, DeliveryDetailOut, DeliveryOut, ResentOut } from "./models.js";
import type { WebhookEvent } from "./server/events.js";
import { eventsAt } from "./stream.js";

type Filter = Record<string, string | number | undefined>;

/** What happened, told apart by its `type`, and its place in the app's stream of events. */
export type AppEvent = WebhookEvent & { number: number };

export interface FollowOptions extends CallOptions {
  /** The number of the last event that you know; 0 begins with the oldest that is kept. Without it: what comes from now on. */
  after?: number;
}

export class Activity {
  readonly #wire: Wire;
  readonly #who: Credentials;

  /** @internal */
  constructor(wire: Wire, who: Credentials) {
    this.#wire = wire;
    this.#who = who;
  }

  /** A page of deliveries, the newest first. @param filter `kind`, `state`, `payload`, `event`, `before`, `limit`… */
  deliveries(filter: Filter = {}, options: CallOptions = {}): Promise<DeliveriesOut> {
    return this.#call(`deliveries${queryOf(filter)}`, options);
  }

  /** One delivery with its attempts. */
  delivery(number: number, options: CallOptions = {}): Promise<DeliveryDetailOut> {
    return this.#call(`deliveries/${number}`, options);
  }

  /** Send a delivery once more. */
  resend(number: number, options: CallOptions = {}): Promise<DeliveryOut> {
    return this.#call(`deliveries/${number}/resend`, { ...options, method: "POST" });
  }

  /** Send again what a filter chooses. */
  resendMany(filter: Filter, options: CallOptions = {}): Promise<ResentOut> {
    return this.#call(`deliveries/resend${queryOf(filter)}`, { ...options, method: "POST" });
  }

  /** A page of the app's calls, the newest first. @param filter `before`, `after`, `limit`. */
  calls(filter: Filter = {}, options: CallOptions = {}): Promise<CallsOut> {
    return this.#call(`calls${queryOf(filter)}`, options);
  }

  /** One call, by its reference. */
  call(reference: string, options: CallOptions = {}): Promise<CallOut> {
    return this.#call(`calls/${encodeURIComponent(reference)}`, options);
  }

  /**
   * Follow what happens to the app, without a webhook endpoint: `for await (const event of activity.events())`. A
   * connection that breaks is made again, and nothing in between is missed. It ends when you leave the loop, or by `signal`.
   *
   * @throws SealgateError `aborted`, or what the server refuses.
   */
  events({ after, signal }: FollowOptions = {}): AsyncGenerator<AppEvent, void, undefined> {
    return eventsOf(eventsAt(this.#wire, this.#who, "platform/events", after?.toString(), signal));
  }

  #call<T>(path: string, asked: object): Promise<T> {
    return call<T>(this.#wire, this.#who, { family: "platform", path, ...asked });
  }
}

async function* eventsOf(stream: ReturnType<typeof eventsAt>): AsyncGenerator<AppEvent, void, undefined> {
  for await (const { id, data } of stream) yield { ...JSON.parse(data), number: Number(id) };
}

function queryOf(filter: Filter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return given.length ? `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`).join("&")}` : "";
}
