// One more account: made anew, or one that somebody has already.

import type { Secret } from "../../../ledger";
import { currentPlace, navigate } from "../../router";
import { useAction } from "../../state/action";
import { proveAccounts } from "../../state/proofs";
import { connectServer } from "../../state/server";
import { chooseAccount, useVault } from "../../state/vault";
import { Problem } from "../../ui/problem";
import { MakeSecret } from "../welcome/make_secret";
import { TypeSecret } from "../welcome/type_secret";

export default function AddAccount() {
  const vault = useVault();
  const add = useAction(async (secret: Secret) => {
    const account = await vault.add(secret, "", { backedUp: true });
    chooseAccount(account.address);
    void connectServer().then(proveAccounts).catch(() => undefined);
    navigate(`/accounts/${account.address}`, "replace");
  });
  const Step = currentPlace().path === "/accounts/import" ? TypeSecret : MakeSecret;
  return (
    <>
      <Problem of={add.problem} />
      <Step onDone={add.run} onBack={() => navigate("/accounts")} />
    </>
  );
}
