// Build what is published: each entry one minified file of its own, and the types.

import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
await rm(`${root}dist`, { recursive: true, force: true });

const ENTRIES = { index: "src/index.ts", server: "src/server/index.ts", xumm: "src/xumm/index.ts", socket: "src/socket.ts" };

// Node 20's WebSocket stays a file of its own, which browsers never load.
const socketApart = {
  name: "socket apart",
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/socket\.js$/ }, () => ({ path: "./socket.js", external: true }));
  },
};

await build({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  plugins: [socketApart],
});
// The test kit is for Node and read by people who debug: as it is written, its types beside it. It names the entries above.
for (const project of ["tsconfig.json", "tsconfig.testing.json"]) {
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", project], { cwd: root, stdio: "inherit" });
}
