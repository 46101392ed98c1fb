// The process of `sealgate dev`: started on a free port, ended with the run, even where that is killed.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SealgateError } from "sealgate";
import { Controls } from "./controls.js";
import { findProgram, fingerprint } from "./program.js";

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 10;
const TRIES = 3;

export interface ServerOptions {
  /** A folder to keep a prepared sandbox in: the next start copies it, which takes half the time. */
  keep?: string | undefined;
}

/** A running platform of this run's own. */
export class Server {
  /** What the platform wrote to its `dev.env`. */
  env: Record<string, string> = {};
  /** From the start of the process to its first answer. */
  tookMs = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), "sealgate-test-"));
  private readonly data = join(this.folder, "data");
  private readonly log = join(this.folder, "server.log");
  private process: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    private readonly kept: string | undefined,
  ) {}

  /** Start one. SealgateError where it ends, or does not answer within a minute. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const program = findProgram();
    const kept = options.keep === undefined ? undefined : join(options.keep, `sandbox-${fingerprint(program)}`);
    const server = new Server(program, kept);
    try {
      if (!(await server.startsFromKept())) await server.begin();
    } catch (problem) {
      await server.stop({ keep: false });
      throw problem;
    }
    return server;
  }

  /** End it and remove what it stored; leave a prepared sandbox for the next start, unless there is one. */
  async stop({ keep = true } = {}): Promise<void> {
    const { process, kept } = this;
    this.process = undefined;
    if (process !== undefined) {
      if (keep && kept !== undefined && !existsSync(kept) && (await this.reset())) {
        await ended(process, "SIGTERM");
        this.leave(kept);
      } else {
        await ended(process, "SIGKILL");
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** How much the server has said so far, in bytes. */
  get said(): number {
    return existsSync(this.log) ? statSync(this.log).size : 0;
  }

  /** The end of what the server wrote from a place in its log on. */
  saidSince(offset: number, most = 4000): string {
    return existsSync(this.log) ? readFileSync(this.log).subarray(offset).toString("utf8").slice(-most) : "";
  }

  private async startsFromKept(): Promise<boolean> {
    const { kept } = this;
    if (kept === undefined || !existsSync(kept)) return false;
    try {
      cpSync(kept, this.data, { recursive: true });
      await this.begin();
      // What another version left may start and yet have no way back.
      if (await this.reset()) return true;
    } catch {
      // It is made anew.
    }
    if (this.process !== undefined) await ended(this.process, "SIGKILL");
    for (const folder of [this.data, kept]) rmSync(folder, { recursive: true, force: true });
    return false;
  }

  private async begin(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (await this.comesUp()) return;
      const said = this.saidSince(0);
      // Somebody may have taken the port between our look and the server's.
      if (attempt < TRIES && said.toLowerCase().includes("port")) continue;
      throw new SealgateError("not_started", `\`sealgate dev\` did not start:\n${said}`);
    }
  }

  private async comesUp(): Promise<boolean> {
    const port = await freePort();
    const began = performance.now();
    // What the developer's shell has set is not the sandbox's business.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SEALGATE_")));
    const log = openSync(this.log, "a");
    const child = spawn(
      this.program,
      ["dev", "--port", String(port), "--data-dir", this.data, "--until-eof"],
      { cwd: this.folder, env, stdio: ["pipe", log, log], detached: true },
    );
    closeSync(log);
    this.process = child;
    let gone = false;
    child.once("exit", () => (gone = true)).once("error", () => (gone = true));
    // A run that ends without `stop` is not kept alive by its platform, which ends with the pipe.
    child.unref();
    while (!gone && performance.now() < began + START_LIMIT_MS) {
      if (await isReady(port)) {
        this.tookMs = performance.now() - began;
        this.env = readEnv(join(this.data, "dev.env"));
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    await ended(child, "SIGKILL");
    return false;
  }

  private async reset(): Promise<boolean> {
    try {
      await new Controls(this.env["SEALGATE_URL"] ?? "", this.env["SEALGATE_ADMIN_TOKEN"] ?? "").dev("POST", "/reset");
      return true;
    } catch {
      return false;
    }
  }

  /** Put the sandbox where the next start finds it; of several runs that end at once, the first one does. */
  private leave(kept: string): void {
    const beside = `${kept}-${process.pid}-${Date.now()}`;
    try {
      mkdirSync(join(kept, ".."), { recursive: true });
      cpSync(this.data, beside, { recursive: true });
      renameSync(beside, kept);
    } catch {
      rmSync(beside, { recursive: true, force: true });
    }
  }
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const impatient = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    child.once("exit", () => {
      clearTimeout(impatient);
      resolve();
    });
    child.ref();
    child.kill(signal);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** Read lines of `KEY=value`, quoted for a shell where they must be. */
function readEnv(file: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) found[name] = value.replace(/^'(.*)'$/, "$1");
  }
  return found;
}
