// What can go wrong between the wallet and its server.

/** The server says no. */
export class ServerRefused extends Error {
  override readonly name = "ServerRefused";

  /**
   * @param status HTTP status.
   * @param code The server's own number (docs/errors.md), null where it gave none.
   * @param message Cause, in the server's words (English).
   * @param hint Cure, in the server's words; may be empty.
   * @param reference UUID of the call, for asking the operator; null where the answer had none.
   */
  constructor(
    readonly status: number,
    readonly code: number | null,
    message: string,
    readonly hint: string,
    readonly reference: string | null,
  ) {
    super(message);
  }

  /** Whether the server does not, or no longer, know this device: it has to be paired anew. */
  get isUnpaired(): boolean {
    return this.code === 823 || this.code === 896;
  }
}

/** No answer came: no network, no server, or none in time. What was asked for may have happened all the same. */
export class Offline extends Error {
  override readonly name = "Offline";
}

/** Something answered that is not the server this wallet is paired with, or not one that a wallet can use. */
export class ServerUnusable extends Error {
  override readonly name = "ServerUnusable";

  constructor(
    readonly reason: "not_a_sealgate" | "other_server" | "foreign_challenge" | "no_storage",
    detail: string = "",
  ) {
    super(detail || reason);
  }
}
