// What can go wrong between the wallet and a node.

/** No node of the network gives a usable answer. */
export class NodeUnavailable extends Error {
  override readonly name = "NodeUnavailable";

  constructor(
    readonly network: string,
    detail: string,
  ) {
    super(`${network}: ${detail}`);
  }
}

/** The node says no; `error` is its word, such as `actNotFound`. */
export class NodeRefused extends Error {
  override readonly name = "NodeRefused";

  constructor(readonly error: string) {
    super(error);
  }
}
