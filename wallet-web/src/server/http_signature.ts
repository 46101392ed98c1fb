// HTTP message signatures (RFC 9421) with a digest of the body (RFC 9530), as the server asks for them.

import { type Bytes, sha256, toBase64 } from "./bytes";

export interface Call {
  /** Upper case. */
  method: string;
  /** The server's `public_url` with path and query as sent: whatever name it is reached by. */
  url: string;
  /** Empty for none. */
  body: Bytes;
  /** UUID of the device, or the key's thumbprint while it has none. */
  keyid: string;
  /** Unix seconds, by the server's clock. */
  created: number;
  /** 16 to 64 characters that this key never used before. */
  nonce: string;
}

/** The header fields that make a call a device's own. */
export async function signatureHeaders(
  call: Call,
  sign: (message: Bytes) => Promise<Uint8Array>,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  const covered = ['"@method"', '"@target-uri"'];
  const lines = [`"@method": ${call.method}`, `"@target-uri": ${call.url}`];
  if (call.body.length > 0) {
    const digest = `sha-256=:${toBase64(await sha256(call.body))}:`;
    headers["content-digest"] = digest;
    covered.push('"content-digest"');
    lines.push(`"content-digest": ${digest}`);
  }
  const parameters = `(${covered.join(" ")});created=${call.created};nonce="${call.nonce}";keyid="${call.keyid}";alg="ed25519"`;
  lines.push(`"@signature-params": ${parameters}`);
  const signature = await sign(new TextEncoder().encode(lines.join("\n")));
  headers["signature-input"] = `sig1=${parameters}`;
  headers["signature"] = `sig1=:${toBase64(signature)}:`;
  return headers;
}
