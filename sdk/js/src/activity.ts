// What the platform did for an app: its calls, its webhooks and pushes; for back ends. (docs/guides/watching.md)

import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import type { CallOut, CallsOut, DeliveriesOut, DeliveryDetailOut, DeliveryOut, ResentOut } from "./models.js";

type Filter = Record<string, string | number | undefined>;

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

  #call<T>(path: string, asked: object): Promise<T> {
    return call<T>(this.#wire, this.#who, { family: "platform", path, ...asked });
  }
}

function queryOf(filter: Filter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return given.length ? `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`).join("&")}` : "";
}
