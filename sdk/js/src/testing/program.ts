// Finding the program `sealgate`.

import { existsSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { SealgateError } from "sealgate";

/** How `sealgate` is started: SEALGATE_BIN, else what PATH has. Throws where there is none. */
export function findProgram(environ: NodeJS.ProcessEnv = process.env): string {
  const named = environ["SEALGATE_BIN"];
  const found = onPath(named ?? "sealgate", environ["PATH"] ?? "");
  if (found !== undefined) return found;
  throw new SealgateError("configuration", named === undefined
    ? "The program `sealgate` is not on PATH."
    : `SEALGATE_BIN names ${named}, which is no program that can be started.`, {
    hint: "pip install sealgate, or name it by SEALGATE_BIN, or a running `sealgate dev` by SEALGATE_URL.",
  });
}

/** What changes when another version of the program is installed. */
export function fingerprint(program: string): string {
  return `${Buffer.from(program).toString("base64url").slice(-24)}-${Math.trunc(statSync(program).mtimeMs)}`;
}

function onPath(name: string, path: string): string | undefined {
  if (isAbsolute(name)) return existsSync(name) ? name : undefined;
  return path.split(delimiter).filter(Boolean).map((folder) => join(folder, name)).find((file) => existsSync(file));
}
