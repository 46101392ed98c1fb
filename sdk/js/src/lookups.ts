// What an app asks about the world: rates, networks, assets, accounts, transactions.

import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import type { AccountMeta, AssetsOut, Hook, KycAccount, KycUser, NftokenOut, Rail, TransactionOut } from "./models.js";

/** What one dollar and one XRP buy of a currency. */
export interface Rates {
  USD: number;
  XRP: number;
  [asset: string]: unknown;
}

export class Lookups {
  readonly #wire: Wire;
  readonly #who: Credentials;

  /** @internal */
  constructor(wire: Wire, who: Credentials) {
    this.#wire = wire;
    this.#who = who;
  }

  /** @param currency ISO 4217, such as `EUR`. */
  rates(currency: string, options: CallOptions = {}): Promise<Rates> {
    return this.#get(`rates/${encodeURIComponent(currency)}`, options);
  }

  /** The networks that this server knows, by key. */
  rails(options: CallOptions = {}): Promise<Record<string, Rail>> {
    return this.#get("rails", options);
  }

  curatedAssets(options: CallOptions = {}): Promise<AssetsOut> {
    return this.#get("curated-assets", options);
  }

  hookHashes(options: CallOptions = {}): Promise<Record<string, Hook>> {
    return this.#get("hookhash", options);
  }

  hookHash(hash: string, options: CallOptions = {}): Promise<Hook> {
    return this.#get(`hookhash/${encodeURIComponent(hash)}`, options);
  }

  /** Whether somebody was identified. @param of An account, or a user token of this app. */
  async kycStatus(of: string, options: CallOptions = {}): Promise<KycUser["kycStatus"]> {
    if (/^r[1-9A-Za-z]{24,}$/.test(of)) {
      const { kycApproved } = await this.#get<KycAccount>(`kyc-status/${of}`, { ...options, family: "platform" });
      return kycApproved ? "SUCCESSFUL" : "NONE";
    }
    const body = { user_token: of };
    const asked = { ...options, family: "platform", method: "POST", body, repeatable: true };
    return (await this.#get<KycUser>("kyc-status", asked)).kycStatus;
  }

  /** What a transaction did. @param hash 64 hex digits. */
  transaction(hash: string, options: CallOptions = {}): Promise<TransactionOut> {
    return this.#get(`xrpl-tx/${encodeURIComponent(hash)}`, options);
  }

  /** What is known of an account; back ends only. */
  accountMeta(account: string, options: CallOptions = {}): Promise<AccountMeta> {
    return this.#get(`account-meta/${encodeURIComponent(account)}`, { ...options, family: "platform" });
  }

  /** What an NFToken's number says; for users, not for back ends. */
  nftoken(id: string, options: CallOptions = {}): Promise<NftokenOut> {
    return this.#get(`nftoken-detail/${encodeURIComponent(id)}`, { ...options, family: "jwt" });
  }

  #get<T>(path: string, asked: object): Promise<T> {
    return call<T>(this.#wire, this.#who, { path, ...asked });
  }
}
