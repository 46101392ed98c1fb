// Argon2id beside the page, so that the page stays alive for the second it takes. Answers one question and is thrown away.

import { argon2id } from "@noble/hashes/argon2.js";
import type { Question } from "./passphrase";

interface WorkerScope {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  const key = argon2id(data.passphrase, data.salt, data.options) as Uint8Array<ArrayBuffer>;
  data.passphrase.fill(0);
  scope.postMessage(key, [key.buffer]);
};
