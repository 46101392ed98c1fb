// The shop's page: people sign in with their wallet and buy a book.

import { Sealgate } from "sealgate";

const BOOK = { TransactionType: "Payment", Destination: "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", Amount: "2500000" };
const MINUTES = 5;

const settings = await (await fetch("/settings.json")).json();
const sealgate = new Sealgate(settings);
const element = (id) => document.getElementById(id);
const tell = (text) => (element("told").textContent = text);

function show(session) {
  element("guest").hidden = session !== null;
  element("customer").hidden = session === null;
  element("account").textContent = session?.account ?? "";
}

function explain(problem) {
  tell(problem.code === "access_denied" ? "You declined. You may look around anyway." : problem.message);
}

async function buy() {
  const request = await sealgate.payloads.createAndSubscribe({ txjson: BOOK, options: { expire: MINUTES } });
  tell("Look at your wallet");
  const { meta } = await request.resolved;
  tell(meta.signed ? "Thank you" : meta.expired ? "That was too long: it is back on the shelf" : "Maybe later");
}

element("popup").onclick = () => sealgate.signIn({ mode: "popup" }).catch(explain);
element("redirect").onclick = () => sealgate.signIn({ mode: "redirect" }).catch(explain);
element("buy").onclick = () => buy().catch(explain);
element("sign-out").onclick = () => sealgate.signOut().catch(explain);

sealgate.on("session", show);
sealgate.on("error", explain);
show(await sealgate.ready);
