// Passkeys as locks: an authenticator computes a secret from a salt, for this site and after verifying its holder.
// (WebAuthn Level 3, "Pseudo-random function extension")

import type { Bytes } from "./cipher";
import { randomBytes } from "./cipher";
import { VaultRefused } from "./errors";
import type { PasskeyLock } from "./records";

const TIMEOUT_MS = 120_000;
const NAME = "Sealgate wallet";
/** Ed25519, ES256, RS256 as COSE numbers them; no signature of theirs is ever looked at. */
const ALGORITHMS = [-8, -7, -257];

export interface NewPasskey {
  credentialId: Bytes;
  salt: Bytes;
  transports: string[];
  secret: Bytes;
}

/** Whether a passkey that opens a vault can be made here, as far as the browser tells beforehand. */
export async function passkeysPossible(): Promise<boolean> {
  if (typeof PublicKeyCredential === "undefined") return false;
  try {
    const told = await PublicKeyCredential.getClientCapabilities?.();
    if (told?.["extension:prf"] === false) return false;
    if (told?.["extension:prf"] === true && (told.hybridTransport || told.userVerifyingPlatformAuthenticator)) return true;
    return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  } catch {
    return false;
  }
}

/**
 * Make a passkey and the secret it computes.
 *
 * @throws VaultRefused `passkey_unsupported`, `passkey_no_prf`, `passkey_cancelled`.
 */
export async function makePasskey(existing: readonly PasskeyLock[]): Promise<NewPasskey> {
  const salt = randomBytes(32);
  const credential = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: randomBytes(32),
        rp: { name: NAME },
        user: { id: randomBytes(16), name: `${NAME} ${location.host}`, displayName: NAME },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        excludeCredentials: existing.map(descriptorOf),
        attestation: "none",
        timeout: TIMEOUT_MS,
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const { prf } = credential.getClientExtensionResults();
  if (prf?.enabled !== true) throw new VaultRefused("passkey_no_prf");
  const credentialId = new Uint8Array(credential.rawId);
  const transports = (credential.response as AuthenticatorAttestationResponse).getTransports?.() ?? [];
  // Some authenticators compute only when they are asked to sign in.
  const secret = prf.results === undefined ? (await askPasskey([{ credentialId, salt, transports }])).secret : bytesOf(prf.results.first);
  return { credentialId, salt, transports, secret };
}

/**
 * Ask for one of the passkeys and return which it was and the secret it computed, which the caller zeroes.
 *
 * @throws VaultRefused `passkey_unsupported`, `passkey_no_prf`, `passkey_cancelled`.
 */
export async function askPasskey(
  known: readonly Pick<PasskeyLock, "credentialId" | "salt" | "transports">[],
): Promise<{ credentialId: Bytes; secret: Bytes }> {
  const salts = known.map(({ credentialId, salt }) => [base64url(credentialId), { first: salt }] as const);
  const credential = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: randomBytes(32),
        allowCredentials: known.map(descriptorOf),
        userVerification: "required",
        timeout: TIMEOUT_MS,
        extensions: { prf: { evalByCredential: Object.fromEntries(salts) } },
      },
    }),
  );
  const computed = credential.getClientExtensionResults().prf?.results?.first;
  if (computed === undefined) throw new VaultRefused("passkey_no_prf");
  return { credentialId: new Uint8Array(credential.rawId), secret: bytesOf(computed) };
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (typeof PublicKeyCredential === "undefined") throw new VaultRefused("passkey_unsupported");
  try {
    const credential = await ask();
    if (credential === null) throw new VaultRefused("passkey_cancelled");
    return credential as PublicKeyCredential;
  } catch (problem) {
    if (problem instanceof VaultRefused) throw problem;
    // Cancelled, timed out and "no such passkey here" look the same to a page, on purpose.
    const isCancelled = problem instanceof DOMException && ["NotAllowedError", "AbortError"].includes(problem.name);
    const isKnown = problem instanceof DOMException && problem.name === "InvalidStateError";
    throw new VaultRefused(isCancelled ? "passkey_cancelled" : isKnown ? "passkey_exists" : "passkey_unsupported");
  }
}

function descriptorOf({ credentialId, transports }: Pick<PasskeyLock, "credentialId" | "transports">): PublicKeyCredentialDescriptor {
  const descriptor: PublicKeyCredentialDescriptor = { type: "public-key", id: credentialId };
  return transports.length > 0 ? { ...descriptor, transports: transports as AuthenticatorTransport[] } : descriptor;
}

function bytesOf(source: BufferSource): Bytes {
  const view = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
  return Uint8Array.from(view);
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
