import { describe, expect, it } from "vitest";
import { newSecret } from "../../src/ledger";
import { BackupCheck } from "../../src/vault";

describe.each(["words", "seed"] as const)("the check of a backup by %s", (kind) => {
  it("asks for three parts that were shown, in order", async () => {
    const secret = await newSecret(kind, "secp256k1");

    const check = new BackupCheck(secret);

    expect(check.parts.join(kind === "words" ? " " : "")).toBe(secret.text);
    expect(new Set(check.asked).size).toBe(3);
    expect([...check.asked].sort((a, b) => a - b)).toEqual(check.asked);
    for (const place of check.asked) expect(check.parts[place - 1]).toBeDefined();
  });

  it("is passed by who has them, and says which are wrong", async () => {
    const check = new BackupCheck(await newSecret(kind, "secp256k1"));
    const right = check.asked.map((place) => ` ${check.parts[place - 1]} `);

    expect(check.wrong(right)).toEqual([]);
    expect(check.wrong([right[0] ?? "", "?", right[2] ?? ""])).toEqual([check.asked[1]]);
    expect(check.wrong([])).toEqual(check.asked);
  });

  it("counts capitals in a seed only", async () => {
    const check = new BackupCheck({ kind, algorithm: "secp256k1", text: kind === "words" ? "ab ".repeat(12).trim() : "sAbCdEfGhJkL" });
    const swapped = check.asked.map((place) => (check.parts[place - 1] ?? "").toUpperCase());

    expect(check.wrong(swapped).length === 0).toBe(kind === "words");
  });

  it("asks for others another time", async () => {
    const secret = await newSecret(kind, "secp256k1");

    const asked = new Set(Array.from({ length: 40 }, () => new BackupCheck(secret).asked.join()));

    expect(asked.size).toBeGreaterThan(5);
  });
});
