// The platforms of a run of Vitest: one for each of its workers, started when that first asks.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { keepIn } from "./fixtures.js";
import { Source } from "./platform.js";

/** Called by Vitest before the tests; what it returns, after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sources = new Map<string, Promise<Source>>();
  const keep = keepIn(project.config.root);
  const broker = createServer(async (request, response) => {
    const worker = request.url ?? "/";
    let source = sources.get(worker);
    if (source === undefined) sources.set(worker, (source = Source.open({ keep })));
    const told = await source.then(
      ({ environ, isShared }) => ({ environ, isShared }),
      (problem: unknown) => ({ problem: String(problem) }),
    );
    response.setHeader("content-type", "application/json").end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => broker.listen(0, "127.0.0.1", resolve));
  project.provide("sealgateBroker", `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);

  return async () => {
    broker.closeAllConnections();
    broker.close();
    await Promise.allSettled([...sources.values()].map(async (source) => (await source).close()));
  };
}
