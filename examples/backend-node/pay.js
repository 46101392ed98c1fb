// A back end: learn who the user is, then put a payment before the same person's wallet.
import { XummSdk } from "xumm-sdk";

const SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe";

const sdk = new XummSdk(process.env.SEALGATE_API_KEY, process.env.SEALGATE_API_SECRET);
sdk.setEndpoint(process.env.SEALGATE_URL);

// Asks, shows the request, and returns what became of it as soon as the status socket tells.
const ask = async (request, show) => {
  const { created, resolved } = await sdk.payload.createAndSubscribe(request, ({ data }) => {
    if ("signed" in data || data.expired) return data;
  });
  show(created);
  await resolved;
  return sdk.payload.get(created.uuid);
};

const signedIn = await ask({ txjson: { TransactionType: "SignIn" } }, (created) => {
  console.log("Sign here:", created.next.always);
});
if (!signedIn.meta.signed) {
  console.error("Nobody signed in.");
  process.exit(1);
}
const { account } = signedIn.response;
console.log("Signed in as", account);

// The user token reaches this person's wallet from now on: no QR code any more.
const payment = {
  txjson: { TransactionType: "Payment", Destination: SHOP, Amount: "2500000" },
  user_token: signedIn.application.issued_user_token,
  options: { signers: [account] },
  custom_meta: { instruction: "Order 1042" },
};
const paid = await ask(payment, (created) => {
  console.log("In the wallet:", created.uuid, created.pushed ? "pushed" : "not pushed");
});
console.log("Signed, transaction", paid.meta.signed ? paid.response.txid : "none: it was declined");
process.exit(0);
