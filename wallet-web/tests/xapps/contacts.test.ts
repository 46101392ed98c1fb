import { beforeEach, describe, expect, it } from "vitest";
import { Contacts } from "../../src/xapps/contacts";

const BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe";
const CAROL = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";

/** What a browser keeps. */
class Kept implements Pick<Storage, "getItem" | "setItem"> {
  values = new Map<string, string>();
  getItem = (key: string): string | null => this.values.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.values.set(key, value);
}

describe("the address book", () => {
  let kept: Kept;
  let book: Contacts;
  beforeEach(() => {
    kept = new Kept();
    book = new Contacts(kept as unknown as Storage);
  });

  it("lists by name, and tells tags of one address apart", () => {
    book.keep({ name: "Zoe", address: CAROL });
    book.keep({ name: "Bob", address: BOB, tag: 7 });
    book.keep({ name: "Ann", address: BOB });

    expect(book.all().map((one) => [one.name, one.tag])).toEqual([["Ann", undefined], ["Bob", 7], ["Zoe", undefined]]);
  });

  it("names somebody anew, and forgets them", () => {
    book.keep({ name: "Bob", address: BOB, tag: 7 });
    book.keep({ name: "Robert", address: BOB, tag: 7 });
    expect(book.all().map((one) => one.name)).toEqual(["Robert"]);

    book.forget({ name: "", address: BOB, tag: 7 });
    expect(book.all()).toEqual([]);
  });

  it("takes nobody without a name", () => {
    expect(book.keep({ name: "  ", address: BOB })).toBe(false);
    expect(book.all()).toEqual([]);
  });

  it.each(["no JSON", "{}", '[{"name":"Bob","address":"rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYx"}]', '[{"name":"Bob","address":"' + BOB + '","tag":-1}]', "[null]"])(
    "reads nothing from %s",
    (text) => {
      kept.setItem("sealgate.contacts", text);
      expect(book.all()).toEqual([]);
    },
  );
});
