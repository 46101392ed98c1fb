// What an xApp tells its users while it is closed. The app needs the permission for it.

import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import type { EventIn, EventOut, NotificationIn, NotifiedOut } from "./models.js";

export class Push {
  readonly #wire: Wire;
  readonly #who: Credentials;

  /** @internal */
  constructor(wire: Wire, who: Credentials) {
    this.#wire = wire;
    this.#who = who;
  }

  /** Put an entry into the list of somebody's wallet and notify them. `payloads.cancel(uuid)` takes it back. */
  event(event: EventIn, options: CallOptions = {}): Promise<EventOut> {
    return this.#post("xapp/event", event, options);
  }

  /** Notify somebody; nothing is put on a list. */
  notification(notification: NotificationIn, options: CallOptions = {}): Promise<NotifiedOut> {
    return this.#post("xapp/push", notification, options);
  }

  #post<T>(path: string, body: unknown, options: CallOptions): Promise<T> {
    return call<T>(this.#wire, this.#who, { method: "POST", family: "platform", path, body, ...options });
  }
}
