import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { waitAfter } from "../../src/vault/attempts";
import { anOpenVault, aTab, behindTheBack, clock, NOON, pass, refusal, RIGHT, startOver, WRONG } from "./a_vault";

// Argon2id takes its time, on a busy machine more.
vi.setConfig({ testTimeout: 120_000 });
beforeEach(startOver);

describe("wrong passphrases in a row", () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 5_000],
    [4, 10_000],
    [9, 300_000],
    [1000, 300_000],
  ])("after %i of them the next waits %i ms", (failures, wait_ms) => {
    expect(waitAfter(failures)).toBe(wait_ms);
  });

  it("make even the right one wait, in another tab, too", async () => {
    const vault = await anOpenVault();
    vault.lock();
    const told = [];
    for (let failure = 0; failure < 3; failure++) told.push(await refusal(vault.unlock(WRONG)));

    expect(told).toEqual([["wrong_passphrase", null], ["wrong_passphrase", null], ["wrong_passphrase", NOON + 5_000]]);
    expect(await refusal((await aTab()).unlock(RIGHT))).toEqual(["wait", NOON + 5_000]);
    pass(5_000);
    await vault.unlock(RIGHT);
    expect(vault.state).toBe("open");
  });

  it("are forgotten after a right one", async () => {
    const vault = await anOpenVault();
    await refusal(vault.unlock(WRONG));
    await refusal(vault.unlock(WRONG));
    await vault.unlock(RIGHT);

    expect(await refusal(vault.unlock(WRONG))).toEqual(["wrong_passphrase", null]);
  });

  it("make nobody wait for longer than five minutes, even when the clock was set back", async () => {
    const vault = await anOpenVault();
    await behindTheBack("vault", "attempts", () => ({ failures: 3, waitUntil: NOON + 86_400_000 }));

    const [reason, until] = await refusal(vault.unlock(RIGHT));

    expect([reason, until]).toEqual(["wait", clock() + 300_000]);
  });
});
