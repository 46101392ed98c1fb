// What the platform saw, in words for the report of a failed test.

import type { Platform } from "./platform.js";

const MOST = 15;

interface Call {
  number: number | null;
  method: string;
  route: string;
  status: number;
  error_code: string | null;
  cause: string | null;
  reference: string;
}

interface Sent {
  id: number;
  target: string;
  kind: string;
  subject: string;
  state: string;
  attempts: number;
}

interface State {
  clock: { now: string; ahead_s: number; frozen: boolean };
  faults: Record<string, Record<string, unknown> | null>;
}

/** The sign requests, calls and deliveries of a test, the sandbox's state, and what the server said. */
export async function whatWasSeen(platform: Platform, said: string): Promise<string> {
  const lines: string[] = [];
  try {
    lines.push(...(await state(platform)), ...(await requests(platform)), ...(await calls(platform)), ...(await deliveries(platform)));
  } catch (problem) {
    lines.push(`The platform does not answer any more: ${problem}`);
  }
  if (said.trim() !== "") lines.push("server:", ...said.trim().split("\n").map((line) => `  ${line}`));
  return lines.join("\n");
}

async function state(platform: Platform): Promise<string[]> {
  const { clock, faults } = await platform.controls.dev<State>("GET");
  const lines = clock.ahead_s > 0 || clock.frozen
    ? [`clock: ${clock.now}, ${clock.ahead_s} s ahead${clock.frozen ? ", stands still" : ""}`]
    : [];
  for (const [name, fault] of Object.entries(faults)) {
    if (fault !== null) lines.push(`fault: ${name}: ${JSON.stringify(fault)}`);
  }
  return lines;
}

async function requests(platform: Platform): Promise<string[]> {
  const found = await platform.requests();
  const lines = found.slice(-MOST).map((one) => {
    const by = one.account === null ? "" : ` by ${one.account}`;
    const why = one.reason === null ? "" : `: ${one.reason}`;
    const refused = one.refusals.length > 0 ? `; signatures refused: ${one.refusals.join(", ")}` : "";
    return `  ${one.type} ${one.uuid} ${one.state}${by}${why}${refused}`;
  });
  return [lines.length > 0 ? "sign requests:" : "sign requests: none", ...lines];
}

async function calls(platform: Platform): Promise<string[]> {
  const found = (await ofApps<Call>(platform, "calls")).sort((one, other) => (one.number ?? 0) - (other.number ?? 0));
  const lines = found.slice(-MOST).map((one) => {
    const refused = one.error_code === null ? "" : ` code ${one.error_code}`;
    const cause = one.cause === null ? "" : ` (${one.cause})`;
    return `  ${one.method} ${one.route} -> ${one.status}${refused}${cause}${one.status >= 400 ? `, reference ${one.reference}` : ""}`;
  });
  return [lines.length > 0 ? "calls of the app:" : "calls of the app: none", ...lines];
}

async function deliveries(platform: Platform): Promise<string[]> {
  const found = (await ofApps<Sent>(platform, "deliveries")).sort((one, other) => one.id - other.id);
  const lines = found.slice(-MOST).map((one) => `  ${one.target} ${one.kind} of ${one.subject}: ${one.state}, tries ${one.attempts}`);
  return lines.length > 0 ? ["deliveries:", ...lines] : [];
}

async function ofApps<T>(platform: Platform, what: string): Promise<T[]> {
  const pages = await Promise.all(
    platform.apps.map((app) => platform.controls.admin<Record<string, T[]>>("GET", `/apps/${app.apiKey}/${what}?limit=${MOST}`)),
  );
  return pages.flatMap((page) => page[what] ?? []);
}
