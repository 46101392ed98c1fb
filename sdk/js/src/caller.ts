// One call of the platform: who calls, how long it may take, what is tried again, and what a refusal becomes.

import { SealgateError } from "./errors.js";
import { type Answer, type Fetch, type FetchInit, host, pause, type Signal } from "./host.js";
import type { ErrorDetails as Refusal } from "./models.js";

/** Who calls: back ends below `platform/` with key and secret, users below `jwt/` with their token. */
export interface Credentials {
  readonly family: "platform" | "jwt";
  headers(): Promise<Record<string, string>>;
  /** Get a new token after a call was refused for the one it had; false where there is none to be had. */
  renew(): Promise<boolean>;
}

export interface CallOptions {
  signal?: Signal | undefined;
}

export interface Call extends CallOptions {
  method?: "GET" | "POST" | "DELETE";
  /** Below `/api/v1/platform/` or `/api/v1/jwt/`, whichever the credential calls. */
  path: string;
  /** Where the call is in one family only. */
  family?: "platform" | "jwt";
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether doing it twice is doing it once, so that it may be tried again. GET always is. */
  repeatable?: boolean;
}

export interface Wire {
  fetch: Fetch;
  /** Without a slash at its end. */
  url: string;
  timeoutMs: number;
  /** How often a repeatable call is tried again. */
  retries: number;
}

/** The server is away for a moment. */
export const PASSING = new Set([429, 502, 503, 504]);
/** Longer than this nobody is kept waiting by a `Retry-After`. */
const LONGEST_WAIT_MS = 10_000;
/** "No token, or one that does not count": docs/errors.md. */
const TOKEN_REFUSED = 800;

/** Make a call as somebody, and return what was answered. @throws SealgateError for anything else than a success. */
export async function call<T>(wire: Wire, who: Credentials, asked: Call): Promise<T> {
  try {
    return await attempt<T>(wire, who, asked);
  } catch (refusal) {
    if (!(refusal instanceof SealgateError) || refusal.code !== TOKEN_REFUSED || !(await who.renew())) throw refusal;
    return attempt<T>(wire, who, asked);
  }
}

async function attempt<T>(wire: Wire, who: Credentials, asked: Call): Promise<T> {
  const method = asked.method ?? "GET";
  const url = `${wire.url}/api/v1/${asked.family ?? who.family}/${asked.path}`;
  const headers = { ...(await who.headers()), ...asked.headers };
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  if (body !== undefined) headers["content-type"] = "application/json";
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  return (await send(wire, url, init, asked.repeatable ?? method === "GET", asked.signal)) as T;
}

/** Send a request, again where it may be and helps, and return its JSON. */
export async function send(
  wire: Wire,
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
  repeatable: boolean,
  signal?: Signal,
): Promise<unknown> {
  for (let tried = 0; ; tried++) {
    let wait_ms = 200 * 2 ** tried * (1 + Math.random());
    try {
      const answer = await fetched(wire, url, init, signal);
      if (!PASSING.has(answer.status)) return read(answer);
      const after_ms = Number(answer.headers.get("retry-after")) * 1000;
      if (!repeatable || tried >= wire.retries || after_ms > LONGEST_WAIT_MS) return read(answer);
      wait_ms = Math.max(wait_ms, after_ms || 0);
    } catch (problem) {
      const lost = problem instanceof SealgateError && (problem.code === "network" || problem.code === "timeout");
      if (!lost || !repeatable || tried >= wire.retries) throw problem;
    }
    await pause(wait_ms, signal).catch(() => {
      throw aborted(signal);
    });
  }
}

/** The error of something that was called off. */
export function aborted(signal?: Signal): SealgateError {
  return new SealgateError("aborted", "The call was aborted.", { cause: signal?.reason });
}

async function fetched(
  wire: Wire,
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
  signal?: Signal,
): Promise<{ status: number; headers: Answer["headers"]; text: string }> {
  if (signal?.aborted) throw aborted(signal);
  const control = new host.AbortController();
  let late = false;
  const timer = host.setTimeout(() => {
    late = true;
    control.abort();
  }, wire.timeoutMs);
  const stop = (): void => control.abort();
  signal?.addEventListener("abort", stop);
  try {
    const asked: FetchInit = { ...init, signal: control.signal };
    const answer = await wire.fetch(url, asked);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (cause) {
    if (signal?.aborted) throw aborted(signal);
    if (late) throw new SealgateError("timeout", `No answer within ${wire.timeoutMs / 1000} s.`, { cause });
    throw lostConnection(url, cause);
  } finally {
    host.clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The error of a server that could not be reached. */
export function lostConnection(url: string, cause: unknown): SealgateError {
  return new SealgateError("network", `${url.split("/").slice(0, 3).join("/")} could not be reached.`, {
    hint: "Is the address right, is the server up, and does the page's Content-Security-Policy allow it?",
    cause,
  });
}

/** Turn an answer into its JSON. @throws SealgateError the refusal that it is. */
function read(answer: { status: number; headers: Answer["headers"]; text: string }): unknown {
  if (answer.status >= 400) throw refusalOf(answer, answer.text);
  return jsonOf(answer, answer.text);
}

/** The refusal that an answer is. */
export function refusalOf(answer: Pick<Answer, "status" | "headers">, text: string): SealgateError {
  try {
    return refusalIn(jsonOf(answer, text), answer.status, answer.headers.get("x-call-ref") ?? undefined);
  } catch (problem) {
    return problem as SealgateError;
  }
}

function jsonOf(answer: Pick<Answer, "status" | "headers">, text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch (cause) {
    throw new SealgateError("bad_answer", `Something that is no Sealgate answered with status ${answer.status}.`, {
      status: answer.status,
      reference: answer.headers.get("x-call-ref") ?? undefined,
      hint: "Is a proxy in between, or the address that of another server?",
      cause,
    });
  }
}

/** The three forms of a refusal: `{error: {…}}`, `{error: true, message}`, and OAuth's `{error, error_description}`. */
function refusalIn(body: unknown, status: number, reference: string | undefined): SealgateError {
  const all = (body ?? {}) as Record<string, unknown>;
  const told = all["error"];
  if (typeof told === "object" && told !== null) {
    const { code, message, ...more } = told as Refusal;
    return new SealgateError(code ?? status, message || `Refused with code ${code}.`, { status, ...more });
  }
  const text = (name: string): string => (typeof all[name] === "string" ? all[name] : "");
  const details = { status, reference: text("reference") || reference, hint: text("hint") };
  if (typeof told === "string") return new SealgateError(told, text("error_description") || told, details);
  return new SealgateError(status, text("message") || `Refused with status ${status}.`, details);
}
