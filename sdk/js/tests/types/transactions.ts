// What the types of transactions let through, and what they stop. Compiling this file is the test.

import type { Sealgate } from "sealgate";

export async function asks({ payloads }: Sealgate): Promise<void> {
  await payloads.create({ TransactionType: "SignIn" });
  await payloads.create({ TransactionType: "Payment", Destination: "r…", Amount: "1", DestinationTag: 7 });
  await payloads.create({ txjson: { TransactionType: "TrustSet", LimitAmount: { currency: "USD", issuer: "r…", value: "1" } } });
  await payloads.create({ txblob: "1200…", options: { submit: false } });
  // A type that we do not know is as free as the server makes it.
  await payloads.create({ TransactionType: "VaultCreate", Asset: { currency: "XRP" }, WithdrawalPolicy: 1 });

  // @ts-expect-error A payment goes to somebody.
  await payloads.create({ TransactionType: "Payment", Amount: "1" });
  // @ts-expect-error Amounts are texts: numbers lose digits.
  await payloads.create({ TransactionType: "Payment", Destination: "r…", Amount: 1 });
  // @ts-expect-error The same inside a request.
  await payloads.create({ txjson: { TransactionType: "OfferCancel", OfferSequence: "7" } });
}

export async function reads({ payloads }: Sealgate): Promise<string | null> {
  const payload = await payloads.get("…");
  const account: string | null = payload.response.account;
  // @ts-expect-error Nothing is called so.
  void payload.response.acount;
  return account;
}
