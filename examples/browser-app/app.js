// A page without a back end: the published `xumm` package signs people in and asks for their signatures.
"use strict";

const SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe";
const xumm = new Xumm(document.currentScript.dataset.apiKey);
const byId = (id) => document.getElementById(id);
const say = (text) => { byId("status").textContent = text; };

const show = (account) => {
  byId("guest").hidden = Boolean(account);
  byId("member").hidden = byId("sign-out").hidden = !account;
  byId("account").textContent = account;
};

// Runs what a button starts; the button waits until that is over.
const onClick = (id, action) => byId(id).addEventListener("click", async ({ currentTarget: button }) => {
  button.disabled = true;
  try {
    await action();
  } catch (problem) {
    say(problem.message);
  } finally {
    button.disabled = false;
  }
});

onClick("sign-in", async () => {
  say("Go on in the window that opened.");
  const result = await xumm.authorize();
  if (result instanceof Error) return; // declined: the event below has said so
  say("");
  show(await xumm.user.account);
  byId("pay").focus();
});

onClick("sign-out", async () => {
  await xumm.logout();
  location.reload();
});

onClick("pay", async () => {
  const request = {
    txjson: { TransactionType: "Payment", Destination: SHOP, Amount: "2500000" },
    custom_meta: { instruction: "Order 1042: flat white, almond croissant" },
  };
  const { created, resolved } = await xumm.payload.createAndSubscribe(request, ({ data }) => {
    if (data.opened) say("The payment is open in your wallet.");
    if ("signed" in data || data.expired) return data;
  });
  byId("qr").src = created.refs.qr_png;
  byId("open").href = created.next.always;
  byId("request").hidden = false;
  say(created.pushed ? "The payment is in your wallet." : "Scan the code with your wallet.");

  const { signed } = await resolved;
  byId("request").hidden = true;
  say(signed ? "Paid. Enjoy your coffee!" : "You did not sign, so nothing was paid.");
});

// After a reload, or on a phone that came back from the wallet, the package finds its user by itself.
xumm.on("success", async () => show(await xumm.user.account));
xumm.on("error", (problem) => say(problem.message));
xumm.on("ready", () => { if (!xumm.state.signedIn) show(""); });
