// Puts the licences of the libraries that the page carries into `licences.txt`, which the settings show.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Manifest {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
}

/** The plugin; every direct and indirect dependency is named, with the whole text of its licence. */
export function licences(): Plugin {
  return {
    name: "sealgate:licences",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "licences.txt", source: notices() });
    },
  };
}

function notices(): string {
  const found = new Map<string, string>();
  const visit = (name: string) => {
    const folder = join(ROOT, "node_modules", name);
    if (found.has(name) || !existsSync(folder)) return;
    const manifest = manifestIn(folder);
    found.set(name, `${name} ${manifest.version} (${manifest.license ?? "see below"})\n\n${licenceIn(folder)}`);
    Object.keys(manifest.dependencies ?? {}).forEach(visit);
  };
  Object.keys(manifestIn(ROOT).dependencies ?? {}).forEach(visit);
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text).join(`\n\n${"-".repeat(72)}\n\n`);
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file === undefined ? "The package has no licence file of its own." : readFileSync(join(folder, file), "utf8").trim();
}
