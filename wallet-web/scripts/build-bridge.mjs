// Write the script that `sealgate wallet open-xapp --browser` puts into pages; with --check, only tell whether it is
// what the sources make.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const TARGET = here("../../src/sealgate/cli/wallet/bridge.js");
const HEAD = "// Made from wallet-web/src/bridge by `npm run build:bridge`; do not edit.\n";

const [made] = await build({
  root: here(".."),
  configFile: false,
  logLevel: "error",
  build: {
    write: false,
    minify: false,
    target: "es2022",
    lib: { entry: here("../src/bridge/injected.ts"), formats: ["iife"], name: "SealgateBridge" },
  },
});
const text = HEAD + made.output[0].code;

if (process.argv.includes("--check")) {
  if ((await readFile(TARGET, "utf8").catch(() => "")) !== text) {
    console.error("src/sealgate/cli/wallet/bridge.js is not what wallet-web/src/bridge makes: npm --prefix wallet-web run build:bridge");
    process.exit(1);
  }
} else {
  await writeFile(TARGET, text);
}
