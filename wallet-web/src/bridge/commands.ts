// What a page may ask of the wallet it runs in, and how such a message is read. (wallet-api 8.4)
//
// Whatever arrives is hostile until it was read here: a reader keeps the members it knows, within bounds, and leaves
// the rest behind. Only `xAppNavigate` passes further members on, since the next xApp gets them.

/** A message longer than this is no command. The longest we know carries the whole answer of a created request. */
export const MAX_MESSAGE_LENGTH = 64 * 1024;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export type Command =
  | { command: "ready" }
  | { command: "openSignRequest"; uuid: string }
  | { command: "scanQr" }
  | { command: "selectDestination"; ignoreDestinationTag: boolean }
  | { command: "xAppNavigate"; xApp: string; title?: string; data: JsonObject }
  | { command: "openBrowser"; url: string }
  | { command: "txDetails"; tx: string; account: string }
  | { command: "share"; text: string; title?: string }
  | { command: "close"; refreshEvents: boolean }
  | { command: "kycVeriff"; sessionUrl: string }
  | { command: "requestInAppPurchase"; productId: string; productDescription: string }
  | { command: "getLogs" };

export type CommandName = Command["command"];
export type CommandOf<N extends CommandName> = Extract<Command, { command: N }>;

/** Why a message is no command: not a string within bounds, not an object in JSON, not known, or a member is wrong. */
export type Malformed =
  | { why: "too_long" | "not_json" }
  | { why: "unknown"; command: string }
  | { why: "bad_member"; command: CommandName; member: string };

export type Read = { ok: true; command: Command } | ({ ok: false } & Malformed);

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const XAPP_ID = /^[A-Za-z0-9._-]{1,64}$/;
const TX_HASH = /^[0-9A-F]{64}$/i;
const ADDRESS = /^r[1-9A-HJ-NP-Za-km-z]{24,34}$/;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

class BadMember extends Error {
  constructor(readonly member: string) {
    super(member);
  }
}

/** Read a message of a page. Never throws, whatever `message` is. */
export function readCommand(message: unknown): Read {
  if (typeof message !== "string") return { ok: false, why: "not_json" };
  if (message.length > MAX_MESSAGE_LENGTH) return { ok: false, why: "too_long" };
  const members = objectIn(message);
  const name = members?.["command"];
  if (members === null || typeof name !== "string" || !NAME.test(name)) return { ok: false, why: "not_json" };
  if (!isCommandName(name)) return { ok: false, why: "unknown", command: name };
  try {
    return { ok: true, command: READERS[name](new Members(members)) };
  } catch (problem) {
    if (problem instanceof BadMember) return { ok: false, why: "bad_member", command: name, member: problem.member };
    throw problem;
  }
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(READERS, name);
}

function objectIn(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The members of one message, each read by what it has to be. */
class Members {
  constructor(readonly all: JsonObject) {}

  matching(name: string, pattern: RegExp): string {
    const value = this.own(name);
    if (typeof value !== "string" || !pattern.test(value)) throw new BadMember(name);
    return value;
  }

  text(name: string, longest: number): string {
    const value = this.own(name);
    if (typeof value !== "string" || value === "" || value.length > longest) throw new BadMember(name);
    return value;
  }

  /** Return a text, or nothing where the member is absent or null. */
  optionalText(name: string, longest: number): string | undefined {
    const value = this.own(name);
    return value === undefined || value === null ? undefined : this.text(name, longest);
  }

  flag(name: string): boolean {
    const value = this.own(name) ?? false;
    if (typeof value !== "boolean") throw new BadMember(name);
    return value;
  }

  /** Return a web address that a browser may be sent to: https, and nobody's name and password in it. */
  webAddress(name: string): string {
    const text = this.text(name, 4096);
    if (!URL.canParse(text)) throw new BadMember(name);
    const url = new URL(text);
    if (url.protocol !== "https:" || url.username !== "" || url.password !== "") throw new BadMember(name);
    return url.href;
  }

  except(...names: string[]): JsonObject {
    return Object.fromEntries(Object.entries(this.all).filter(([name]) => !names.includes(name)));
  }

  private own(name: string): Json | undefined {
    return Object.hasOwn(this.all, name) ? this.all[name] : undefined;
  }
}

const READERS: { [N in CommandName]: (members: Members) => CommandOf<N> } = {
  ready: () => ({ command: "ready" }),
  openSignRequest: (m) => ({ command: "openSignRequest", uuid: m.matching("uuid", UUID_V4).toLowerCase() }),
  scanQr: () => ({ command: "scanQr" }),
  selectDestination: (m) => ({
    command: "selectDestination",
    ignoreDestinationTag: m.flag("ignoreDestinationTag"),
  }),
  xAppNavigate: (m) => ({
    command: "xAppNavigate",
    xApp: m.matching("xApp", XAPP_ID),
    ...withTitle(m.optionalText("title", 200)),
    data: m.except("command"),
  }),
  openBrowser: (m) => ({ command: "openBrowser", url: m.webAddress("url") }),
  txDetails: (m) => ({
    command: "txDetails",
    tx: m.matching("tx", TX_HASH).toUpperCase(),
    account: m.matching("account", ADDRESS),
  }),
  share: (m) => ({ command: "share", text: m.text("text", 16_384), ...withTitle(m.optionalText("title", 200)) }),
  close: (m) => ({ command: "close", refreshEvents: m.flag("refreshEvents") }),
  kycVeriff: (m) => ({ command: "kycVeriff", sessionUrl: m.webAddress("sessionUrl") }),
  requestInAppPurchase: (m) => ({
    command: "requestInAppPurchase",
    productId: m.text("productId", 200),
    productDescription: m.optionalText("productDescription", 1000) ?? "",
  }),
  getLogs: () => ({ command: "getLogs" }),
};

function withTitle(title: string | undefined): { title?: string } {
  return title === undefined ? {} : { title };
}
