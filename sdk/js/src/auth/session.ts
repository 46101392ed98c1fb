// Who is signed in: kept for all tabs, renewed by one of them for all, ended in all.

import type { Credentials } from "../caller.js";
import { SealgateError } from "../errors.js";
import type { Keep } from "../host.js";
import { claimsOf, type OAuth, type Tokens } from "../oauth.js";
import type { Handover } from "./handover.js";
import { alone, read, write } from "./keep.js";
import type { Tabs } from "./tabs.js";

/** Somebody who is signed in. */
export interface Session {
  /** The account that signed. */
  readonly account: string;
  /** When the access token ends, Unix ms. With a refresh token the session goes on. */
  readonly expiresAt: number;
  /** Whether the session renews itself. */
  readonly renewable: boolean;
  readonly scope: string | undefined;
  /** What the access token says; believe it in a page, verify it in a back end (`sealgate/server`). */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** An access token is renewed when it has no more left than this. */
const SOON_MS = 60_000;

/** What an access token says of who is signed in. */
export function sessionOf(tokens: Pick<Tokens, "accessToken" | "expiresAt" | "refreshToken" | "scope">): Session {
  const claims = claimsOf(tokens.accessToken);
  const { expiresAt, refreshToken, scope } = tokens;
  return { account: String(claims["sub"] ?? ""), expiresAt, renewable: refreshToken !== undefined, scope, claims };
}

export class Sessions implements Credentials {
  readonly family = "jwt";
  readonly #keep: Keep;
  readonly #name: string;
  readonly #tabs: Tabs;
  readonly #oauth: OAuth;
  readonly #changed: (session: Session | null) => void;
  readonly #handover: Handover | undefined;
  #tokens: Tokens | null = null;
  #replaced: string | undefined;
  #session: Session | null = null;
  #renewing: Promise<boolean> | undefined;

  /** @param handover Where tabs in several processes share what `keep` has. */
  constructor(
    keep: Keep,
    name: string,
    tabs: Tabs,
    oauth: OAuth,
    changed: (session: Session | null) => void,
    handover?: Handover,
  ) {
    this.#keep = keep;
    this.#name = name;
    this.#tabs = tabs;
    this.#oauth = oauth;
    this.#changed = changed;
    this.#handover = handover;
    tabs.listen(({ kind }) => {
      if (kind === "session") this.load();
    });
  }

  /** Who is signed in, as far as this tab knows; null once the token has ended and cannot be renewed. */
  get current(): Session | null {
    if (this.#session && !this.#session.renewable && Date.now() >= this.#session.expiresAt) this.#take(null);
    return this.#session;
  }

  get tokens(): Tokens | null {
    return this.#tokens;
  }

  /** Take over what is kept. */
  load(): Session | null {
    const kept = read<Tokens>(this.#keep, this.#name);
    if (!kept || kept.accessToken !== this.#replaced) this.#take(kept);
    return this.current;
  }

  /** Somebody has signed in; null: nobody is signed in any more. */
  save(tokens: Tokens | null): Session | null {
    void this.#handover?.put(this.#name, null);
    return this.#put(tokens);
  }

  #put(tokens: Tokens | null): Session | null {
    write(this.#keep, this.#name, tokens);
    this.#take(tokens);
    this.#tabs.tell({ kind: "session" });
    return this.#session;
  }

  /** Return an access token that still counts for a while. @throws SealgateError `not_signed_in`. */
  async accessToken(): Promise<string> {
    const tokens = this.current && this.#tokens;
    if (tokens && Date.now() > tokens.expiresAt - SOON_MS && tokens.refreshToken) await this.renew();
    if (this.current && this.#tokens) return this.#tokens.accessToken;
    throw new SealgateError("not_signed_in", "Nobody is signed in.", { hint: "Call signIn() in a click." });
  }

  async headers(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.accessToken()}` };
  }

  /** Get new tokens; one tab does it for all. A session that the server ended is over here, too. */
  renew(): Promise<boolean> {
    // Not every platform has locks, and a refresh token that is traded twice ends the session.
    this.#renewing ??= this.#renewed().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  #renewed(): Promise<boolean> {
    const old = this.#tokens;
    if (!old) return Promise.resolve(false);
    return alone(this.#name, async () => {
      const stored = read<Tokens>(this.#keep, this.#name) ?? (this.#tokens === old ? old : null);
      const renewal = await this.#handover?.get(this.#name);
      const isNext = renewal && [stored?.accessToken, old.accessToken].includes(renewal.from);
      const kept = isNext ? renewal.tokens : stored;
      if (isNext) this.#replaced = renewal.from;
      if (!kept || kept.accessToken !== old.accessToken) {
        this.#take(kept);
        return kept !== null;
      }
      if (!kept.refreshToken) {
        this.save(null);
        return false;
      }
      try {
        const tokens = { ...kept, ...(await this.#oauth.refresh(kept.refreshToken)) };
        await this.#handover?.put(this.#name, { from: kept.accessToken, tokens });
        this.#put(tokens);
        return true;
      } catch (refusal) {
        if (!(refusal instanceof SealgateError) || refusal.code !== "invalid_grant") throw refusal;
        this.save(null);
        return false;
      }
    });
  }

  /** End the session here and at the server. Without a connection it ends here alone. */
  async end(): Promise<void> {
    const tokens = this.#tokens;
    this.#put(null);
    const forgotten = this.#handover?.put(this.#name, null);
    if (tokens) await this.#oauth.revoke(tokens.refreshToken ?? tokens.accessToken).catch(() => {});
    await forgotten;
  }

  #take(tokens: Tokens | null): void {
    const before = this.#session;
    const counts = tokens && (tokens.refreshToken !== undefined || Date.now() < tokens.expiresAt);
    this.#tokens = counts ? tokens : null;
    this.#session = this.#tokens && sessionOf(this.#tokens);
    if (before?.account !== this.#session?.account || before?.expiresAt !== this.#session?.expiresAt) {
      this.#changed(this.#session);
    }
  }
}
