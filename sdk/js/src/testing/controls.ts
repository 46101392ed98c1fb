// Calls to a sandbox with its admin token: the controls below `/__dev`, and the API of operators.

import { SealgateError } from "sealgate";

/** One sandbox. */
export class Controls {
  /**
   * @param url Its address.
   * @param adminToken SEALGATE_ADMIN_TOKEN of its `dev.env`.
   */
  constructor(
    readonly url: string,
    private readonly adminToken: string,
  ) {}

  /** Call a control and return its answer. */
  dev<T>(method: string, path = "", body?: unknown): Promise<T> {
    return this.call(method, `/__dev${path}`, body);
  }

  /** Call the API of operators and return its answer. */
  admin<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.call(method, `/api/v1/admin${path}`, body);
  }

  /** Call the sandbox; SealgateError where it says no, is no sandbox, or does not answer. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.adminToken}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    let answer: Response;
    try {
      answer = await fetch(this.url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    } catch (cause) {
      throw new SealgateError("network", `No answer from ${this.url}.`, { hint: "Does `sealgate dev` still run?", cause });
    }
    const text = await answer.text();
    if (answer.ok) return (text === "" ? undefined : JSON.parse(text)) as T;
    throw refusal(answer.status, text, this.url, path);
  }
}

function refusal(status: number, text: string, url: string, path: string): SealgateError {
  if (status === 404 && path.startsWith("/__dev")) {
    return new SealgateError(404, `${url} has no ${path}: only \`sealgate dev\` of this version has these controls.`, {
      status,
      hint: "Let SEALGATE_URL name a `sealgate dev`, or leave it out and one is started.",
    });
  }
  let told: { error?: { code?: number | string; message?: string; hint?: string; reference?: string } } = {};
  try {
    told = JSON.parse(text);
  } catch {
    // What is no JSON says nothing more than its status.
  }
  const about = typeof told.error === "object" ? told.error : {};
  return new SealgateError(about.code ?? status, about.message ?? `The sandbox refused ${path}.`, {
    status,
    hint: about.hint,
    reference: about.reference,
  });
}
