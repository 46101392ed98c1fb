import { describe, expect, it } from "vitest";
import { addressOf, isAddress, readAddress, xAddressOf } from "../../src/ledger";
import { keys } from "./vectors";

const ADDRESS = keys.ed25519.account;

describe("an address", () => {
  it("follows from the key, written in any case", () => {
    expect(addressOf(keys.ed25519.public_key.toLowerCase())).toBe(ADDRESS);
    expect(() => addressOf("ED00")).toThrow(RangeError);
  });

  it("has a checksum", () => {
    expect(isAddress(ADDRESS)).toBe(true);
    expect(isAddress(ADDRESS.replace("N", "n"))).toBe(false);
    expect(isAddress("")).toBe(false);
    expect(isAddress("r".repeat(10_000))).toBe(false);
  });

  it("is read from its classic form, which knows no tag and no network", () => {
    expect(readAddress(ADDRESS)).toEqual({ address: ADDRESS, tag: null, isTest: null });
    expect(readAddress(keys.ed25519.seed)).toBeNull();
  });
});

describe("an X-address", () => {
  it.each([null, 0, 1, 4_294_967_295])("comes back with its tag %s", (tag) => {
    for (const isTest of [false, true])
      expect(readAddress(xAddressOf(ADDRESS, tag, isTest))).toEqual({ address: ADDRESS, tag, isTest });
  });

  it("is that of the standard's examples", () => {
    const known = "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59";

    expect(xAddressOf(known, null, false)).toBe("X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ");
    expect(xAddressOf(known, 1, false)).toBe("X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu");
    expect(xAddressOf(known, null, true)).toBe("T719a5UwUCnEs54UsxG9CJYYDhwmFCqkr7wxCcNcfZ6p5GZ");
  });

  it("has a tag of 32 bits and an account", () => {
    expect(() => xAddressOf(ADDRESS, 2 ** 32, false)).toThrow(RangeError);
    expect(() => xAddressOf("rNope", 1, false)).toThrow(RangeError);
  });
});
