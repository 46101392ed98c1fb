import { expect, it } from "vitest";
import { keepStored } from "../../src/app/state/persistence";

it("the browser is asked once to keep the keys, where it does not already", async () => {
  const asked: string[] = [];
  const storage = (isKept: boolean) => ({
    persisted: async () => (asked.push("persisted"), isKept),
    persist: async () => (asked.push("persist"), true),
  });

  await keepStored(storage(false));
  await keepStored(storage(false));

  expect(asked).toEqual(["persisted", "persist"]);
});
