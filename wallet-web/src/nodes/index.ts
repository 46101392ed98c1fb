// A network's nodes as a wallet uses them: what to fill in, handing a transaction over, and what becomes of it.
//
// Owns the connection to a node and the change to another one. Offers `networksOf` and `LedgerNode`. Never sees a key,
// and never decides what is signed: a node that lies can make a transaction fail, or name a fee that is too high.

export * from "./errors";
export { networksOf, type Network } from "./network";
export { LedgerNode, type AccountState, type Ending, type Facts, type FollowOptions, type Reserves, type TrustLine } from "./node";
