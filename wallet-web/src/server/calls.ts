// Signed calls: JSON in and out, refusals as errors, a clock that is off put right once.

import { type Bytes, toBase64url, utf8 } from "./bytes";
import { Offline, ServerRefused, ServerUnusable } from "./errors";
import { signatureHeaders } from "./http_signature";
import type { ServerCard } from "./shapes";

const ANSWER_WITHIN_MS = 20_000;
const MOST_ANSWER_CHARS = 8_000_000;
/** Codes of a signature that is not of this minute, and of one that does not verify. */
const STALE = 892;
const MISMATCH = 895;
const NOTHING = new Uint8Array(0);

export const CARD = "/api/v1/app/server";

/** Who signs, and for which server. */
export interface Signer {
  keyid: string;
  /** The server's own name for itself: what it checks. */
  publicUrl: string;
  sign: (message: Bytes) => Promise<Uint8Array>;
}

/** Ask for what the server says of itself; unsigned. @throws Offline, ServerRefused, ServerUnusable */
export async function fetchCard(at: string): Promise<ServerCard> {
  const card = await read<ServerCard>(await send(at + CARD, { method: "GET" }));
  if (typeof card?.public_url !== "string" || typeof card.issuer !== "string" || typeof card.view_key?.x !== "string") {
    throw new ServerUnusable("not_a_sealgate");
  }
  return card;
}

/** An unsigned GET of something public. @throws Offline, ServerRefused */
export const fetchPublic = async <T>(at: string, path: string): Promise<T> => read<T>(await send(at + path, { method: "GET" }));

export class SignedCalls {
  readonly #at: string;
  readonly #signer: Signer;
  #ahead_ms = 0;

  /** @param at Origin that the server is reached at. */
  constructor(at: string, signer: Signer) {
    this.#at = at;
    this.#signer = signer;
  }

  /** Call and return the answer's JSON. @throws ServerRefused, Offline, ServerUnusable */
  async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const content = body === undefined ? NOTHING : utf8(JSON.stringify(body));
    return read<T>(await this.#signed(method, path, content, headers));
  }

  /** Open a stream. `signal` ends it. @throws ServerRefused, Offline */
  async stream(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const response = await this.#signed("GET", path, NOTHING, headers, signal);
    if (!response.ok) await read(response);
    return response;
  }

  async #signed(method: string, path: string, body: Bytes, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
    const response = await this.#once(method, path, body, headers, signal);
    if (response.status !== 401) return response;
    const code = codeOf(await response.clone().json().catch(() => null));
    if (code !== STALE && code !== MISMATCH) return response;
    // Its clock is another one, or it has been given another name since: once more, as it says now.
    const card = await fetchCard(this.#at);
    if (code === MISMATCH && card.public_url === this.#signer.publicUrl) return response;
    this.#signer.publicUrl = card.public_url;
    const told = Date.parse(card.time);
    if (Number.isFinite(told)) this.#ahead_ms = told - Date.now();
    return this.#once(method, path, body, headers, signal);
  }

  async #once(method: string, path: string, body: Bytes, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
    const signed = await signatureHeaders(
      {
        method,
        url: this.#signer.publicUrl + path,
        body,
        keyid: this.#signer.keyid,
        created: Math.floor((Date.now() + this.#ahead_ms) / 1000),
        nonce: toBase64url(crypto.getRandomValues(new Uint8Array(18))),
      },
      this.#signer.sign,
    );
    const sent = body.length > 0 ? { body, headers: { "content-type": "application/json" } } : { headers: {} };
    return send(this.#at + path, { method, ...sent, headers: { ...sent.headers, ...headers, ...signed } }, signal);
  }
}

async function send(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      // A stream is cut off by its listener; everything else has its time, the body included.
      signal: signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
  } catch (problem) {
    throw new Offline(problem instanceof Error ? problem.message : "no answer");
  }
}

async function read<T>(response: Response): Promise<T> {
  let text: string;
  try {
    text = await response.text();
  } catch {
    throw new Offline("the answer broke off");
  }
  const answer = text.length > MOST_ANSWER_CHARS ? undefined : parsed(text);
  if (response.ok && answer !== undefined) return answer as T;
  throw refusal(response.status, answer);
}

function refusal(status: number, answer: unknown): ServerRefused | ServerUnusable {
  const error = member(answer, "error");
  // The fatal body has its members beside `error: true` (platform-api 1.5).
  const told = error === true ? answer : error;
  const message = member(told, "message");
  if (error === undefined || (typeof message !== "string" && status < 400)) return new ServerUnusable("not_a_sealgate", `HTTP ${status}`);
  const hint = member(told, "hint");
  const reference = member(told, "reference");
  return new ServerRefused(
    status,
    codeOf(answer),
    typeof message === "string" ? message : `HTTP ${status}`,
    typeof hint === "string" ? hint : "",
    typeof reference === "string" ? reference : null,
  );
}

function codeOf(answer: unknown): number | null {
  const error = member(answer, "error");
  const code = member(error === true ? answer : error, "code");
  return typeof code === "number" ? code : null;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
