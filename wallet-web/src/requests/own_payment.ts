// A payment of one's own, out of a code: explained, prepared and warned of as a request is, and told to no server.

import type { Ending } from "../nodes";
import type { Members } from "../server";
import { type AnswerOptions, once, signOptions } from "./answer";
import type { Result } from "./ending";
import { isHopeless } from "./handing_in";
import type { OpenRequest } from "./open";
import type { PaymentCode } from "./payment_code";
import type { Prepared } from "./prepare";
import { RequestRefused } from "./refusals";

const DROPS_DIGITS = 6;
const MOST_DROPS = 10n ** 17n;
const LATEST = "9999-12-31T23:59:59Z";

/**
 * The payment that a code asks for, to be reviewed and prepared like any request. What the code leaves open stays open.
 *
 * @throws RequestRefused `field_invalid`: the amount is none.
 */
export function ownPayment(code: PaymentCode): OpenRequest {
  const amount = code.amount === null ? null : amountOf(code.amount, code);
  if (code.amount !== null && amount === null) throw new RequestRefused("field_invalid", { field: "Amount" });
  const asked: Members = {
    TransactionType: "Payment",
    Destination: code.to,
    ...(code.tag === null ? {} : { DestinationTag: code.tag }),
    ...(amount === null ? {} : { Amount: amount }),
    ...(code.invoiceId === null ? {} : { InvoiceID: code.invoiceId }),
  };
  const uuid = crypto.randomUUID();
  return {
    uuid,
    origin: "UNKNOWN",
    view: {
      v: 1,
      iss: "",
      iat: 0,
      device: "",
      meta: {
        uuid,
        multisign: false,
        submit: true,
        pathfinding: false,
        pathfinding_fallback: false,
        force_network: code.network,
        signers: null,
        custom_instruction: null,
        return_url_app: null,
        return_url_web: null,
      },
      application: { uuidv4: "", name: "", description: null, icon_url: null },
      payload: { tx_type: "Payment", request_json: asked, created_at: new Date().toISOString(), expires_at: LATEST },
      presentation: null,
    },
    isSignIn: false,
    isPseudo: false,
    isSubmitted: true,
    xapp: null,
    challenge: null,
    own: code,
    expiresAt: new Date(LATEST),
  };
}

/** The ledger's form of an amount in whole units: drops as text, or a token's three members. Null where it is none. */
export function amountOf(text: string, { currency, issuer }: Pick<PaymentCode, "currency" | "issuer">): string | Members | null {
  const [, whole, fraction = ""] = /^(\d{1,17})(?:\.(\d{1,15}))?$/.exec(text) ?? [];
  if (whole === undefined || /^[0.]*$/.test(text)) return null;
  if (currency !== null && issuer !== null) return { currency, issuer, value: text };
  if (fraction.length > DROPS_DIGITS) return null;
  const drops = BigInt(whole + fraction.padEnd(DROPS_DIGITS, "0"));
  return drops <= MOST_DROPS ? drops.toString() : null;
}

/**
 * Sign a payment of one's own and hand it to the ledger, once; then stay with it.
 *
 * @throws RequestRefused; what `sign` throws. Nothing is sent before.
 */
export async function pay(prepared: Prepared, options: AnswerOptions): Promise<Result> {
  const { request, account, key, network, transaction } = prepared;
  const node = options.node ?? null;
  if (request.own === null) throw new RequestRefused("not_signable");
  if (node === null || node.url === "") throw new RequestRefused("node_unavailable", { network: network.name });
  return once(request.uuid, async () => {
    options.onStep?.("signing");
    const signed = await options.sign(key, transaction, signOptions(prepared));
    options.onStep?.("submitting");
    const dispatched = { to: node.url, nodetype: network.key, result: await node.submit(signed.signedBlob) };
    let ending: Ending | null = null;
    if (signed.txid !== null && options.follow !== false && !isHopeless(dispatched)) {
      options.onStep?.("following");
      const last = transaction["LastLedgerSequence"];
      ending = await node.follow(signed.txid, typeof last === "number" ? last : null, options.signal === undefined ? {} : { signal: options.signal });
    }
    options.onStep?.("done");
    return {
      signed: true,
      txid: signed.txid,
      network: network.key,
      account,
      userToken: false,
      collected: null,
      dispatched,
      ending,
      wayBack: { kind: "none" },
      reference: null,
    };
  });
}
