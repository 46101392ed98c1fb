// Why a request goes no further. The words are the shell's: `refused.<reason>`.

import type { MessageKey } from "./messages";

export type RefusalReason =
  | "not_vouched_for"
  | "view_key_changed"
  | "other_device"
  | "wrong_challenge"
  | "expired"
  | "answered"
  | "signed"
  | "of_another"
  | "unknown_request"
  | "app_off"
  | "not_signable"
  | "not_opened"
  | "not_accepted"
  | "network_unknown"
  | "type_unknown"
  | "signer_not_here"
  | "multisign_needs_account"
  | "not_a_payment"
  | "account_not_on_ledger"
  | "account_is_signer"
  | "xapp_message"
  | "field_invalid"
  | "amount_missing"
  | "busy"
  | "offline"
  | "server_busy"
  | "node_unavailable";

/** Reasons that pass: pressing again may help, and nothing is answered twice. */
const PASSING: ReadonlySet<RefusalReason> = new Set(["busy", "offline", "server_busy", "node_unavailable"]);

/** A request cannot go on; `values` belong to the message `refused.<reason>`. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";

  constructor(
    readonly reason: RefusalReason,
    readonly values: Record<string, string> = {},
  ) {
    super(reason);
  }

  /** Key of the explanation. */
  get key(): MessageKey {
    return `refused.${this.reason}`;
  }

  /** Whether pressing again may help: nothing is lost and nothing is answered twice. */
  get canRetry(): boolean {
    return PASSING.has(this.reason);
  }
}
