// Fixtures for Playwright: `import { expect, test } from "sealgate/testing/playwright"`. Each of its workers has a platform
// of its own, and each test begins with that as new.

import { test as base } from "@playwright/test";
import type { App } from "./app.js";
import type { Clock } from "./clock.js";
import { keepIn, nameIn } from "./fixtures.js";
import type { Ledger } from "./ledger.js";
import { type Platform, Source } from "./platform.js";
import type { Wallet } from "./wallet.js";
import type { Webhooks } from "./webhooks.js";

export { expect } from "@playwright/test";

export interface Fixtures {
  /** The platform, as new; the environment of this worker names it and its app. */
  platform: Platform;
  /** The app under test, with its key, its secret and a client. */
  app: App;
  /** The wallet of one person: `wallet.approve(popup)` scans the code that a page shows. */
  wallet: Wallet;
  /** The platform's time. The page's own is Playwright's `page.clock`. */
  platformClock: Clock;
  /** What the app is told, caught on a free port and verified. */
  webhooks: Webhooks;
  /** The sandbox's ledger. */
  ledger: Ledger;
}

const START_LIMIT_MS = 90_000;

export interface WorkerFixtures {
  sealgateSource: Source;
}

/** Playwright's `test`, with the fixtures. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  sealgateSource: [
    async ({}, use, { config }) => {
      const source = await Source.open({ keep: keepIn(config.rootDir) });
      await use(source);
      await source.close();
    },
    // Of its own, so that a start does not count for the limit of the first test.
    { scope: "worker", timeout: START_LIMIT_MS },
  ],
  platform: async ({ sealgateSource }, use, testInfo) => {
    const platform = await sealgateSource.fresh();
    const putBack = nameIn(process.env, platform);
    await use(platform);
    putBack();
    if (testInfo.status !== testInfo.expectedStatus) {
      const saw = await platform.saw();
      await testInfo.attach("what the platform saw", { body: saw, contentType: "text/plain" });
    }
  },
  app: async ({ platform }, use) => use(platform.app),
  wallet: async ({ platform }, use) => use(await platform.wallet()),
  platformClock: async ({ platform }, use) => {
    if (platform.isShared) throw new Error("The clock of a platform that SEALGATE_URL names is everybody's.");
    await use(platform.clock);
  },
  webhooks: async ({ platform }, use) => {
    const webhooks = await platform.webhooks();
    await use(webhooks);
    await webhooks.close();
  },
  ledger: async ({ platform }, use) => use(platform.ledger),
});
