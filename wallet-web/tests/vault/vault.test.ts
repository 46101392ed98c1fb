import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { checkBlob } from "../../src/ledger";
import { Vault } from "../../src/vault";
import { keys, secretOf } from "../ledger/vectors";
import { anOpenVault, anotherOpenTab, aTab, behindTheBack, MINUTE_MS, pass, refusal, RIGHT, startOver, until, WRONG } from "./a_vault";

const SECRET = secretOf("ed25519");
const ADDRESS = keys.ed25519.account;

// Argon2id takes its time, on a busy machine more.
vi.setConfig({ testTimeout: 120_000 });
beforeEach(startOver);

describe("a new vault", () => {
  it("is empty, then open, and locked when it is met again", async () => {
    const vault = await aTab();
    expect(vault.state).toBe("empty");

    await vault.create(RIGHT);
    expect(vault.state).toBe("open");

    vault.close();
    expect((await aTab()).state).toBe("locked");
  });

  it("is made once", async () => {
    const [one, other] = [await aTab(), await aTab()];

    const made = await Promise.allSettled([one.create(RIGHT), other.create(RIGHT)]);

    expect(made.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it.each([
    ["short", "passphrase_too_short"],
    ["x".repeat(1025), "passphrase_too_long"],
  ])("wants a passphrase of some length", async (text, reason) => {
    const vault = await aTab();

    expect(await refusal(vault.create({ kind: "passphrase", text }))).toEqual([reason, null]);
    expect(vault.state).toBe("empty");
  });
});

describe("an account", () => {
  it("is known while the vault is locked, and signs while it is open", async () => {
    const vault = await anOpenVault();
    const added = await vault.add(SECRET, " Savings ");

    const signed = await vault.sign(ADDRESS, { SignIn: true, Account: ADDRESS }, { as: "sign_in" });
    vault.lock();

    expect(added).toMatchObject({ address: ADDRESS, label: "Savings", algorithm: "ed25519", backedUp: false });
    expect((await checkBlob(signed.signedBlob)).signatures[0]?.keyAddress).toBe(ADDRESS);
    expect(vault.accounts).toEqual([added]);
    expect(await refusal(vault.sign(ADDRESS, { Account: ADDRESS }, { as: "sign_in" }))).toEqual(["locked", null]);
    expect(await refusal(vault.add(secretOf("secp256k1"), ""))).toEqual(["locked", null]);
  });

  it("is one of several, in the order they came, each there once", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "one");
    pass(1);
    await vault.add(secretOf("secp256k1"), "two", { backedUp: true });

    expect(vault.accounts.map(({ label, backedUp }) => [label, backedUp])).toEqual([["one", false], ["two", true]]);
    expect(await refusal(vault.add(SECRET, "again"))).toEqual(["account_exists", null]);
  });

  it("takes another name, locked or not, of bounded length", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "old");
    vault.lock();

    await vault.rename(ADDRESS, "new");

    expect(vault.accounts[0]?.label).toBe("new");
    expect(await refusal(vault.rename(ADDRESS, "x".repeat(65)))).toEqual(["label_too_long", null]);
    expect(await refusal(vault.rename(keys.secp256k1.account, "x"))).toEqual(["account_unknown", null]);
  });

  it("shows its secret to who opens the lock anew, and goes the same way", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "");

    expect((await refusal(vault.reveal(ADDRESS, WRONG)))[0]).toBe("wrong_passphrase");
    expect(await vault.reveal(ADDRESS, RIGHT)).toEqual(SECRET);
    expect((await refusal(vault.remove(ADDRESS, WRONG)))[0]).toBe("wrong_passphrase");
    await vault.remove(ADDRESS, RIGHT);
    expect(vault.accounts).toEqual([]);
  });

  it("remembers that its secret was written down", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "");

    await vault.markBackedUp(ADDRESS);

    expect((await aTab()).accounts[0]?.backedUp).toBe(true);
  });
});

describe("what lies in the database", () => {
  it("has no secret in the clear, and says how the passphrase's key is made", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "");

    const everything = await vault.exportRecords();

    const { locks } = (JSON.parse(everything) as { vault: { locks: { cost: object }[] } }).vault;
    expect(locks[0]?.cost).toMatchObject({ name: "argon2id", memoryKib: 19_456, passes: 2, lanes: 1 });
    const text = Array.from(new TextEncoder().encode(SECRET.text), (byte) => byte.toString(16)).join("");
    for (const secret of [SECRET.text, text, keys.ed25519.private_key.slice(2).toLowerCase()]) expect(everything).not.toContain(secret);
  });
});

describe("the right passphrase", () => {
  it("opens, composed or decomposed", async () => {
    const vault = await aTab();
    await vault.create({ kind: "passphrase", text: "caf\u00e9 caf\u00e9" });
    vault.lock();

    await vault.unlock({ kind: "passphrase", text: "cafe\u0301 cafe\u0301" });

    expect(vault.state).toBe("open");
  });

  it("is changed by who knows it", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "");

    await vault.changeLock(RIGHT, WRONG);
    vault.lock();

    expect((await refusal(vault.unlock(RIGHT)))[0]).toBe("wrong_passphrase");
    await vault.unlock(WRONG);
    await expect(vault.sign(ADDRESS, { Account: ADDRESS }, { as: "sign_in" })).resolves.toHaveProperty("txid");
    expect(vault.locks).toHaveLength(1);
  });

  it("has none beside it, and stays when it is the only lock", async () => {
    const vault = await anOpenVault();

    expect((await refusal(vault.addLock(RIGHT, WRONG)))[0]).toBe("second_passphrase");
    expect((await refusal(vault.removeLock(RIGHT, vault.locks[0]?.id ?? "")))[0]).toBe("last_lock");
    expect((await refusal(vault.unlock({ kind: "passkey" })))[0]).toBe("no_such_lock");
  });
});

describe("locking by itself", () => {
  it("comes after five minutes without the holder", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "");
    pass(4 * MINUTE_MS);
    vault.touch();
    pass(4 * MINUTE_MS);
    vault.touch();
    expect(vault.state).toBe("open");

    pass(5 * MINUTE_MS);

    expect(await refusal(vault.sign(ADDRESS, { Account: ADDRESS }, { as: "sign_in" }))).toEqual(["locked", null]);
    expect(vault.state).toBe("locked");
  });

  it("is not put off by who comes too late", async () => {
    const vault = await anOpenVault();
    const seen: unknown[] = [];
    vault.subscribe((event) => seen.push(event));
    pass(6 * MINUTE_MS);

    vault.touch();

    expect(seen).toEqual([{ kind: "state", state: "locked", why: "idle" }]);
  });

  it("takes as long as the holder likes, up to an hour", async () => {
    const vault = await anOpenVault();

    await vault.setAutoLock(30);
    pass(20 * MINUTE_MS);
    vault.touch();

    expect([vault.state, (await aTab()).autoLockMinutes]).toEqual(["open", 30]);
    await expect(vault.setAutoLock(61)).rejects.toThrow(RangeError);
  });
});

describe("several tabs", () => {
  it("are locked by one", async () => {
    const [one, other] = [await anOpenVault(), await anotherOpenTab()];

    other.lock();

    await until(() => one.state === "locked");
    expect((await aTab()).state).toBe("locked");
  });

  it("count the holder's presence in any of them", async () => {
    const [one, other] = [await anOpenVault(), await anotherOpenTab()];
    await one.add(SECRET, "");
    await until(() => other.accounts.length === 1);
    pass(4 * MINUTE_MS);
    one.touch();
    // What one tab says comes in order: who has heard of the new name has heard of the touch.
    await one.rename(ADDRESS, "touched");
    await until(() => other.accounts[0]?.label === "touched");
    pass(4 * MINUTE_MS);

    await expect(other.sign(ADDRESS, { Account: ADDRESS }, { as: "sign_in" })).resolves.toHaveProperty("txid");
  });

  it("see each other's accounts and locks", async () => {
    const [one, other] = [await anOpenVault(), await anotherOpenTab()];

    await one.add(SECRET, "here");
    await until(() => other.accounts.length === 1);
    await other.rename(ADDRESS, "there");
    await until(() => one.accounts[0]?.label === "there");
  });

  it("forget the key when one of them erases everything", async () => {
    const [one, other] = [await anOpenVault(), await anotherOpenTab()];
    await one.add(SECRET, "");

    await one.erase();

    await until(() => other.state === "empty");
    expect(other.accounts).toEqual([]);
    expect((await refusal(other.add(SECRET, "")))[0]).toBe("locked");
  });
});

describe("a vault in a browser without a database", () => {
  it("says so", async () => {
    Object.defineProperty(globalThis, "indexedDB", { value: undefined, configurable: true, writable: true });

    expect(await refusal(Vault.open())).toEqual(["storage_unavailable", null]);
  });
});

describe("a record that was changed", () => {
  it.each<[string, (record: Record<string, unknown>) => unknown, string]>([
    ["from a newer wallet", (record) => ({ ...record, version: 2 }), "newer_version"],
    ["cut", ({ version }) => ({ version }), "unreadable_vault"],
    ["of another kind", () => "hello", "unreadable_vault"],
    ["without locks", (record) => ({ ...record, locks: [] }), "unreadable_vault"],
  ])("%s is told, and nothing is written over it", async (_, change, damage) => {
    (await anOpenVault()).close();
    await behindTheBack("vault", "vault", change);
    const before = await behindTheBack<unknown>("vault", "vault");

    const vault = await aTab();

    expect([vault.state, vault.damage]).toEqual(["damaged", damage]);
    expect((await refusal(vault.create(RIGHT)))[0]).toBe("damaged");
    expect((await refusal(vault.unlock(RIGHT)))[0]).toBe("damaged");
    expect(await behindTheBack<unknown>("vault", "vault")).toEqual(before);
    await vault.erase();
    expect(vault.state).toBe("empty");
    await vault.create(RIGHT);
    expect(vault.state).toBe("open");
  });

  it("leaves the other accounts as they are", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "");
    await vault.add(secretOf("secp256k1"), "");
    await behindTheBack("accounts", ADDRESS, ({ address }) => ({ address }));

    const other = await anotherOpenTab();

    expect(other.accounts.map(({ address }) => address)).toEqual([keys.secp256k1.account]);
    expect(other.damagedAccounts).toEqual([ADDRESS]);
    expect((await refusal(other.sign(ADDRESS, {}, {})))[0]).toBe("account_damaged");
    await other.remove(ADDRESS, RIGHT);
    expect(other.damagedAccounts).toEqual([]);
  });

  it("signs with no key but its own", async () => {
    const vault = await anOpenVault();
    await vault.add(SECRET, "");
    await vault.add(secretOf("secp256k1"), "");
    const stranger = await behindTheBack("accounts", keys.secp256k1.account);
    await behindTheBack("accounts", ADDRESS, (record) => ({ ...record, privateKey: stranger.privateKey }));

    const other = await anotherOpenTab();

    expect((await refusal(other.sign(ADDRESS, { Account: ADDRESS }, { as: "sign_in" })))[0]).toBe("account_damaged");
  });

  it("is told from a wrong passphrase", async () => {
    (await anOpenVault()).close();
    type Locks = { locks: { wrapped: { data: Uint8Array } }[] };
    await behindTheBack<Locks>("vault", "vault", (record) => {
      record.locks[0]?.wrapped.data.fill(7);
      return record;
    });

    expect((await refusal((await aTab()).unlock(RIGHT)))[0]).toBe("lock_damaged");
  });
});
