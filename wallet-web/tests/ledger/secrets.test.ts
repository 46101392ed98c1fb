import { describe, expect, it } from "vitest";
import type { SecretRefused } from "../../src/ledger";
import { deriveKeys, newSecret, parseSecret } from "../../src/ledger";
import { keys } from "./vectors";

const WORDS = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const LONG_WORDS = `${"abandon ".repeat(23)}art`;

async function refusalOf(text: string, algorithm?: "ed25519" | "secp256k1"): Promise<[string, number | null]> {
  const refused = (await parseSecret(text, algorithm).catch((error: unknown) => error)) as SecretRefused;
  return [refused.reason, refused.at];
}

describe("a secret that is typed in", () => {
  it.each(["ed25519", "secp256k1"] as const)("is an %s seed by its first letters", async (algorithm) => {
    const { seed } = keys[algorithm];

    expect(await parseSecret(`  ${seed}\n`)).toEqual({ kind: "seed", algorithm, text: seed });
  });

  it("is a seed in groups of four as well", async () => {
    const grouped = keys.ed25519.seed.match(/.{1,4}/g)?.join(" ") ?? "";

    expect((await parseSecret(grouped)).text).toBe(keys.ed25519.seed);
  });

  it("is an s… seed with Ed25519 keys when its holder says so", async () => {
    const secret = await parseSecret(keys.secp256k1.seed, "ed25519");

    expect((await deriveKeys(secret)).publicKey).toMatch(/^ED/);
  });

  it("is words in any case and spacing", async () => {
    const typed = WORDS.toUpperCase().replaceAll(" ", " \n ");

    expect(await parseSecret(typed)).toEqual({ kind: "words", algorithm: "secp256k1", text: WORDS });
    expect((await parseSecret(LONG_WORDS)).text).toBe(LONG_WORDS);
  });

  it("is eight rows of secret numbers, which are a family seed", async () => {
    const rows = "007874 090116 172350 254594 336830 419076 501314 583553";

    const [usual, rare] = [await parseSecret(rows), await parseSecret(rows.replaceAll(" ", "\n"), "ed25519")];

    expect(usual).toMatchObject({ kind: "seed", algorithm: "secp256k1", text: expect.stringMatching(/^s[^E]/) });
    expect(rare.text).toBe("sEdSLmYJnF3Diwf9p251yBDY1nw1NFY");
    expect((await deriveKeys(rare)).address).toBe("r4pBFGbmEYA9GJZ5AtR5MXYLBW2B62v6Jq");
  });

  it.each([
    ["", "empty", null],
    ["hello", "unknown_form", null],
    ["s0meth1ng", "unknown_form", null],
    [keys.ed25519.account, "looks_like_address", null],
    [keys.ed25519.seed.replace("T", "U"), "wrong_checksum", null],
    [WORDS.replace("about", "abandon"), "wrong_checksum", null],
    [WORDS.replace(/^abandon/, "abandom"), "unknown_word", 1],
    [WORDS.replace("about", "zebra x"), "unknown_word", 13],
    ["abandon about", "word_count", null],
    ["399150 474506", "word_count", null],
    ["007874 090117 172350 254594 336830 419076 501314 583553", "number_checksum", 2],
  ])("is refused with a reason: %s", async (text, reason, at) => {
    expect(await refusalOf(text)).toEqual([reason, at]);
  });

  it("keeps its scheme: words and sEd… seeds have only one", async () => {
    expect(await refusalOf(WORDS, "ed25519")).toEqual(["words_need_secp256k1", null]);
    expect(await refusalOf(keys.ed25519.seed, "secp256k1")).toEqual(["seed_is_ed25519", null]);
  });

  it("is never in the message of a refusal", async () => {
    const typed = keys.ed25519.seed.replace("T", "U");

    const refused = (await parseSecret(typed).catch((error: unknown) => error)) as SecretRefused;

    expect(JSON.stringify([refused.message, refused.stack])).not.toContain(typed.slice(3));
  });
});

describe("a new secret", () => {
  it.each([
    ["seed", "ed25519", /^sEd[1-9A-Za-z]{28}$/],
    ["seed", "secp256k1", /^s[1-9A-Za-z]{27,28}$/],
    ["words", "secp256k1", /^([a-z]+ ){11}[a-z]+$/],
  ] as const)("is a %s for %s that can be read again, and no other", async (kind, algorithm, form) => {
    const secret = await newSecret(kind, algorithm);

    expect(secret.text).toMatch(form);
    expect(await parseSecret(secret.text)).toEqual(secret);
    expect((await newSecret(kind, algorithm)).text).not.toBe(secret.text);
  });

  it("has no words for Ed25519", async () => {
    await expect(newSecret("words", "ed25519")).rejects.toMatchObject({ reason: "words_need_secp256k1" });
  });
});

describe("keys", () => {
  it("sign no more once they are wiped", async () => {
    const made = await deriveKeys(await newSecret("seed", "ed25519"));

    made.wipe();

    expect(() => made.sign(new Uint8Array(1))).toThrow("wiped");
    expect(() => made.privateKey()).toThrow("wiped");
  });
});
