// One class for every refusal, whoever refuses: the platform, its OAuth provider, the network, or this library.

/** What this library itself refuses, or learns on the way. */
export type LocalCode =
  | "aborted"
  | "bad_answer"
  | "configuration"
  | "network"
  | "no_bridge"
  | "no_crypto"
  | "no_page"
  | "no_websocket"
  | "not_signed_in"
  | "other_browser"
  | "popup_blocked"
  | "popup_closed"
  | "timeout"
  | "wrong_answer"
  | TokenCode
  | WebhookCode;

/** Why a token or a receipt does not count. */
export type TokenCode =
  | "expired"
  | "incomplete"
  | "malformed"
  | "not_yet"
  | "unknown_key"
  | "wrong_alg"
  | "wrong_app"
  | "wrong_issuer"
  | "wrong_kind"
  | "wrong_signature";

/** Why a delivery does not count. */
export type WebhookCode = "malformed" | "too_old" | "unsigned" | "wrong_signature";

/** What the OAuth provider refuses (RFC 6749, 5.2; OpenID Connect Core, 3.1.2.6). */
export type OAuthCode =
  | "access_denied"
  | "consent_required"
  | "interaction_required"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_request"
  | "invalid_scope"
  | "login_required"
  | "server_error"
  | "temporarily_unavailable"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_response_type";

/** A number is a code of the platform's: docs/errors.md lists them with their causes and cures. */
export type ErrorCode = number | LocalCode | OAuthCode | (string & {});

export interface ErrorDetails {
  /** UUID of the call, under which the server's log and `sealgate app calls` have more. */
  reference?: string | undefined;
  /** What to do. */
  hint?: string | undefined;
  /** HTTP status; absent where no answer came. */
  status?: number | undefined;
  /** JSON pointer to what is wrong in the body that was sent. */
  pointer?: string | undefined;
  /** Where to read on. */
  docs?: string | undefined;
  cause?: unknown;
}

const MARK = Symbol.for("sealgate.error");

/** A refusal: `code` for programs, `message` and `hint` for people, `reference` for the server's log. */
export class SealgateError extends Error {
  override readonly name = "SealgateError";
  readonly code: ErrorCode;
  readonly reference: string | undefined;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly pointer: string | undefined;
  readonly docs: string | undefined;

  /** The entries of this package are files of their own, each with this class: an error of one is one of all. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && MARK in value;
  }

  get [MARK](): true {
    return true;
  }

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.reference = details.reference || undefined;
    this.hint = details.hint || undefined;
    this.status = details.status;
    this.pointer = details.pointer || undefined;
    this.docs = details.docs || undefined;
  }
}
