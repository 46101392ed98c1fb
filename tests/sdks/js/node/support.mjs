// What the tests share: the client for each credential, and the people behind the platform.

import assert from "node:assert/strict";
import { Sealgate, SealgateError } from "../../../../sdk/js/dist/index.js";

const { SEALGATE_URL: url, SEALGATE_API_KEY: apiKey, SEALGATE_API_SECRET: apiSecret, STAGE_DOOR: door } = process.env;

export { apiKey, apiSecret, Sealgate, SealgateError, url };
export const ALICE = process.env.STAGE_ALICE;
export const SIGN_IN = { TransactionType: "SignIn" };
export const PAYMENT = {
  txjson: { TransactionType: "Payment", Destination: "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", Amount: "2500000" },
  options: { submit: false },
};
export const UNKNOWN = "f8da079c-f813-4595-98a3-fffd53a30095";

/** The back end of the demo app. */
export const app = new Sealgate({ url, apiKey, apiSecret });

/** Have somebody do something: `act("signs", uuid)`. What they can do is in tests/compat/stage.py and people.py. */
export async function act(what, ...args) {
  const answer = await fetch(door, { method: "POST", body: JSON.stringify({ do: what, with: args }) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
}

/** Assert that something is refused with a code, and return the refusal. */
export async function refusal(code, coming) {
  let told;
  await assert.rejects(coming, (error) => (told = error) && true);
  assert.ok(told instanceof SealgateError, String(told?.stack));
  assert.equal(told.code, code, `${told.code}: ${told.message}`);
  return told;
}

/** Sign alice in to the demo app as a native app does, and return the tokens. */
export async function signIn(scope = "openid") {
  const native = new Sealgate({ url, apiKey, accessToken: "none yet" });
  const begun = await native.oauth.begin({ redirectUri: "http://127.0.0.1:51004/callback", scope });
  return native.oauth.finish(begun, await act("goesThrough", begun.url));
}

/** A listener, and a promise of the first thing it hears: from then on nothing is missed. */
export function hearing(listener = () => {}) {
  let tell;
  const first = new Promise((resolve) => (tell = resolve));
  return { first, listener: (event) => (tell(event), listener(event)) };
}
