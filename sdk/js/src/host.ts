// What the platform around us offers: a browser, a worker, Node, React Native. None has everything, so whoever needs
// something asks here whether it is there. No library of the DOM or of Node is in our types, on purpose.

/** What cancels: an `AbortSignal` fits. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface FetchInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: Signal;
  keepalive?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  readonly body?: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> } } | null;
}

/**
 * Any `fetch`. What is handed to it is a `FetchInit`, which each platform takes, but by a type of its own that ours is
 * not assignable to: hence `any`.
 */
export type Fetch = (url: string, init?: any) => Promise<Answer>;

/** A WebSocket class: the platform's own, or that of the package `ws`. Its handlers are set as `Socket` says. */
export type SocketClass = new (url: string) => {
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  close(code?: number): void;
};

/** What is used of a WebSocket. */
export interface Socket {
  onopen: ((event?: unknown) => void) | null;
  onmessage: ((event: { data?: unknown }) => void) | null;
  onclose: ((event: { code?: number | undefined }) => void) | null;
  onerror: ((event?: unknown) => void) | null;
  close(code?: number): void;
}

/** Where a session is kept: `localStorage`, `sessionStorage`, or anything of that shape. */
export interface Keep {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface MessageLike {
  readonly data: unknown;
  readonly origin?: string;
  readonly source?: unknown;
}

export interface Win {
  closed: boolean;
  opener: unknown;
  location: { href: string; replace(url: string): void };
  focus(): void;
  close(): void;
  postMessage(message: unknown, target: string): void;
}

export interface Channel {
  onmessage: ((event: MessageLike) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

interface Listens {
  addEventListener(type: string, listener: (event: never) => void): void;
  removeEventListener(type: string, listener: (event: never) => void): void;
}

export interface Host extends Partial<Listens> {
  fetch: Fetch;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  setInterval(run: () => void, ms: number): unknown;
  clearInterval(timer: unknown): void;
  AbortController: new () => { readonly signal: Signal; abort(reason?: unknown): void };
  TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
  TextDecoder: new () => { decode(bytes?: Uint8Array, options?: { stream: boolean }): string };
  atob(text: string): string;
  btoa(text: string): string;
  crypto?: {
    getRandomValues<T extends Uint8Array>(array: T): T;
    subtle?: {
      digest(name: string, bytes: Uint8Array): Promise<ArrayBuffer>;
      importKey(format: string, key: unknown, how: unknown, extractable: boolean, uses: string[]): Promise<unknown>;
      verify(how: unknown, key: unknown, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
    };
  };
  WebSocket?: SocketClass;
  process?: { env?: Record<string, string | undefined>; getBuiltinModule?(name: string): unknown };
  window?: unknown;
  document?: Listens & { readyState: string };
  location?: { href: string; origin: string; pathname: string; search: string; hash: string; assign(url: string): void; replace(url: string): void };
  history?: { state: unknown; replaceState(state: unknown, unused: string, url: string): void };
  navigator?: { userAgent?: string; locks?: { request<T>(name: string, run: () => Promise<T>): Promise<T> } };
  localStorage?: Keep;
  sessionStorage?: Keep;
  indexedDB?: { open(name: string, version: number): unknown };
  BroadcastChannel?: new (name: string) => Channel;
  screen?: { availWidth: number; availHeight: number };
  open?(url: string, name: string, features: string): Win | null;
  close?(): void;
  opener?: unknown;
  parent?: Win;
  ReactNativeWebView?: { postMessage(text: string): void };
}

export const host = globalThis as unknown as Host;

/** Whether this is a page: then nobody's secret may be here, and somebody can be sent somewhere. */
export function isPage(): boolean {
  return host.document !== undefined && host.location !== undefined;
}

/** Return an environment variable of Node; nothing elsewhere. */
export function environment(name: string): string | undefined {
  return host.process?.env?.[name] || undefined;
}

/** Wait, unless the signal says otherwise. */
export function pause(ms: number, signal?: Signal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      host.clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = host.setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop);
  });
}
