import { beforeEach, describe, expect, it } from "vitest";
import type { Handover, Renewal } from "../src/auth/handover.js";
import { Sessions } from "../src/auth/session.js";
import { Tabs } from "../src/auth/tabs.js";
import { SealgateError } from "../src/errors.js";
import type { Keep } from "../src/host.js";
import type { OAuth, Tokens } from "../src/oauth.js";

const HOUR_MS = 3_600_000;

function tokensOf(account: string, more: Partial<Tokens> = {}): Tokens {
  const claims = Buffer.from(JSON.stringify({ sub: account })).toString("base64url");
  return { accessToken: `h.${claims}.${Math.random()}`, expiresAt: Date.now() + HOUR_MS, ...more };
}

/** A provider that trades each refresh token once, as ours does after ten seconds. */
class Provider {
  readonly traded: string[] = [];
  readonly revoked: string[] = [];
  away = false;

  async refresh(token: string): Promise<Tokens> {
    if (this.away) throw new SealgateError("network", "away");
    if (this.traded.includes(token) || token === "bad") throw new SealgateError("invalid_grant", "used");
    this.traded.push(token);
    return tokensOf("rAlice", { refreshToken: `${token}+` });
  }

  async revoke(token: string): Promise<void> {
    this.revoked.push(token);
    if (this.away) throw new SealgateError("network", "away");
  }
}

describe("a session", () => {
  let kept: Map<string, string>;
  let keep: Keep;
  let provider: Provider;
  let heard: (string | null)[];

  const tab = (): Sessions => {
    const changed = (session: { account: string } | null): void => void heard.push(session?.account ?? null);
    return new Sessions(keep, "s", new Tabs("s", false), provider as unknown as OAuth, changed);
  };

  beforeEach(() => {
    kept = new Map();
    keep = {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    };
    provider = new Provider();
    heard = [];
  });

  it("is found by the next visit", () => {
    tab().save(tokensOf("rAlice"));

    expect(tab().load()?.account).toBe("rAlice");
  });

  it("ends with its token, where nothing renews it", async () => {
    const here = tab();
    here.save(tokensOf("rAlice", { expiresAt: Date.now() + 20 }));
    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(here.current).toBeNull();
    await expect(here.accessToken()).rejects.toMatchObject({ code: "not_signed_in" });
    expect(heard).toEqual(["rAlice", null]);
  });

  it("is renewed shortly before its token ends, once for all who wait", async () => {
    const here = tab();
    here.save(tokensOf("rAlice", { expiresAt: Date.now() + 1_000, refreshToken: "r1" }));

    const tokens = await Promise.all([here.accessToken(), here.accessToken(), here.accessToken()]);

    expect(new Set(tokens).size).toBe(1);
    expect(provider.traded).toEqual(["r1"]);
  });

  it("takes what another tab has renewed", async () => {
    const [here, there] = [tab(), tab()];
    here.save(tokensOf("rAlice", { refreshToken: "r1" }));
    there.load();
    await there.renew();

    await expect(here.renew()).resolves.toBe(true);

    expect(provider.traded).toEqual(["r1"]);
    expect(here.tokens?.accessToken).toBe(there.tokens?.accessToken);
  });

  describe("of tabs in two processes, where what one keeps comes late to the other", () => {
    let renewals: Map<string, Renewal>;

    const tabs = (tokens: Tokens): [Sessions, Sessions] => {
      const handover: Handover = {
        get: async (name) => renewals.get(name),
        put: async (name, renewal) => (renewal ? renewals.set(name, renewal) : renewals.delete(name)),
      };
      const late = new Map([["s", JSON.stringify(tokens)]]);
      const stale: Keep = {
        getItem: (name) => late.get(name) ?? null,
        setItem: (name, value) => void late.set(name, value),
        removeItem: (name) => void late.delete(name),
      };
      const there = (place: Keep): Sessions =>
        new Sessions(place, "s", new Tabs("s", false), provider as unknown as OAuth, () => {}, handover);
      const [here, other] = [there(keep), there(stale)];
      here.save(tokens);
      other.load();
      return [here, other];
    };

    beforeEach(() => {
      renewals = new Map();
    });

    it("is renewed by one", async () => {
      const [here, other] = tabs(tokensOf("rAlice", { refreshToken: "r1" }));
      await here.renew();

      await expect(other.renew()).resolves.toBe(true);

      expect(provider.traded).toEqual(["r1"]);
      expect(other.tokens?.accessToken).toBe(here.tokens?.accessToken);
      other.load(); // told, before what is stored is there
      expect(other.tokens?.accessToken).toBe(here.tokens?.accessToken);
    });

    it("is renewed from what the last renewal gave", async () => {
      const [here, other] = tabs(tokensOf("rAlice", { refreshToken: "r1" }));
      await here.renew();
      await other.renew();

      await other.renew();

      expect(provider.traded).toEqual(["r1", "r1+"]);
    });

    it("is not mixed up with the one of somebody who was here before", async () => {
      const [here] = tabs(tokensOf("rAlice", { refreshToken: "r1" }));
      renewals.set("s", { from: "another", tokens: tokensOf("rBob", { refreshToken: "b1" }) });

      await here.renew();

      expect([here.current?.account, provider.traded]).toEqual(["rAlice", ["r1"]]);
    });

    it("leaves nothing behind", async () => {
      const [here] = tabs(tokensOf("rAlice", { refreshToken: "r1" }));
      await here.renew();
      expect(renewals.size).toBe(1);

      await here.end();

      expect([renewals.size, kept.size]).toEqual([0, 0]);
    });
  });

  it("is over where the provider says so, and goes on where it only is away", async () => {
    const here = tab();
    here.save(tokensOf("rAlice", { refreshToken: "r1" }));
    provider.away = true;
    await expect(here.renew()).rejects.toMatchObject({ code: "network" });
    expect(here.current?.account).toBe("rAlice");

    provider.away = false;
    here.save(tokensOf("rAlice", { refreshToken: "bad" }));

    await expect(here.renew()).resolves.toBe(false);
    expect([here.current, kept.size]).toEqual([null, 0]);
  });

  it("is ended at the provider as well, and here in any case", async () => {
    const here = tab();
    here.save(tokensOf("rAlice", { refreshToken: "r1" }));
    provider.away = true;

    await here.end();

    expect([here.current, kept.size, provider.revoked]).toEqual([null, 0, ["r1"]]);
  });

  it("survives what others have put in its place", () => {
    kept.set("s", "{not json");

    expect(tab().load()).toBeNull();
  });
});
