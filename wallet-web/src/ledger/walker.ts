// A blob taken apart without knowing any field's name: the structure of the binary format is enough.
//
// So it works for every network. It refuses whatever is not canonical: fields out of order or twice, headers in a longer
// form than needed, trailing or missing bytes. (wallet-api 6.5; xrpl.org, "Serialization Format")

import { BlobRefused } from "./errors";

export const MAX_BLOB_BYTES = 64 * 1024;
const MAX_DEPTH = 10;

/** Type code × 65536 + field code. */
export const ACCOUNT = (8 << 16) | 1;
export const TRANSACTION_TYPE = (1 << 16) | 2;
export const SIGNING_PUB_KEY = (7 << 16) | 3;
export const TXN_SIGNATURE = (7 << 16) | 4;
export const SIGNERS = (15 << 16) | 3;
export const SIGNER = (14 << 16) | 16;
/** What no signature covers: TxnSignature, Signature, MasterSignature, CounterpartySignature, SponsorSignature, Signers, BatchSigners. */
export const NON_SIGNING: ReadonlySet<number> = new Set([
  TXN_SIGNATURE,
  (7 << 16) | 6,
  (7 << 16) | 18,
  (14 << 16) | 37,
  (14 << 16) | 38,
  SIGNERS,
  (15 << 16) | 31,
]);

const [AMOUNT, BLOB, ACCOUNT_ID, OBJECT, ARRAY, PATHS, VECTOR, ISSUE, BRIDGE] = [6, 7, 8, 14, 15, 18, 19, 24, 25];
const WIDTHS: Readonly<Record<number, number>> = {
  1: 2, 2: 4, 3: 8, 4: 16, 5: 32, 9: 12, 10: 4, 11: 8, 16: 1, 17: 20, 20: 12, 21: 24, 22: 48, 23: 64, 26: 20,
};
const OBJECT_END = 0xe1;
const ARRAY_END = 0xf1;
const PATH_END = 0x00;
const PATH_SEPARATOR = 0xff;
const PATH_STEP_BITS = 0x31;

/** Where one field lies: its header at `start`, its value without length at `value`, its end; of a list its objects. */
export interface Span {
  ordinal: number;
  start: number;
  value: number;
  end: number;
  items?: Item[];
}

/** One object of a list, and the fields in it. */
export interface Item {
  ordinal: number;
  spans: Span[];
}

/**
 * Return where the fields of a blob lie, in order.
 *
 * @throws BlobRefused `too_long`, `not_canonical`.
 */
export function walk(blob: Uint8Array): Span[] {
  if (blob.length === 0) throw refused("an empty blob");
  if (blob.length > MAX_BLOB_BYTES) throw new BlobRefused("too_long");
  return new Walk(blob).fields(null, 0);
}

class Walk {
  #at = 0;

  constructor(readonly blob: Uint8Array) {}

  /** Read fields up to the marker, or to the end for null. */
  fields(marker: number | null, depth: number): Span[] {
    if (depth > MAX_DEPTH) throw refused("nested too deep");
    const spans: Span[] = [];
    let last = 0;
    while (this.#at < this.blob.length) {
      const start = this.#at;
      const first = this.#peek();
      if (first === marker) {
        this.#at++;
        return spans;
      }
      const ordinal = this.#header();
      if (ordinal <= last) throw refused(ordinal === last ? "a field twice" : "fields out of order");
      last = ordinal;
      spans.push(this.#value(ordinal, start, depth));
    }
    if (marker !== null) throw refused("an object does not end");
    return spans;
  }

  #value(ordinal: number, start: number, depth: number): Span {
    const type = ordinal >> 16;
    const span: Span = { ordinal, start, value: this.#at, end: this.#at };
    if (type === BLOB || type === ACCOUNT_ID || type === VECTOR) {
      const length = this.#length();
      const isOdd = (type === ACCOUNT_ID && length !== 0 && length !== 20) || (type === VECTOR && length % 32 !== 0);
      if (isOdd) throw refused("a length its type does not have");
      span.value = this.#at;
      this.#skip(length);
    } else if (type === OBJECT) this.fields(OBJECT_END, depth + 1);
    else if (type === ARRAY) span.items = this.#items(depth + 1);
    else if (type === PATHS) this.#paths();
    else if (type === ISSUE) this.#issue();
    else if (type === BRIDGE) this.#bridge();
    else if (type === AMOUNT) this.#skip(this.#peek() & 0x80 ? 48 : this.#peek() & 0x20 ? 33 : 8);
    else {
      const width = WIDTHS[type];
      if (width === undefined) throw refused(`a field of type ${type}, which cannot be measured`);
      this.#skip(width);
    }
    span.end = this.#at;
    return span;
  }

  #items(depth: number): Item[] {
    const items: Item[] = [];
    while (this.#peek() !== ARRAY_END) {
      const ordinal = this.#header();
      if (ordinal >> 16 !== OBJECT || ordinal === ((OBJECT << 16) | 1)) throw refused("a list of what is no object");
      items.push({ ordinal, spans: this.fields(OBJECT_END, depth + 1) });
    }
    this.#at++;
    return items;
  }

  #header(): number {
    const first = this.#next();
    let [type, code] = [first >> 4, first & 15];
    if (type === 0) type = this.#long();
    if (code === 0) code = this.#long();
    const isMarker = (type === OBJECT || type === ARRAY) && code === 1;
    if (isMarker) throw refused("an end where nothing is open");
    return (type << 16) | code;
  }

  #long(): number {
    const code = this.#next();
    if (code < 16) throw refused("a header in a longer form than needed");
    return code;
  }

  #length(): number {
    const first = this.#next();
    if (first <= 192) return first;
    if (first <= 240) return 193 + ((first - 193) << 8) + this.#next();
    if (first <= 254) return 12_481 + ((first - 241) << 16) + (this.#next() << 8) + this.#next();
    throw refused("not a length");
  }

  #paths(): void {
    for (let steps = 0; ; ) {
      const kind = this.#next();
      if (kind === PATH_END || kind === PATH_SEPARATOR) {
        if (steps === 0) throw refused("an empty path");
        if (kind === PATH_END) return;
        steps = 0;
        continue;
      }
      if (kind & ~PATH_STEP_BITS) throw refused("a path step of an unknown kind");
      for (const bit of [0x01, 0x10, 0x20]) if (kind & bit) this.#skip(20);
      steps++;
    }
  }

  /** The native currency alone, a currency and its issuer, or a token: sequence behind the account 0…01. */
  #issue(): void {
    const isNative = this.#isAt(0, new Uint8Array(20));
    const one = new Uint8Array(20);
    one[19] = 1;
    this.#skip(isNative ? 20 : this.#isAt(20, one) ? 44 : 40);
  }

  #bridge(): void {
    for (let door = 0; door < 2; door++) {
      if (this.#next() !== 20) throw refused("the door of a bridge is not an account");
      this.#skip(20);
      this.#issue();
    }
  }

  #isAt(offset: number, bytes: Uint8Array): boolean {
    return bytes.every((byte, at) => this.blob[this.#at + offset + at] === byte);
  }

  #peek(): number {
    const byte = this.blob[this.#at];
    if (byte === undefined) throw refused("the blob ends too early");
    return byte;
  }

  #next(): number {
    const byte = this.#peek();
    this.#at++;
    return byte;
  }

  #skip(count: number): void {
    this.#at += count;
    if (this.#at > this.blob.length) throw refused("the blob ends too early");
  }
}

function refused(detail: string): BlobRefused {
  return new BlobRefused("not_canonical", detail);
}
