// `xapp` as the package has it: a command resolves to true once it is sent, and to an Error where no wallet hears it.

import { Bridge } from "../xapp/bridge.js";
import { launchToken } from "../xapp/launch.js";
import { host } from "../host.js";
import { Emitter } from "./emitter.js";
import type { AnyJson } from "./payload.js";

type Sent = Promise<boolean | Error>;

/** What the wallet's methods are called as events. */
const EVENTS: Record<string, string> = {
  scanQr: "qr",
  payloadResolved: "payload",
  selectDestination: "destination",
  networkSwitch: "networkswitch",
};

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export class XApp extends Emitter {
  readonly #bridge = new Bridge();

  constructor() {
    super();
    this.#bridge.listen(({ method, ...data }) => {
      const event = EVENTS[method];
      if (event) this.emit(event, data);
    });
  }

  getEnvironment(): { version: string; ott: string } {
    const version = /xumm\/xapp:([0-9.]+)/i.exec(host.navigator?.userAgent ?? "")?.[1] ?? "";
    return { version, ott: launchToken() ?? "" };
  }

  navigate(options: { xApp: string } & AnyJson): Sent {
    return this.#send("xAppNavigate", options);
  }

  openSignRequest(options: ({ uuid: string } & AnyJson) | null | undefined): Sent {
    if (!options || !UUID_V4.test(options.uuid)) return Promise.reject(new Error("Invalid Payload UUID"));
    return this.#send("openSignRequest", { uuid: options.uuid });
  }

  selectDestination(options: { ignoreDestinationTag?: boolean } = {}): Sent {
    return this.#send("selectDestination", options);
  }

  openBrowser(options: { url: string } & AnyJson): Sent {
    return this.#send("openBrowser", options);
  }

  share(options: { text?: string } & AnyJson): Sent {
    return this.#send("share", options);
  }

  scanQr(): Sent {
    return this.#send("scanQr");
  }

  tx(options: { tx: string; account: string }): Sent {
    return this.#send("txDetails", options);
  }

  close(options: { refreshEvents?: boolean } = {}): Sent {
    return this.#send("close", options);
  }

  ready(): Sent {
    return this.#send("ready");
  }

  customCommand(command: string, options: AnyJson = {}): Sent {
    return this.#send(command, options);
  }

  async #send(command: string, members: object = {}): Sent {
    try {
      await this.#bridge.send(command, members);
      return true;
    } catch (problem) {
      return problem as Error;
    }
  }
}
