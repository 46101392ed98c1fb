// Test an app against the real platform: `sealgate dev` on a free port, a wallet that does as it is told, a clock that
// moves. For test runners: `sealgate/testing/vitest`, `sealgate/testing/playwright`; for any other, `startPlatform`.

export { App, type SignedIn } from "./app.js";
export type { Callback } from "./browser.js";
export { Clock, type Distance } from "./clock.js";
export { Controls } from "./controls.js";
export { type HasAccount, Ledger } from "./ledger.js";
export { type Environ, type Fault, Platform, type SignRequest, Source, startPlatform } from "./platform.js";
export type { ServerOptions } from "./server.js";
export { type Action, type Answer, type How, type Named, type Via, Wallet } from "./wallet.js";
export { type Caught, Webhooks } from "./webhooks.js";
