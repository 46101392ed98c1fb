// Builds the page into the server's package: `src/sealgate/wallet/web_app`, from where `/wallet` serves it.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { licences } from "./scripts/licences.ts";
import { serviceWorker } from "./scripts/service-worker.ts";

// What a first visit needs until its first press, in one file: on a slow line every further one costs a round trip.
const FIRST = /node_modules\/preact\/|\/src\/(?:server|vault|nodes|trusted)\/|\/src\/app\/(?!i18n\/de\/|screens\/)|\/screens\/(?:welcome|home)\/|\/screens\/(?:locked|missing)\./;

const SERVER = process.env["SEALGATE_URL"] ?? "http://localhost:8080";

export default defineConfig({
  base: "/wallet/",
  plugins: [licences(), serviceWorker()],
  build: {
    outDir: fileURLToPath(new URL("../src/sealgate/wallet/web_app", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // Every byte of a script or a style comes from a file that the policy of the page allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", test: FIRST }] } } },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
  },
  worker: { format: "es" },
  // `npm run dev`: the page by Vite, the API by a running `sealgate dev`.
  server: { proxy: { "/api": SERVER, "/sign": SERVER, "/__dev": { target: SERVER, ws: true } }, fs: { allow: [".."] } },
});
