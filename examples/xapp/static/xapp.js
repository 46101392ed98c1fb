// A page inside the wallet. It was opened with a one-time token in its address, so it knows its user at once.
"use strict";

const { sealgate, apiKey } = document.currentScript.dataset;
const JAR = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe";
const query = new URLSearchParams(location.search);
const byId = (id) => document.getElementById(id);
const say = (text) => { byId("status").textContent = text; };

document.documentElement.dataset.style = (query.get("xAppStyle") ?? "").toLowerCase(); // the wallet's own colours

// --- the platform's API ----------------------------------------------------------------------------------------

const ask = async (url, options) => {
  const answer = await fetch(url, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error?.message ?? body.error ?? `HTTP ${answer.status}`);
  return body;
};

let jwt = null; // 24 hours, for this person and this app
const api = (path, options = {}) => ask(`${sealgate}/api/v1/jwt/${path}`, {
  ...options, headers: { authorization: `Bearer ${jwt}`, "content-type": "application/json" },
});

// --- the bridge to the wallet ----------------------------------------------------------------------------------

const tellWallet = (command, values = {}) => {
  window.ReactNativeWebView?.postMessage(JSON.stringify({ command, ...values }));
};

// Resolves with what the wallet says about a sign request: SIGNED or DECLINED.
const decided = (uuid) => new Promise((resolve) => {
  const listen = ({ data }) => {
    let told = null;
    try {
      told = JSON.parse(data);
    } catch {
      return; // not from the wallet
    }
    if (told?.method !== "payloadResolved" || told.uuid !== uuid) return;
    for (const target of [window, document]) target.removeEventListener("message", listen);
    resolve(told.reason);
  };
  for (const target of [window, document]) target.addEventListener("message", listen);
});

// --- what the page does ----------------------------------------------------------------------------------------

const open = async () => {
  const ott = query.get("xAppToken");
  if (!ott) return say("Open this page from your wallet: it is an xApp.");
  const session = await ask(`${sealgate}/api/v1/jwt/authorize`, { headers: { "x-api-key": apiKey, "x-api-ott": ott } });
  jwt = session.jwt;

  const { data } = await api("userdata/visits");
  const visits = (data.visits?.count ?? 0) + 1;
  await api("userdata/visits", { method: "POST", body: JSON.stringify({ count: visits }) });

  byId("hello").textContent = visits === 1 ? "Nice to meet you." : `This is visit number ${visits}.`;
  byId("account").textContent = session.ott.account;
  byId("network").textContent = session.ott.nodetype;
  byId("member").hidden = false;
  say("");
};

const tip = async () => {
  const request = { txjson: { TransactionType: "Payment", Destination: JAR, Amount: "1000000" } };
  const { uuid } = await api("payload", { method: "POST", body: JSON.stringify(request) });
  const decision = decided(uuid);
  tellWallet("openSignRequest", { uuid });
  say("Look at the payment in your wallet.");
  if (await decision !== "SIGNED") return say("No hard feelings.");

  // What the page was told is for the screen. The back end looks for itself, and knows from the JWT who is asking.
  const receipt = await ask(`receipts/${uuid}`, { headers: { authorization: `Bearer ${jwt}` } });
  return say(`Thank you! Receipt ${receipt.txid.slice(0, 8)}`);
};

const fail = (problem) => say(`That did not work: ${problem.message}`);

byId("tip").addEventListener("click", () => {
  byId("tip").disabled = true;
  tip().catch(fail).finally(() => { byId("tip").disabled = false; });
});
byId("close").addEventListener("click", () => tellWallet("close"));

window.addEventListener("load", () => tellWallet("ready"));
open().catch(fail);
