// What the fixtures of each test runner share.

import { join } from "node:path";
import type { Platform } from "./platform.js";

/** Where a prepared sandbox is kept between runs. */
export function keepIn(root: string): string {
  return join(root, "node_modules", ".cache", "sealgate");
}

/** Let the environment name a platform and its app for the code under test; returns what puts it back. */
export function nameIn(environ: NodeJS.ProcessEnv, platform: Platform): () => void {
  const before = Object.keys(platform.environ).map((name) => [name, environ[name]] as const);
  Object.assign(environ, platform.environ);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete environ[name];
      else environ[name] = value;
    }
  };
}
