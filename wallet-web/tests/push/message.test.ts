import { describe, expect, it } from "vitest";
import { placeOf, readPush, wordsFor } from "../../src/push/message";

const UUID = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52";

describe("a message", () => {
  it("names a request, or an xApp with its event", () => {
    expect(readPush(`{"category":"SIGNTX","app":"a","payload":"${UUID}"}`)).toEqual({ payload: UUID, xapp: null });
    expect(readPush(`{"category":"OPENXAPP","app":"a","payload":"${UUID}","xappIdentifier":"shop.demo"}`)).toEqual({
      payload: UUID,
      xapp: "shop.demo",
    });
  });

  it.each(["", "null", "[]", "x", "{}", '{"payload":7}', '{"payload":"../console"}'])("that is none, such as %s, names nothing", (text) => {
    expect(readPush(text)).toBeNull();
  });

  it("cannot lead out of the wallet by an identifier", () => {
    const text = JSON.stringify({ category: "OPENXAPP", payload: UUID, xappIdentifier: "../../console" });
    expect(readPush(text)).toEqual({ payload: UUID, xapp: null });
  });
});

it("leads to the request, to the xApp with its event, or to the wallet", () => {
  expect(placeOf({ payload: UUID, xapp: null })).toBe(`/wallet/sign/${UUID}?from=PUSH_NOTIFICATION`);
  expect(placeOf({ payload: UUID, xapp: "shop.demo" })).toBe(`/wallet/xapps/shop.demo?event=${UUID}&from=PUSH_NOTIFICATION`);
  expect(placeOf(null)).toBe("/wallet/");
});

it("shows an app's name at the most, cut where it is long, in the person's language", () => {
  expect(wordsFor({ payload: UUID, xapp: null }, "Shop", "de-AT").title).toBe("Shop bittet um deine Unterschrift");
  expect(wordsFor({ payload: UUID, xapp: "x" }, "Shop", "en").title).toBe("News from Shop");
  expect(wordsFor({ payload: UUID, xapp: null }, null, "fr").title).toBe("A request waits for you");
  expect(wordsFor(null, null, "en").title).toBe("A request waits for you");
  expect(wordsFor({ payload: UUID, xapp: null }, "x".repeat(200), "en").title.length).toBeLessThan(100);
});
