// A browser without a window, for sign-ins: it follows redirects, keeps cookies, reads our pages, sends their forms. It
// stays on the platform's pages and stops where an address of the app begins, with what it would have sent there.

const MAX_HOPS = 10;

/** What the app is called back with. */
export interface Callback {
  /** Where the browser goes, parameters and all. */
  url: string;
  /** The parameters, wherever they travelled: `code` and `state`, or `error`. */
  params: Record<string, string>;
  /** Whether they are posted as a form, rather than part of `url`. */
  posted: boolean;
}

interface Page {
  url: string;
  status: number;
  words: string;
  form: { action: string; fields: Record<string, string> } | undefined;
  /** The `data-` attributes of a sign page, without their prefix. */
  sign: Record<string, string> | undefined;
}

/** One browser of one person. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  /** @param origin Of the platform. */
  constructor(private readonly origin: string) {}

  /** Begin at an authorization URL, answer in the wallet, agree to what is asked, and return the app's callback. */
  async signsIn(url: string, answer: (uuid: string) => Promise<unknown>): Promise<Callback> {
    let found = await this.goTo(url);
    if (isPage(found) && found.sign !== undefined) found = await this.answered(found, answer);
    if (isPage(found) && found.form !== undefined && "step" in found.form.fields) found = await this.submit(found, { answer: "yes" });
    if (isPage(found) && found.form !== undefined && !this.isOurs(target(found))) found = await this.submit(found);
    if (isPage(found)) throw new Error(`the sign-in ended at ${found.url} (HTTP ${found.status}): ${found.words.slice(0, 500)}`);
    return found;
  }

  private async answered(page: Page, answer: (uuid: string) => Promise<unknown>): Promise<Page | Callback> {
    await answer(page.sign?.["uuid"] ?? "");
    const after = await this.goTo(page.url);
    const leadsTo = isPage(after) ? after.sign?.["leads-to"] : undefined;
    if (!leadsTo) throw new Error(`the sign page leads nowhere: ${isPage(after) ? after.words : after.url}`);
    return this.goTo(new URL(leadsTo, page.url).href);
  }

  private submit(page: Page, values: Record<string, string> = {}): Promise<Page | Callback> {
    return this.goTo(target(page), { ...page.form?.fields, ...values });
  }

  private async goTo(url: string, form?: Record<string, string>): Promise<Page | Callback> {
    if (!this.isOurs(url)) return callback(url, form);
    let answer = await this.send(url, form);
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const location = answer.headers.get("location");
      if (answer.status < 300 || answer.status >= 400 || location === null) return read(url, answer);
      url = new URL(location, url).href;
      if (!this.isOurs(url)) return callback(url);
      answer = await this.send(url);
    }
    throw new Error(`more than ${MAX_HOPS} redirects, the last to ${url}`);
  }

  /** Send a request with the cookies there are: those for secure transport too, as browsers do for localhost. */
  private async send(url: string, form?: Record<string, string>): Promise<Response> {
    const headers: Record<string, string> = { accept: "text/html,application/xhtml+xml" };
    if (this.cookies.size > 0) headers["cookie"] = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const body = form === undefined ? null : new URLSearchParams(form);
    const answer = await fetch(url, { method: body === null ? "GET" : "POST", body, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      if (/;\s*max-age=0(;|$)/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  private isOurs(url: string): boolean {
    return new URL(url).origin === new URL(this.origin).origin;
  }
}

function isPage(found: Page | Callback): found is Page {
  return "words" in found;
}

function target(page: Page): string {
  return new URL(page.form?.action ?? "", page.url).href;
}

function callback(url: string, form?: Record<string, string>): Callback {
  const { searchParams, hash } = new URL(url);
  const params = form ?? Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))]);
  return { url, params, posted: form !== undefined };
}

async function read(url: string, answer: Response): Promise<Page> {
  const html = await answer.text();
  const sign = tags(html, "[a-z]+").find((one) => one["id"] === "sign");
  const [first] = tags(html, "form");
  const hidden = tags(html, "input").filter((one) => one["type"] === "hidden");
  return {
    url,
    status: answer.status,
    words: html.replace(/<(script|style)[^]*?<\/\1>/g, " ").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim(),
    form: first && {
      action: first["action"] ?? "",
      fields: Object.fromEntries(hidden.map((one) => [one["name"] ?? "", one["value"] ?? ""])),
    },
    sign:
      sign &&
      Object.fromEntries(Object.entries(sign).filter(([name]) => name.startsWith("data-")).map(([name, value]) => [name.slice(5), value])),
  };
}

/** The attributes of each tag of a name, in order; enough for the pages of one server that writes them well-formed. */
function tags(html: string, name: string): Record<string, string>[] {
  return [...html.matchAll(new RegExp(`<${name}((?:\\s+[\\w-]+(?:="[^"]*")?)*)\\s*/?>`, "g"))].map(([, attributes]) =>
    Object.fromEntries([...(attributes ?? "").matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key, text(value ?? "")])),
  );
}

function text(escaped: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return escaped.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot));/gi, (_, decimal, hex, name) =>
    name !== undefined ? (named[name.toLowerCase()] ?? "") : String.fromCodePoint(decimal !== undefined ? Number(decimal) : parseInt(hex, 16)),
  );
}
