// The ledger of the sandbox.

import { SealgateError } from "sealgate";

/** An address, or whatever has one, such as a wallet. */
export type HasAccount = string | { readonly account: string };

/** A ledger in memory on the platform's port, for client libraries like any node (network id 1000). */
export class Ledger {
  /**
   * @param url For JSON-RPC.
   * @param websocketUrl For a WebSocket.
   */
  constructor(
    readonly url: string,
    readonly websocketUrl: string,
  ) {}

  /** Pay an account from the faucet and return its balance in XRP; an account that is not there comes to be. */
  async fund(account: HasAccount, xrp = 1000): Promise<number> {
    await this.post("/faucet", { destination: addressOf(account), xrpAmount: String(xrp) });
    return this.balance(account);
  }

  /** The XRP of an account; 0 for one that is not there. */
  async balance(account: HasAccount): Promise<number> {
    const found = await this.ask("account_info", { account: addressOf(account), ledger_index: "validated" });
    const data = found["account_data"] as { Balance: string } | undefined;
    return data === undefined ? 0 : Number(data.Balance) / 1_000_000;
  }

  /** A transaction with its metadata, as `tx` answers it; `{ error: "txnNotFound", … }` where it is not. */
  transaction(txid: string): Promise<Record<string, any>> {
    return this.ask("tx", { transaction: txid });
  }

  /** The result of any command of a node. */
  async ask(command: string, parameters: object = {}): Promise<Record<string, any>> {
    return (await this.post("", { method: command, params: [parameters] })).result;
  }

  private async post(path: string, body: object): Promise<any> {
    const answer = await fetch(this.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new SealgateError(answer.status, `The ledger refused: ${(await answer.text()).slice(0, 300)}`);
    return answer.json();
  }
}

function addressOf(account: HasAccount): string {
  return typeof account === "string" ? account : account.account;
}
