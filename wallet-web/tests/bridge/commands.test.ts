import { describe, expect, it } from "vitest";
import { MAX_MESSAGE_LENGTH, readCommand } from "../../src/bridge";

const UUID = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52";
const TX = "AB".repeat(32);
const ALICE = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";

// Verbatim what the published package sends. (browser-clients 5)
const SENT: [string, object][] = [
  ['{"command":"ready"}', { command: "ready" }],
  [`{"command":"openSignRequest","uuid":"${UUID}"}`, { command: "openSignRequest", uuid: UUID }],
  [
    '{"command":"xAppNavigate","xApp":"xumm.demo","title":"Demo","orderId":"1042"}',
    {
      command: "xAppNavigate",
      xApp: "xumm.demo",
      title: "Demo",
      data: { xApp: "xumm.demo", title: "Demo", orderId: "1042" },
    },
  ],
  ['{"command":"selectDestination"}', { command: "selectDestination", ignoreDestinationTag: false }],
  [
    '{"command":"selectDestination","ignoreDestinationTag":true}',
    { command: "selectDestination", ignoreDestinationTag: true },
  ],
  ['{"command":"openBrowser","url":"https://shop.example/x"}', { command: "openBrowser", url: "https://shop.example/x" }],
  ['{"command":"share","text":"hello","title":"t"}', { command: "share", text: "hello", title: "t" }],
  ['{"command":"scanQr"}', { command: "scanQr" }],
  [
    `{"command":"txDetails","tx":"${TX}","account":"${ALICE}"}`,
    { command: "txDetails", tx: TX, account: ALICE },
  ],
  ['{"command":"close"}', { command: "close", refreshEvents: false }],
  ['{"command":"close","refreshEvents":true}', { command: "close", refreshEvents: true }],
  [
    '{"command":"kycVeriff","sessionUrl":"https://kyc.example/s/1"}',
    { command: "kycVeriff", sessionUrl: "https://kyc.example/s/1" },
  ],
  [
    '{"command":"requestInAppPurchase","productId":"pro","productDescription":"Pro"}',
    { command: "requestInAppPurchase", productId: "pro", productDescription: "Pro" },
  ],
  ['{"command":"getLogs"}', { command: "getLogs" }],
];

const WRONG: [object, string][] = [
  [{ command: "openSignRequest" }, "uuid"],
  [{ command: "openSignRequest", uuid: UUID.replace("-4", "-1") }, "uuid"],
  [{ command: "openSignRequest", uuid: { toString: UUID } }, "uuid"],
  [{ command: "xAppNavigate", xApp: "../admin" }, "xApp"],
  [{ command: "xAppNavigate", xApp: "x".repeat(65) }, "xApp"],
  [{ command: "xAppNavigate", xApp: "a.b", title: "t".repeat(201) }, "title"],
  [{ command: "openBrowser", url: "javascript:alert(1)" }, "url"],
  [{ command: "openBrowser", url: "http://shop.example/" }, "url"],
  [{ command: "openBrowser", url: "https://user:pass@shop.example/" }, "url"],
  [{ command: "openBrowser", url: "not an address" }, "url"],
  [{ command: "txDetails", tx: TX.slice(1), account: ALICE }, "tx"],
  [{ command: "txDetails", tx: TX, account: "alice" }, "account"],
  [{ command: "share", text: "" }, "text"],
  [{ command: "share", text: ["a"] }, "text"],
  [{ command: "close", refreshEvents: "yes" }, "refreshEvents"],
  [{ command: "selectDestination", ignoreDestinationTag: 1 }, "ignoreDestinationTag"],
];

describe("readCommand", () => {
  it.each(SENT)("reads %s", (message, command) => {
    expect(readCommand(message)).toEqual({ ok: true, command });
  });

  it("keeps the uuid alone of a whole created request", () => {
    const created = { command: "openSignRequest", uuid: UUID.toUpperCase(), next: { always: "https://x/sign" }, refs: {} };

    expect(readCommand(JSON.stringify(created))).toEqual({ ok: true, command: { command: "openSignRequest", uuid: UUID } });
  });

  it.each(WRONG)("refuses %j for its %s", (message, member) => {
    expect(readCommand(JSON.stringify(message))).toMatchObject({ ok: false, why: "bad_member", member });
  });

  it.each([
    ["", "not_json"],
    ["{", "not_json"],
    ["null", "not_json"],
    ["[]", "not_json"],
    ['"ready"', "not_json"],
    ["{}", "not_json"],
    ['{"command":1}', "not_json"],
    [`{"command":"${"a".repeat(65)}"}`, "not_json"],
    ['{"command":"hello","a":1}', "unknown"],
    ['{"command":"constructor"}', "unknown"],
    ['{"command":"__proto__"}', "not_json"],
    ["[".repeat(30_000), "not_json"],
    [`{"command":"ready","x":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, "ok"],
    [`{"command":"ready","x":"${"a".repeat(MAX_MESSAGE_LENGTH)}"}`, "too_long"],
    [{ command: "ready" }, "not_json"],
    [undefined, "not_json"],
  ])("reads %.40j as %s", (message, result) => {
    const read = readCommand(message);

    expect(read.ok ? "ok" : read.why).toBe(result);
  });

  it("never takes a member from the prototype", () => {
    const read = readCommand('{"command":"openSignRequest","__proto__":{"uuid":"' + UUID + '"}}');

    expect(read).toMatchObject({ ok: false, member: "uuid" });
  });

  it("never throws, and never passes on what it did not read, whatever arrives", () => {
    const random = numbers(20_261_122);
    for (let i = 0; i < 5000; i++) {
      const [message] = SENT[Math.floor(random() * SENT.length)] ?? [""];
      const read = readCommand(mutated(message, random));
      if (read.ok && read.command.command === "openSignRequest") expect(read.command.uuid).toMatch(/^[0-9a-f-]{36}$/);
      if (read.ok && read.command.command === "openBrowser") expect(read.command.url).toMatch(/^https:\/\//);
    }
  });
});

/** Numbers from 0 to 1, the same ones in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function mutated(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const piece = ['"', "\\u0000", "{", "}", "null", ",", "https:", "\ud800", "", "9".repeat(400), "javascript:"];
  const put = piece[Math.floor(random() * piece.length)] ?? "";
  return text.slice(0, at) + put + text.slice(at + Math.floor(random() * 4));
}
