// The provider's endpoints for programs: code with PKCE, refresh, revocation, the device grant. (RFC 6749, 7636, 7009,
// 7662, 8628; OpenID Connect Core.) Pages have `signIn()`, which stands on this.

import { aborted, type CallOptions, send, type Wire } from "./caller.js";
import { SealgateError } from "./errors.js";
import { host, pause } from "./host.js";

/** What a sign-in is asked for with. */
export interface Asked {
  /** Where the answer goes, as it is registered. */
  redirectUri: string;
  /** `openid offline_access` and others, separated by spaces. */
  scope?: string | undefined;
  /** `login` makes the wallet sign although somebody is signed in; `none` allows no page at all. */
  prompt?: "login" | "none" | "consent" | "select_account" | undefined;
  /** The account that is expected. */
  loginHint?: string | undefined;
  /** Only these accounts may sign in, ten at most. */
  signers?: readonly string[] | undefined;
  /** Key of the network that the wallet must be on. */
  forceNetwork?: string | undefined;
}

/** A sign-in that was begun: keep it until the answer is there; whoever has the verifier can redeem the code. */
export interface Begun {
  /** Where to send the browser. */
  url: string;
  state: string;
  verifier: string;
  nonce: string;
  redirectUri: string;
}

export interface Tokens {
  accessToken: string;
  /** Unix ms. */
  expiresAt: number;
  refreshToken?: string;
  idToken?: string;
  scope?: string;
}

/** What the provider tells about a signed-in person (oauth2 A9; OpenID Connect Core, 5.1). */
export interface UserInfo {
  sub: string;
  account?: string;
  picture?: string;
  email?: string;
  name?: string | null;
  preferred_username?: string;
  networkType?: string | null;
  networkEndpoint?: string | null;
  networkId?: number | null;
  [claim: string]: unknown;
}

export interface Introspection {
  active: boolean;
  [claim: string]: unknown;
}

export interface DeviceSignIn {
  deviceCode: string;
  /** To be shown, so that the person can compare it. */
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string;
  /** Unix ms. */
  expiresAt: number;
  interval_s: number;
}

interface TokenAnswer {
  access_token: string;
  expires_in: number;
  refresh_token?: string;
  id_token?: string;
  scope?: string;
}

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

export class OAuth {
  readonly #wire: Wire;
  readonly #issuer: string;
  readonly #key: string;
  readonly #secret: string | undefined;

  /** @internal */
  constructor(wire: Wire, issuer: string, key: string, secret?: string) {
    this.#wire = wire;
    this.#issuer = issuer;
    this.#key = key;
    this.#secret = secret;
  }

  /** Begin a sign-in: code with PKCE (S256), always. @throws SealgateError `no_crypto` on a page that is not secure. */
  async begin(asked: Asked): Promise<Begun> {
    const [state, verifier, nonce] = [`${OURS}${randomText()}`, randomText(), randomText()];
    const url = `${this.#issuer}/auth?${formOf({
      response_type: "code",
      client_id: this.#key,
      redirect_uri: asked.redirectUri,
      scope: asked.scope,
      state,
      nonce: isOpenId(asked.scope) ? nonce : undefined,
      code_challenge: await challengeOf(verifier),
      code_challenge_method: "S256",
      prompt: asked.prompt,
      login_hint: asked.loginHint,
      signers: asked.signers?.join(","),
      force_network: asked.forceNetwork,
    })}`;
    return { url, state, verifier, nonce, redirectUri: asked.redirectUri };
  }

  /**
   * Redeem the answer to a sign-in.
   *
   * @param answer The address that the browser came back to, or its parameters.
   * @throws SealgateError `wrong_answer` where it answers another request or comes from another server; what the
   *   provider refused, such as `access_denied`.
   */
  async finish(begun: Begun, answer: string | Record<string, string>, options: CallOptions = {}): Promise<Tokens> {
    const given = typeof answer === "string" ? queryOf(answer) : answer;
    if (given["state"] !== begun.state) throw wrongAnswer("is not the answer to this sign-in");
    if (given["iss"] !== undefined && given["iss"] !== this.#issuer) throw wrongAnswer("comes from another server");
    const { error, code } = given;
    if (error !== undefined) throw new SealgateError(error, given["error_description"] || WORDS[error] || error);
    if (!code) throw wrongAnswer("has no code");
    const { redirectUri: redirect_uri, verifier: code_verifier, nonce } = begun;
    const tokens = await this.#tokens({ grant_type: "authorization_code", code, redirect_uri, code_verifier }, options);
    // It came straight from the provider, so its signature says nothing new (OpenID Connect Core, 3.1.3.7).
    if (tokens.idToken && claimsOf(tokens.idToken)["nonce"] !== nonce) throw wrongAnswer("has another nonce");
    return tokens;
  }

  /** Trade a refresh token for new tokens. The old one is spent: keep the new one. */
  refresh(refreshToken: string, options: CallOptions = {}): Promise<Tokens> {
    return this.#tokens({ grant_type: "refresh_token", refresh_token: refreshToken }, options);
  }

  /** End a token: an access token alone, a refresh token with all that came of it. */
  async revoke(token: string, options: CallOptions = {}): Promise<void> {
    await this.#post("revoke", { token }, options, true);
  }

  /** Ask whether a token counts; needs the secret. */
  introspect(token: string, options: CallOptions = {}): Promise<Introspection> {
    return this.#post<Introspection>("introspect", { token }, options, true);
  }

  /** Ask who somebody is, by their access token. */
  async userinfo(accessToken: string, options: CallOptions = {}): Promise<UserInfo> {
    const init = { method: "GET", headers: { authorization: `Bearer ${accessToken}` } };
    return (await send(this.#wire, `${this.#issuer}/userinfo`, init, true, options.signal)) as UserInfo;
  }

  /** Begin a sign-in without a browser on this device; show `userCode` and `verificationUriComplete`. */
  async beginDevice(scope = "openid", options: CallOptions = {}): Promise<DeviceSignIn> {
    const answer = await this.#post<Record<string, string & number>>("device_authorization", { scope }, options);
    const text = (name: string): string => answer[name] ?? "";
    return {
      deviceCode: text("device_code"),
      userCode: text("user_code"),
      verificationUri: text("verification_uri"),
      verificationUriComplete: text("verification_uri_complete"),
      expiresAt: Date.now() + (answer["expires_in"] ?? 0) * 1000,
      interval_s: answer["interval"] ?? 5,
    };
  }

  /** Wait until the person has signed. @throws SealgateError `access_denied`, `expired_token`. */
  async waitForDevice(device: DeviceSignIn, options: CallOptions = {}): Promise<Tokens> {
    for (let interval_s = device.interval_s; ; ) {
      await pause(interval_s * 1000, options.signal).catch(() => {
        throw aborted(options.signal);
      });
      try {
        return await this.#tokens({ grant_type: DEVICE_CODE, device_code: device.deviceCode }, options);
      } catch (refusal) {
        const code = refusal instanceof SealgateError ? refusal.code : "";
        if (code === "slow_down") interval_s += 5;
        else if (code !== "authorization_pending") throw refusal;
      }
    }
  }

  /** Where to send a browser to end the provider's session. */
  logoutUrl(options: { idToken?: string; redirectUri?: string; state?: string } = {}): string {
    return `${this.#issuer}/logout?${formOf({
      client_id: this.#key,
      id_token_hint: options.idToken,
      post_logout_redirect_uri: options.redirectUri,
      state: options.state,
    })}`;
  }

  async #tokens(fields: Record<string, string>, options: CallOptions): Promise<Tokens> {
    const asked_at = Date.now();
    const answer = await this.#post<TokenAnswer>("token", fields, options);
    return {
      accessToken: answer.access_token,
      expiresAt: asked_at + answer.expires_in * 1000,
      ...(answer.refresh_token ? { refreshToken: answer.refresh_token } : {}),
      ...(answer.id_token ? { idToken: answer.id_token } : {}),
      ...(answer.scope === undefined ? {} : { scope: answer.scope }),
    };
  }

  async #post<T>(path: string, fields: Record<string, string>, { signal }: CallOptions, repeatable = false): Promise<T> {
    const body = formOf({ ...fields, client_id: this.#key, client_secret: this.#secret });
    const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
    return (await send(this.#wire, `${this.#issuer}/${path}`, { method: "POST", headers, body }, repeatable, signal)) as T;
  }
}

/** What our states begin with, so that answers meant for other libraries on a page are left alone. */
export const OURS = "sg-";

const WORDS: Record<string, string> = {
  access_denied: "The sign-in was declined, or nobody answered it in time.",
  login_required: "Nobody is signed in here.",
};

function wrongAnswer(why: string): SealgateError {
  return new SealgateError("wrong_answer", `What came back ${why}.`, { hint: "Begin the sign-in again." });
}

export function isOpenId(scope: string | undefined): boolean {
  return (scope ?? "").split(" ").includes("openid");
}

/** Return the claims of a JWT, without believing them; an empty object where it is none. */
export function claimsOf(jwt: string): Record<string, unknown> {
  try {
    const text = host.atob((jwt.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    return JSON.parse(new host.TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Return the parameters in an address's query, or of a bare query. */
export function queryOf(address: string): Record<string, string> {
  const query = address.replace(/#.*$/s, "").replace(/^[^?]*\?/s, "");
  const values: Record<string, string> = {};
  for (const part of query.split("&")) {
    const [name = "", ...value] = part.split("=");
    values[decoded(name)] = decoded(value.join("="));
  }
  return values;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

function formOf(fields: Record<string, string | undefined>): string {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return given.map((field) => field.map(encodeURIComponent).join("=")).join("&");
}

/** 256 random bits in 43 characters that an address may hold. */
export function randomText(): string {
  return base64url(cryptoHere().getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier: string): Promise<string> {
  const { subtle } = cryptoHere();
  if (!subtle) throw noCrypto();
  return base64url(new Uint8Array(await subtle.digest("SHA-256", new host.TextEncoder().encode(verifier))));
}

function cryptoHere(): NonNullable<typeof host.crypto> {
  if (!host.crypto) throw noCrypto();
  return host.crypto;
}

function noCrypto(): SealgateError {
  return new SealgateError("no_crypto", "There is no WebCrypto here, which a sign-in needs.", {
    hint: "Pages need https or localhost. In React Native, sign in by the system's browser and pass the access token on.",
  });
}

function base64url(bytes: Uint8Array): string {
  const text = host.btoa(String.fromCharCode(...bytes));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
