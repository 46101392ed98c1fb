// Builds the service worker after the page, with the list of what the page is made of and a hash over it.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";

const ENTRY = fileURLToPath(new URL("../src/sw/index.ts", import.meta.url));

/** The plugin; `sw.js` lies beside the page, since its folder is the part of the site it may look after. */
export function serviceWorker(): Plugin {
  let outDir = "";
  return {
    name: "sealgate:service-worker",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async writeBundle() {
      const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(outDir, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .sort();
      const version = createHash("sha256");
      for (const file of files) version.update(`${file}\0`).update(readFileSync(join(outDir, file)));
      await build({
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        define: {
          __VERSION__: JSON.stringify(version.digest("hex").slice(0, 16)),
          __FILES__: JSON.stringify(files.filter((file) => file !== "index.html")),
        },
        build: {
          outDir,
          emptyOutDir: false,
          target: "es2022",
          reportCompressedSize: false,
          // No worker can load a part later. Where the browser signs no Ed25519 itself, a push is shown without the app's name.
          rolldownOptions: { external: [/^@noble\//] },
          lib: { entry: ENTRY, formats: ["iife"], name: "wallet", fileName: () => "sw.js" },
        },
      });
    },
  };
}
