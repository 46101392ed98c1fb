// What webhooks tell, as docs/asyncapi.json says. Times are ISO 8601 in UTC unless they say seconds.

interface OfPayload {
  payload_uuid: string;
  /** The app's own, from `custom_meta`. */
  identifier?: string | null;
}

interface IssuedToken {
  user_token: string;
  /** Unix seconds. */
  token_issued: number;
  /** Unix seconds. */
  token_expiration: number;
}

interface DataByType {
  /** Signed or rejected: the event that published clients know. */
  "payload.resolved": {
    meta: { url: string; application_uuidv4: string; payload_uuidv4: string; opened_by_deeplink: boolean };
    custom_meta: { identifier: string | null; blob: unknown; instruction: string | null };
    payloadResponse: {
      payload_uuidv4: string;
      reference_call_uuidv4: string;
      signed: boolean;
      user_token: boolean;
      return_url: { app: string | null; web: string | null };
      /** Empty where it was rejected. */
      txid: string;
    };
    userToken: IssuedToken | null;
  };
  "payload.opened": OfPayload & { opened_by_deeplink?: boolean };
  "payload.signed": OfPayload & {
    reference_call_uuid: string;
    account?: string | null;
    txid?: string | null;
    network_id?: number | null;
    dispatched_result?: string | null;
    user_token?: IssuedToken | null;
  };
  "payload.contributed": OfPayload & { signer: string; weight: number; quorum: number; user_token?: IssuedToken | null };
  "payload.rejected": OfPayload & { reference_call_uuid: string; initiator?: string | null; reason?: string | null };
  "payload.expired": OfPayload & { expired_at: string };
  "payload.cancelled": OfPayload;
  "payload.validated": OfPayload & {
    txid: string;
    ledger_index: number;
    result: string;
    network_id?: number | null;
    network?: string | null;
    delivered_amount?: string | Record<string, string> | null;
  };
  "user_token.issued": IssuedToken & { payload_uuid?: string | null };
  "user_token.revoked": { user_token: string; revoked_at: string };
  "secret.exposed": { reference_call_uuid: string; method: string; route: string; origin_host: string };
  "webhook.paused": { endpoint_uuid: string; url: string; because: unknown; failing_since?: string | null; failures?: number };
}

export type WebhookEventType = keyof DataByType;

/** An event, told apart by its `type`. `payload.resolved` alone has no `timestamp`. */
export type WebhookEvent = {
  [T in WebhookEventType]: { type: T; data: DataByType[T] } & (T extends "payload.resolved" ? unknown : { timestamp: string });
}[WebhookEventType];
