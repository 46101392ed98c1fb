import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "sealgate/testing/vitest-setup" },
});
