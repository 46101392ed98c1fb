// Secret numbers: a seed's 16 bytes as eight rows of five digits and a check digit, as some wallets print them. (XLS-12)

import { SecretRefused } from "./errors";

const ROWS = 8;
const ROW_LENGTH = 6;

/** Whether the text is nothing but rows of digits, so meant as secret numbers. */
export function looksLikeNumbers(text: string): boolean {
  return /^[\d\s-]+$/.test(text);
}

/**
 * Return the 16 bytes the rows stand for.
 *
 * @throws SecretRefused `word_count` for too few or many digits, `number_checksum` with the wrong row's place.
 */
export function readNumbers(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/\D/g, "");
  if (digits.length !== ROWS * ROW_LENGTH) throw new SecretRefused("word_count");
  const entropy = new Uint8Array(2 * ROWS);
  const view = new DataView(entropy.buffer);
  for (let row = 0; row < ROWS; row++) {
    const value = Number(digits.slice(row * ROW_LENGTH, row * ROW_LENGTH + 5));
    const isRight = (value * (2 * row + 1)) % 9 === Number(digits[row * ROW_LENGTH + 5]);
    if (!isRight || value > 0xffff) throw new SecretRefused("number_checksum", row + 1);
    view.setUint16(2 * row, value);
  }
  return entropy;
}
