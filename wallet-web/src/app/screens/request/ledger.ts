// What the ledger has to say of what is shown, when it says it.

import { useEffect, useState } from "preact/hooks";
import { ledgerWarnings, type Prepared, type Warning } from "../../../requests";
import { nodeOf } from "../../state/networks";

/** Ask the node for what was prepared; nothing until it answers. `onDanger`: what was agreed to was not all. */
export function useLedgerWarnings(prepared: Prepared | null, onDanger: () => void): readonly Warning[] {
  const [told, setTold] = useState<{ of: Prepared; warnings: readonly Warning[] } | null>(null);
  useEffect(() => {
    if (prepared === null) return;
    let isCurrent = true;
    void ledgerWarnings(prepared, prepared.network.endpoints.length > 0 ? nodeOf(prepared.network) : null).then((warnings) => {
      if (!isCurrent) return;
      setTold({ of: prepared, warnings });
      if (warnings.some((one) => one.level === "danger")) onDanger();
    });
    return () => {
      isCurrent = false;
    };
  }, [prepared]);
  return told?.of === prepared ? told.warnings : [];
}
