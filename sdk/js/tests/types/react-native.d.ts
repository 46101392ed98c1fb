// What React Native really has of the web, as its own types say (0.7x and later): no document, no crypto, half a URL.

declare class AbortSignal {
  readonly aborted: boolean;
  onabort: ((event: { type: "abort" }) => void) | null;
  addEventListener(type: "abort", listener: (event: { type: "abort" }) => void): void;
  removeEventListener(type: "abort", listener: (event: { type: "abort" }) => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

interface Headers {
  get(name: string): string | null;
  has(name: string): boolean;
  set(name: string, value: string): void;
}

interface RequestInit {
  body?: string | ArrayBuffer | null | undefined;
  credentials?: "omit" | "same-origin" | "include" | undefined;
  headers?: Record<string, string> | Headers | undefined;
  method?: string | undefined;
  signal?: AbortSignal | undefined;
}

interface Response {
  readonly headers: Headers;
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<any>;
  text(): Promise<string>;
}

declare function fetch(input: string, init?: RequestInit): Promise<Response>;

interface WebSocketMessageEvent {
  data?: any | undefined;
}

interface WebSocketCloseEvent {
  code?: number | undefined;
  reason?: string | undefined;
}

declare class WebSocket {
  constructor(uri: string, protocols?: string | string[] | null, options?: { headers: Record<string, string> } | null);
  readonly readyState: number;
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: WebSocketMessageEvent) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
  onclose: ((event: WebSocketCloseEvent) => void) | null;
}

declare function setTimeout(handler: () => void, timeout: number): number;
declare function clearTimeout(handle: number): void;
