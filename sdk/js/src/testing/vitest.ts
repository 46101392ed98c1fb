// Fixtures for Vitest: `import { expect, test } from "sealgate/testing/vitest"`.
//
// With `globalSetup: "sealgate/testing/vitest-setup"` in its configuration a run starts one platform for each of its
// workers; without, one for each file of tests.

import { inject, test as base } from "vitest";
import type { App } from "./app.js";
import type { Clock } from "./clock.js";
import { keepIn, nameIn } from "./fixtures.js";
import type { Ledger } from "./ledger.js";
import { Platform, Source } from "./platform.js";
import type { Wallet } from "./wallet.js";
import type { Webhooks } from "./webhooks.js";

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the platforms of the run are asked for. */
    sealgateBroker: string;
  }
}

export interface Fixtures {
  /** The platform, as new; the environment names it and its app for the code under test. */
  platform: Platform;
  /** The app under test, with its key, its secret and a client. */
  app: App;
  /** The wallet of one person. */
  wallet: Wallet;
  /** The platform's time. */
  clock: Clock;
  /** What the app is told, caught on a free port and verified. */
  webhooks: Webhooks;
  /** The sandbox's ledger. */
  ledger: Ledger;
}

/** What makes the platform as new, or why there is none. */
type Place = { fresh(): Promise<Platform>; close?(): Promise<void> } | { problem: string };

async function find(): Promise<Place> {
  const broker = inject("sealgateBroker") as string | undefined;
  if (broker === undefined) return Source.open({ keep: keepIn(process.cwd()) });
  const answer = await fetch(`${broker}/${process.env["VITEST_POOL_ID"] ?? "1"}`);
  const told = (await answer.json()) as { environ: Record<string, string>; isShared: boolean; problem?: string };
  if (told.problem !== undefined) return { problem: told.problem };
  return { fresh: () => Platform.fresh(told.environ, { isShared: told.isShared }) };
}

// While the file is loaded, since the time of a start would count for the limit of its first test.
const place = await find().catch((problem: unknown): Place => ({ problem: String(problem) }));

/** Vitest's `test`, with the fixtures; tests of one file run one after the other. */
export const test = base.extend<Fixtures & { sealgatePlace: Place }>({
  sealgatePlace: [
    async ({}, use) => {
      await use(place);
      if ("close" in place) await place.close?.();
    },
    { scope: "worker" },
  ],
  platform: async ({ sealgatePlace, onTestFailed }, use) => {
    if ("problem" in sealgatePlace) throw new Error(`There is no platform to test with. ${sealgatePlace.problem}`);
    const platform = await sealgatePlace.fresh();
    const putBack = nameIn(process.env, platform);
    onTestFailed(async ({ task }) => {
      const saw = await platform.saw();
      // With the error, since that is what each reporter for people shows.
      for (const error of task.result?.errors ?? []) error.message += `\n\nwhat the platform saw\n${saw}\n`;
    });
    await use(platform);
    putBack();
  },
  app: async ({ platform }, use) => use(platform.app),
  wallet: async ({ platform }, use) => use(await platform.wallet()),
  clock: async ({ platform }, use) => {
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

export const it = test;
