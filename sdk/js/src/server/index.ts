// What back ends verify without asking anybody: tokens of users, receipts, and what webhooks bring.

export { type TokenClaims, type VerifyTokenOptions, verifyToken } from "./token.js";
export { type ReceiptClaims, type VerifyReceiptOptions, verifyReceipt } from "./receipt.js";
export { type Delivery, type Headers, type VerifyWebhookOptions, verifyWebhook } from "./webhook.js";
export type { WebhookEvent, WebhookEventType } from "./events.js";
export { SealgateError, type TokenCode, type WebhookCode } from "../errors.js";
