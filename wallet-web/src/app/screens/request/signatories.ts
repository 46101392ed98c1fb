// Who may sign a request with this wallet: its accounts at once, and those of others when the ledger has vouched for them.

import { useEffect, useState } from "preact/hooks";
import { chooseNetwork, type OpenRequest, rightfulSignatories, signatoriesFor, type Signatory } from "../../../requests";
import type { VaultAccount } from "../../../vault";
import { activeNetwork, networks, nodeOf } from "../../state/networks";
import { chosenAccount } from "../../state/vault";

interface Signatories {
  signatories: readonly Signatory[];
  /** Who is chosen; null where nobody may, or while that is asked. */
  signatory: Signatory | null;
  choose: (one: Signatory) => void;
  isAsking: boolean;
}

export function useSignatories(request: OpenRequest, accounts: readonly VaultAccount[]): Signatories {
  const [all] = useState(() => signatoriesFor(request, accounts.map((one) => one.address), chosenAccount.value ?? undefined));
  const [signatories, setSignatories] = useState(() => all.filter((one) => one.key === one.account));
  const [isAsking, setAsking] = useState(all.length > signatories.length);
  const [signatory, choose] = useState<Signatory | null>(signatories[0] ?? null);
  useEffect(() => {
    if (!isAsking) return;
    let isCurrent = true;
    void vouchedFor(request, all).then((found) => {
      if (!isCurrent) return;
      setSignatories(found);
      choose((now) => now ?? found[0] ?? null);
      setAsking(false);
    });
    return () => {
      isCurrent = false;
    };
  }, []);
  return { signatories, signatory, choose, isAsking };
}

async function vouchedFor(request: OpenRequest, all: readonly Signatory[]): Promise<Signatory[]> {
  try {
    const network = chooseNetwork(request, networks.value, activeNetwork()?.key);
    return await rightfulSignatories(all, network.endpoints.length > 0 ? nodeOf(network) : null);
  } catch {
    // Without its network a request is refused anyway, and that says why.
    return [...all];
  }
}
