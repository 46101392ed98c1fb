// A server that answers as a test tells it to, with a database of one's own and nothing sent anywhere.

import { IDBFactory } from "fake-indexeddb";
import { vi } from "vitest";
import type { ServerCard } from "../../src/server";

export const AT = "https://sign.example";
export const DEVICE = "0c61a36f-fd1a-4c29-b556-80ebd5277684";
export const USER = "4762bda7-0a34-4c7b-9d52-2f3f6f0f7a11";

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

export type Says = (asked: Asked) => Response | Promise<Response>;

export const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
export const refusal = (status: number, code: number): Response =>
  json({ error: { reference: "6f1d", code, message: "No.", hint: "Do otherwise." } }, status);

export const card = (more: Partial<ServerCard> = {}): ServerCard => ({
  name: "Sealgate",
  public_url: AT,
  issuer: AT,
  view_key: { kid: "one", x: "Vcig03JrcyxzSD8ToKZZhtvlET0HYTpLUrTONvPlxzc", kty: "OKP", crv: "Ed25519" },
  earlier_view_keys: [],
  pairing: "open",
  time: new Date().toISOString(),
  ...more,
});

/** Begin with an empty browser and a server that pairs and says nothing else; `says` comes before that. */
export function aServer(says: Says = () => refusal(404, 404)): Asked[] {
  const asked: Asked[] = [];
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    const body = init.body === undefined || init.body === null ? undefined : (JSON.parse(new TextDecoder().decode(init.body as Uint8Array)) as unknown);
    const one = { method: init.method ?? "GET", path: url.slice(AT.length), headers: init.headers as Record<string, string>, body };
    asked.push(one);
    const said = await says(one);
    if (said.status !== 404) return said;
    if (one.path === "/api/v1/app/server") return json(card());
    if (one.path === "/api/v1/app/devices") return json({ device: { uuid: DEVICE }, user: { uuid: USER }, server: card() });
    return said;
  });
  return asked;
}

/** The parameters of a call's signature. */
export function signedAs({ headers }: Asked): { keyid: string; created: number; nonce: string } {
  const input = headers["signature-input"] ?? "";
  const of = (name: string): string => new RegExp(`${name}="?([^";]+)`).exec(input)?.[1] ?? "";
  return { keyid: of("keyid"), created: Number(of("created")), nonce: of("nonce") };
}
