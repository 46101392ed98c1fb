// The flows: against a platform that runs. `tests/flows/test_wallet_web.py` starts one and names it in the environment.

import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["tests/flows/**/*.flow.ts"], testTimeout: 30_000 } });
