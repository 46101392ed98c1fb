// Bytes as text and back.

/** Bytes that WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export const sha256 = async (data: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

export const toBase64 = (data: Uint8Array): string => btoa(String.fromCharCode(...data));

/** Base64url without padding (RFC 4648, 5). */
export const toBase64url = (data: Uint8Array): string =>
  toBase64(data).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** @throws Error the text is no base64url. */
export function fromBase64url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("no base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}

/** Upper-case hex. */
export const toHex = (data: Uint8Array): string =>
  Array.from(data, (one) => one.toString(16).padStart(2, "0")).join("").toUpperCase();
