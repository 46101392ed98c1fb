// The stores, the push calls and the look-ups as the package names them.

import type {
  AssetsOut,
  EventIn,
  EventOut,
  Hook,
  KycUser,
  NftokenOut,
  NotifiedOut,
  Rail,
  TokenOut,
  TransactionOut,
  UserPong,
} from "../models.js";
import type { Rates } from "../lookups.js";
import type { Sealgate } from "../sealgate.js";
import type { AnyJson } from "./payload.js";

type Client = () => Promise<Sealgate>;

export interface ApplicationDetails {
  quota?: Record<string, unknown>;
  application: { uuidv4: string; name: string; webhookurl?: string; disabled?: number };
  call?: { uuidv4: string };
  jwtData?: UserPong;
}

export class UserStore {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async list(): Promise<string[]> {
    return (await this.#client()).userdata.list();
  }

  /** One key gives its value, an empty object where there is none; several give an object of values by key. */
  async get(key: string | string[]): Promise<AnyJson> {
    const { userdata } = await this.#client();
    return typeof key === "string" ? ((await userdata.get(key)) ?? {}) : userdata.getMany(key);
  }

  async set(key: string, data: AnyJson): Promise<boolean> {
    await (await this.#client()).userdata.set(key, data);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    await (await this.#client()).userdata.delete(key);
    return true;
  }
}

export class BackendStore {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async get(): Promise<AnyJson | null> {
    return (await this.#client()).storage.get<AnyJson>();
  }

  async set(data?: AnyJson): Promise<boolean> {
    await (await this.#client()).storage.set(data ?? {});
    return true;
  }

  async delete(): Promise<boolean> {
    await (await this.#client()).storage.delete();
    return true;
  }
}

export class Push {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async event(data: Partial<EventIn> & AnyJson): Promise<EventOut> {
    return (await this.#client()).push.event(data as EventIn);
  }

  async notification(data: Partial<EventIn> & AnyJson): Promise<NotifiedOut> {
    return (await this.#client()).push.notification(data as EventIn);
  }
}

export class Helpers {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async ping(): Promise<ApplicationDetails> {
    const pong = await (await this.#client()).ping();
    if ("auth" in pong) return pong.auth as unknown as ApplicationDetails;
    const { app_uuidv4: uuidv4, app_name: name } = pong;
    return { application: { uuidv4, name }, jwtData: pong };
  }

  async getCuratedAssets(): Promise<AssetsOut> {
    return (await this.#client()).lookups.curatedAssets();
  }

  async getRates(currencyCode: string): Promise<Rates> {
    return (await this.#client()).lookups.rates(currencyCode.trim().toUpperCase());
  }

  async getKycStatus(userTokenOrAccount: string): Promise<KycUser["kycStatus"]> {
    return (await this.#client()).lookups.kycStatus(userTokenOrAccount.trim());
  }

  async getRails(): Promise<Record<string, Rail>> {
    return (await this.#client()).lookups.rails();
  }

  async getHookHash(hookHash: string): Promise<Hook> {
    return (await this.#client()).lookups.hookHash(hookHash);
  }

  async getHookHashes(): Promise<Record<string, Hook>> {
    return (await this.#client()).lookups.hookHashes();
  }

  async getTransaction(txHash: string): Promise<TransactionOut> {
    return (await this.#client()).lookups.transaction(txHash.trim().toUpperCase());
  }

  async getNftokenDetail(tokenId: string): Promise<NftokenOut> {
    return (await this.#client()).lookups.nftoken(tokenId.trim());
  }

  async verifyUserTokens(userTokens: string[]): Promise<TokenOut[]> {
    return (await this.#client()).userTokens.verifyMany(userTokens);
  }

  async verifyUserToken(token: string): Promise<TokenOut | null> {
    return (await this.verifyUserTokens([token]))[0] ?? null;
  }
}
