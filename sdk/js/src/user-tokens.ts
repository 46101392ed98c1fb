// User tokens: what a back end keeps of somebody who signed, to push requests to them later.

import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import { SealgateError } from "./errors.js";
import type { TokenOut, TokensOut } from "./models.js";

export class UserTokens {
  readonly #wire: Wire;
  readonly #who: Credentials;

  /** @internal */
  constructor(wire: Wire, who: Credentials) {
    this.#wire = wire;
    this.#who = who;
  }

  /** Tell whether a user token still counts. */
  async verify(token: string, options: CallOptions = {}): Promise<TokenOut> {
    const [found] = await this.verifyMany([token], options);
    if (!found) throw new SealgateError("bad_answer", "The server said nothing of this user token.");
    return found;
  }

  /** The same for up to 100, in the order asked. */
  async verifyMany(tokens: readonly string[], options: CallOptions = {}): Promise<TokenOut[]> {
    const asked = { method: "POST", family: "platform", path: "user-tokens", body: { tokens }, repeatable: true } as const;
    return (await call<TokensOut>(this.#wire, this.#who, { ...asked, ...options })).tokens;
  }
}
