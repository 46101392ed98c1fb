// Which pages may be shown in a frame of the wallet.

/**
 * Why a page is not framed: its address is none; it shares the wallet's origin, and could reach into the wallet; it is
 * not encrypted, so anybody on the way could speak for it.
 */
export type NotFramed = "bad_address" | "own_origin" | "not_encrypted";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Return the origin that a page's frame has to have, or why there is to be no frame.
 *
 * @param own The wallet's origin.
 * @param dev Whether pages of this same machine need no encryption.
 */
export function frameable(address: string, own: string, dev: boolean): { origin: string } | { refused: NotFramed } {
  if (!URL.canParse(address)) return { refused: "bad_address" };
  const { protocol, hostname, origin } = new URL(address);
  if (origin === own) return { refused: "own_origin" };
  if (protocol === "https:") return { origin };
  if (protocol !== "http:") return { refused: "bad_address" };
  return dev && LOOPBACK.test(hostname) ? { origin } : { refused: "not_encrypted" };
}
