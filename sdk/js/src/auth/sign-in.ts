// Signing somebody in from a page: in a popup, by leaving the page and coming back, or in the tab the wallet opened.
// Always code with PKCE. Whichever tab of this browser gets the answer redeems it, once, and all of them are signed in.

import { aborted } from "../caller.js";
import { SealgateError } from "../errors.js";
import { host, isPage, type Keep, type Signal, type Win } from "../host.js";
import { type Asked, type Begun, isOpenId, type OAuth, OURS, queryOf } from "../oauth.js";
import { alone, keepFor, read, write } from "./keep.js";
import type { Session, Sessions } from "./session.js";
import type { Tabs } from "./tabs.js";

export interface SignInOptions extends Partial<Asked> {
  /** `popup`, the usual way, keeps the page as it is; `redirect` leaves it and comes back. */
  mode?: "popup" | "redirect";
  /** What to do where the browser allows no popup: `redirect`, the usual way, or `error` (`popup_blocked`). */
  whenBlocked?: "redirect" | "error";
  /** Where to be after a redirect; where the sign-in began, without it. */
  returnTo?: string;
  signal?: Signal;
}

/** A sign-in on its way, kept so that any tab of this browser can end it. */
interface Pending {
  begun: Begun;
  popup: boolean;
  returnTo: string;
  /** Unix ms. */
  at: number;
  /** It only asks whether somebody is signed in already, after an answer came to a browser that had not asked. */
  again?: boolean;
}

/** The scope by which the provider's page hands its answer to the page that opened it. */
const POPUP_SCOPE = "XummPkce";
const LOOK_EVERY_MS = 100;
/** A result that was posted just before the window closed comes first. */
const LAST_WORDS_MS = 400;
/** Whoever opened the popup answers at once, or is gone. */
const TAKEN_WITHIN_MS = 800;
/** Nobody comes back to a sign-in that was left for so long. */
const FORGOTTEN_AFTER_MS = 3_600_000;
const ANSWER_PARTS = ["authorization_code", "code", "error", "error_description", "iss", "nonce", "scope", "session_state", "state"];

export class SignIn {
  readonly #oauth: OAuth;
  readonly #sessions: Sessions;
  readonly #tabs: Tabs;
  readonly #keep: Keep;
  readonly #name: string;
  readonly #origin: string;
  readonly #defaults: SignInOptions;
  #running: { popup: Win; result: Promise<Session> } | undefined;

  constructor(
    parts: { oauth: OAuth; sessions: Sessions; tabs: Tabs; keep: Keep; name: string; issuer: string },
    defaults: SignInOptions,
  ) {
    this.#oauth = parts.oauth;
    this.#sessions = parts.sessions;
    this.#tabs = parts.tabs;
    this.#keep = parts.keep;
    this.#name = parts.name;
    this.#origin = parts.issuer.split("/").slice(0, 3).join("/");
    this.#defaults = defaults;
  }

  /** Sign somebody in; see `Sealgate.signIn`. Opens the popup before anything is awaited: browsers insist. */
  start(given: SignInOptions): Promise<Session> {
    const options: SignInOptions = { ...this.#defaults, ...given };
    const current = this.#sessions.current;
    if (current && !options.prompt) return Promise.resolve(current);
    if (!isPage() || !host.location) return Promise.reject(noPage());
    if (this.#running && !this.#running.popup.closed) {
      this.#running.popup.focus();
      return this.#running.result;
    }
    if (options.mode === "redirect") return this.#leave(options);
    const popup = host.open?.("", `${this.#name}:sign-in`, placed());
    if (!popup) {
      if (options.whenBlocked !== "error") return this.#leave(options);
      return Promise.reject(
        new SealgateError("popup_blocked", "The browser has blocked the sign-in window.", {
          hint: "Call signIn() in the click itself, before anything is awaited; or use mode 'redirect'.",
        }),
      );
    }
    const result = this.#byPopup(popup, options).finally(() => {
      this.#running = undefined;
      popup.close();
    });
    this.#running = { popup, result };
    return result;
  }

  /** Whether this page was opened with an answer to a sign-in of ours. */
  get isAnswered(): boolean {
    const { state, code, error } = queryOf(host.location?.search ?? "");
    return state?.startsWith(OURS) === true && (code ?? error) !== undefined;
  }

  /**
   * Go on with the answer in this page's address. Resolves to the session, or null where another tab goes on with it.
   * @throws SealgateError `other_browser` where the sign-in began in another browser; what the provider refused.
   */
  async resume(): Promise<Session | null> {
    const { location, history } = host as Required<typeof host>;
    const values = queryOf(location.search);
    const state = values["state"] as string;
    history.replaceState(history.state, "", withoutAnswer(location));

    const kept = this.#pending()[state];
    if (kept?.popup && (await this.#handOver(state, values))) {
      host.close?.();
      return null;
    }
    const pending = await this.#claim(state);
    if (!pending) {
      // Where it was there a moment ago, another tab is redeeming it, and will tell.
      return this.#sessions.load() ?? (kept ? null : this.#askAgain());
    }
    try {
      return await this.#finish(pending.begun, values);
    } catch (refusal) {
      throw pending.again ? otherBrowser(refusal) : refusal;
    } finally {
      this.#goTo(pending.returnTo);
    }
  }

  /** Forget that nobody wants to be signed in: the next sign-in signs. */
  async end(): Promise<void> {
    await this.#sessions.end();
    write(this.#keep, `${this.#name}:out`, true);
  }

  async #begin(options: SignInOptions, popup: boolean, again = false): Promise<Begun> {
    const location = host.location as NonNullable<typeof host.location>;
    const here = location.origin + location.pathname;
    const { redirectUri = here, scope = POPUP_SCOPE } = options;
    // The provider remembers who signed a moment ago. Who signs out and in again may want to be somebody else.
    const out = read<boolean>(this.#keep, `${this.#name}:out`) === true && isOpenId(scope);
    const prompt = options.prompt ?? (out ? "login" : undefined);
    const begun = await this.#oauth.begin({ ...options, redirectUri, scope, prompt });
    const returnTo = options.returnTo ?? location.href;
    const pending: Pending = { begun, popup, returnTo, at: Date.now(), ...(again ? { again } : {}) };
    await this.#change((all) => {
      all[begun.state] = pending;
    });
    return begun;
  }

  /** Leave the page. What is returned never settles: the next page goes on by `resume`. */
  async #leave(options: SignInOptions, again = false): Promise<Session> {
    const begun = await this.#begin(options, false, again);
    // The provider would hand its answer to whoever opened this page, if somebody did.
    if (host.opener) host.opener = null;
    host.location?.assign(begun.url);
    return new Promise(() => {});
  }

  async #byPopup(popup: Win, options: SignInOptions): Promise<Session> {
    const begun = await this.#begin(options, true);
    popup.location.href = begun.url;
    const answer = await this.#answerOf(popup, begun.state, options.signal);
    if ("account" in answer) return answer;
    return this.#finish(begun, answer.values);
  }

  /** Wait for what comes of a popup: an answer to redeem, or a session that another tab has opened with it. */
  #answerOf(popup: Win, state: string, signal?: Signal): Promise<{ values: Record<string, string> } | Session> {
    return new Promise((resolve, reject) => {
      const ends: (() => void)[] = [];
      const settle = (run: () => void): void => {
        for (const end of ends.splice(0)) end();
        run();
      };
      // Whoever has taken an answer must not be told, a moment later, that the popup is closed.
      let taken: Promise<unknown> = Promise.resolve();
      const take = (values: Record<string, string>): void => {
        if (values["state"] !== state) return;
        taken = this.#claim(state).then((pending) => pending && settle(() => resolve({ values })));
      };

      const heard = (event: { data: unknown; origin: string; source: unknown }): void => {
        if (event.source !== popup || event.origin !== this.#origin) return;
        const values = answerIn(event.data);
        if (values) take({ state, ...values });
      };
      host.addEventListener?.("message", heard as never);
      ends.push(() => host.removeEventListener?.("message", heard as never));

      ends.push(
        this.#tabs.listen((news) => {
          const session = news.kind === "session" && this.#sessions.current;
          if (session) settle(() => resolve(session));
          if (news.kind !== "answer" || news.state !== state) return;
          this.#tabs.tell({ kind: "taken", state });
          take(news.values);
        }),
      );

      const giveUp = (): void => void host.setTimeout(() => taken.then(() => settle(() => reject(closed()))), LAST_WORDS_MS);
      let wasAway = false;
      const timer = host.setInterval(() => {
        if (!popup.closed) {
          wasAway ||= isAway(popup);
          return;
        }
        host.clearInterval(timer);
        if (wasAway) return giveUp();
        // Closed at once; or this page has COOP and loses sight of its popup, though it is open: then the popup's own
        // page goes on. Whoever is back on this page has left the popup.
        host.addEventListener?.("focus", giveUp);
      }, LOOK_EVERY_MS);
      ends.push(() => host.clearInterval(timer));
      ends.push(() => host.removeEventListener?.("focus", giveUp));

      const stop = (): void => settle(() => reject(aborted(signal)));
      if (signal?.aborted) return stop();
      signal?.addEventListener("abort", stop);
      ends.push(() => signal?.removeEventListener("abort", stop));
    });
  }

  async #finish(begun: Begun, values: Record<string, string>): Promise<Session> {
    const tokens = await this.#oauth.finish(begun, values);
    write(this.#keep, `${this.#name}:out`, null);
    return this.#sessions.save(tokens) as Session;
  }

  /** Offer an answer to the tab that waits for it. */
  #handOver(state: string, values: Record<string, string>): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (taken: boolean): void => {
        host.clearTimeout(timer);
        stop();
        resolve(taken);
      };
      const timer = host.setTimeout(() => end(false), TAKEN_WITHIN_MS);
      const stop = this.#tabs.listen((news) => {
        if (news.kind === "taken" && news.state === state) end(true);
      });
      this.#tabs.tell({ kind: "answer", state, values });
    });
  }

  #pending(): Record<string, Pending> {
    return read<Record<string, Pending>>(this.#keep, `${this.#name}:begun`) ?? {};
  }

  /** Take a sign-in to its end. Not null for one tab ever: a code that comes twice ends all that it bought. */
  async #claim(state: string): Promise<Pending | null> {
    let claimed: Pending | null = null;
    await this.#change((all) => {
      claimed = all[state] ?? null;
      delete all[state];
    });
    return claimed;
  }

  #change(change: (all: Record<string, Pending>) => void): Promise<void> {
    const name = `${this.#name}:begun`;
    return alone(name, async () => {
      const young = Object.entries(this.#pending()).filter(([, { at }]) => Date.now() - at < FORGOTTEN_AFTER_MS);
      const all = Object.fromEntries(young);
      change(all);
      write(this.#keep, name, Object.keys(all).length ? all : null);
    });
  }

  /** The answer belongs to another browser. Whoever signed is known to the provider here by now: ask it, once. */
  async #askAgain(): Promise<Session> {
    const tab = keepFor("tab");
    const mark = `${this.#name}:again`;
    if (!isOpenId(this.#defaults.scope) || read<boolean>(tab, mark)) throw otherBrowser();
    write(tab, mark, true);
    return this.#leave({ ...this.#defaults, prompt: "none" }, true);
  }

  #goTo(returnTo: string): void {
    const { location, history } = host as Required<typeof host>;
    const bare = (address: string): string => address.replace(/[?#].*$/s, "");
    if (bare(returnTo) === bare(location.href)) history.replaceState(history.state, "", returnTo);
    else location.replace(returnTo);
  }
}

/** Read a message of the provider's last page: a string of JSON. (oauth2 A7) */
function answerIn(data: unknown): Record<string, string> | null {
  if (typeof data !== "string" || !data.startsWith('{"source":"xumm_sign_request_re')) return null;
  const { options } = JSON.parse(data) as { options: Record<string, string> };
  return queryOf(options["full_redirect_uri"] ?? "");
}

/** Whether a popup has left the blank page that it opens with: another site's address cannot be read. */
function isAway(popup: Win): boolean {
  try {
    return popup.location.href !== "about:blank";
  } catch {
    return true;
  }
}

/** Return the address of this page without what the provider added to it. */
function withoutAnswer({ href }: { href: string }): string {
  const [, base = "", query = "", hash = ""] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(href) ?? [];
  const rest = query.split("&").filter((part) => part && !ANSWER_PARTS.includes(part.split("=")[0] as string));
  return base + (rest.length ? `?${rest.join("&")}` : "") + hash;
}

function placed(): string {
  const { availWidth = 600, availHeight = 790 } = host.screen ?? {};
  const [left, top] = [Math.max(0, (availWidth - 600) / 2), Math.max(0, (availHeight - 790) / 2)];
  return `popup,width=600,height=790,left=${Math.round(left)},top=${Math.round(top)}`;
}

function closed(): SealgateError {
  return new SealgateError("popup_closed", "The sign-in window was closed before somebody had signed.");
}

function noPage(): SealgateError {
  return new SealgateError("no_page", "Only a page can send somebody to sign in.", {
    hint: "In a back end use `oauth.begin` and `oauth.finish`, in a terminal `oauth.beginDevice`.",
  });
}

function otherBrowser(cause?: unknown): SealgateError {
  return new SealgateError("other_browser", "This sign-in began in another browser.", {
    hint: "Offer the sign-in again: it ends here if it begins here.",
    cause,
  });
}
