import { defineConfig } from "vitest/config";

// One worker: starting a second costs more than it saves.
export default defineConfig({ test: { include: ["tests/**/*.test.ts"], testTimeout: 20_000, pool: "threads", maxWorkers: 1, isolate: false } });
