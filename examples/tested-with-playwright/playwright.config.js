import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The machine's Chromium where it has one, else the one of `npx playwright install chromium`.
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testMatch: "*.test.js",
  expect: { timeout: 15_000 },
  use: {
    launchOptions: existsSync(chromium) ? { executablePath: chromium } : {},
  },
});
