// What a scanner must never hand to a page: keys, their backups, pairing tokens. (wallet-api 4.2, 8.4)

const BASE58 = "[1-9A-HJ-NP-Za-km-z]";

const SECRETS: readonly RegExp[] = [
  new RegExp(`(?:^|[^1-9A-Za-z])s${BASE58}{24,34}(?:$|[^1-9A-Za-z])`), // a family seed, also after a label
  /^(?:ED|00)[0-9A-F]{64}$/i, // a private key
  /^(?:\d{6}[\s,;:-]*){8}$/, // secret numbers
  /^[a-z]{2,8}(?:\s+[a-z]{2,8}){11,24}$/i, // 12 to 25 words
  /\/pair\/[0-9a-f-]{36}\.[0-9a-f-]{36}/i, // a pairing token
  /[?#&]invitation=|^[a-z+]+:\/\/pair\b/i, // an invitation to become one of the person's devices
  /^(?:https?:\/\/[^/]+|[a-z+]+:\/)\/detect\/(?:secret|feature:(?:secret|offline-secret-numbers))/i, // an import link
];

/** Tell whether what was scanned is, or gives away, a secret. */
export function isSecret(scanned: string): boolean {
  const text = scanned.trim();
  return SECRETS.some((pattern) => pattern.test(text));
}
