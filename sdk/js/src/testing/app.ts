// The app under test, as the platform knows it.

import { Sealgate } from "sealgate";
import type { Controls } from "./controls.js";
import type { Wallet } from "./wallet.js";

/** Somebody who signed for the app. */
export interface SignedIn {
  account: string;
  /** What the app may push further requests with. */
  userToken: string;
  /** Of the request that was signed. */
  uuid: string;
}

/** An app of the sandbox. */
export class App {
  /** The variables that point a client at it: SEALGATE_URL, SEALGATE_API_KEY, SEALGATE_API_SECRET. */
  readonly environ: Record<string, string>;
  private made: Sealgate | undefined;

  /**
   * @param apiKey Its UUID, and its client id.
   * @param apiSecret For back ends, and the client secret.
   */
  constructor(
    private readonly controls: Controls,
    readonly apiKey: string,
    readonly apiSecret: string,
  ) {
    this.environ = { SEALGATE_URL: controls.url, SEALGATE_API_KEY: apiKey, SEALGATE_API_SECRET: apiSecret };
  }

  /** Register a further app, with settings as the operators' API takes them. */
  static async create(controls: Controls, name: string, settings: object): Promise<App> {
    const made = await controls.admin<{ api_key: string; api_secret: string }>("POST", "/apps", { name, ...settings });
    return new App(controls, made.api_key, made.api_secret);
  }

  /** A client with the app's key and secret. */
  get client(): Sealgate {
    this.made ??= new Sealgate({ url: this.controls.url, apiKey: this.apiKey, apiSecret: this.apiSecret });
    return this.made;
  }

  /** How the app is registered. */
  settings(): Promise<Record<string, any>> {
    return this.controls.admin("GET", `/apps/${this.apiKey}`);
  }

  /** Change settings of the app and return all of them: `update({ redirect_uris: ["https://shop.example/back"] })`. */
  update(settings: object): Promise<Record<string, any>> {
    return this.controls.admin("PATCH", `/apps/${this.apiKey}`, settings);
  }

  /** Ask for a sign-in, let the wallet approve it, and return who signed. */
  async signIn(wallet: Wallet): Promise<SignedIn> {
    const { uuid } = await this.client.payloads.create({ TransactionType: "SignIn" });
    await wallet.approve(uuid);
    const payload = await this.client.payloads.get(uuid);
    return { account: payload.response.account ?? "", userToken: payload.application.issued_user_token ?? "", uuid };
  }
}
