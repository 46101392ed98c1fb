// A request from a code to its answer: read, opened, checked, explained, filled in, signed once, handed in, followed.
//
// Owns what a person is told of a request, and that one press gives one answer. Offers `readCode`, `openRequest`,
// `chooseNetwork`, `signersFor`, `prepare`, `explain`, `answer` and `reject`, in this order. Never holds a key (whoever
// calls passes the signing in), never shows anything (texts are keys with values), and never signs what the server has
// not vouched for.

export { answer, reject, resume, unfinished, type AnswerOptions, type Sign, type Unfinished } from "./answer";
export type { Challenge } from "./challenge";
export { readCode, type Code, type CodeRefusal } from "./code";
export type { DiffLine } from "./diff";
export type { Result, WayBack } from "./ending";
export * from "./explain";
export type { FollowOptions, Step } from "./handing_in";
export { TYPES, type MessageKey } from "./messages";
export { ledgerWarnings, rightfulSignatories } from "./ledger_checks";
export { chooseNetwork, signatoriesFor, signersFor, type Signatory } from "./networks";
export { openRequest, type OpenRequest } from "./open";
export { amountOf, ownPayment, pay } from "./own_payment";
export type { PaymentCode } from "./payment_code";
export { needsAmount, prepare, type Prepared, type PrepareOptions } from "./prepare";
export { RequestRefused, type RefusalReason } from "./refusals";
