// The binary codec, with the definitions of one network.

import {
  coreTypes,
  decode,
  DEFAULT_DEFINITIONS,
  encode,
  encodeForMultisigning,
  encodeForSigning,
  XrplDefinitions,
} from "ripple-binary-codec";
import type { Definitions, LedgerJson } from "./types";

/** JSON to upper-case hex and back. Its functions throw an `Error` that names the field they cannot write or read. */
export interface Codec {
  encode(json: LedgerJson): string;
  decode(blob: string): LedgerJson;
  /** What a single signature covers, with the prefix `STX`. */
  encodeForSigning(json: LedgerJson): string;
  /** What the signature of one of several covers, with the prefix `SMT`. */
  encodeForMultisigning(json: LedgerJson, signer: string): string;
  /** Whether the network has a field of this name that is part of a transaction's bytes. */
  isField(name: string): boolean;
  isTransactionType(name: string): boolean;
}

const made = new WeakMap<object, Codec>();

export function loadCodec(definitions?: Definitions): Codec {
  const known: object = definitions ?? DEFAULT_DEFINITIONS;
  let codec = made.get(known);
  if (codec === undefined) {
    codec = codecOf(definitions === undefined ? DEFAULT_DEFINITIONS : readDefinitions(definitions));
    made.set(known, codec);
  }
  return codec;
}

type OwnDefinitions = typeof DEFAULT_DEFINITIONS;

/** @throws RangeError not in the form of a `server_definitions` answer. */
function readDefinitions(given: Definitions): OwnDefinitions {
  try {
    return new XrplDefinitions(given as unknown as ConstructorParameters<typeof XrplDefinitions>[0], coreTypes);
  } catch {
    throw new RangeError("these are no definitions of a network");
  }
}

function codecOf(definitions: OwnDefinitions): Codec {
  const fields = definitions.field as unknown as Record<string, { isSerialized?: boolean } | undefined>;
  return {
    encode: (json) => encode(json, definitions),
    decode: (blob) => decode(blob, definitions) as LedgerJson,
    encodeForSigning: (json) => encodeForSigning(json, definitions),
    encodeForMultisigning: (json, signer) => encodeForMultisigning(json, signer, definitions),
    isField: (name) => Object.hasOwn(fields, name) && fields[name]?.isSerialized === true,
    isTransactionType: (name) => definitions.transactionNames.includes(name),
  };
}
