import { expect, it } from "vitest";
import { frameable } from "../../src/xapps/frameable";

const OWN = "https://sign.example";

it("frames what is encrypted and somebody else's", () => {
  expect(frameable("https://app.example/shop?xAppToken=1", OWN, false)).toEqual({ origin: "https://app.example" });
});

it.each([
  ["https://sign.example/xapp", "own_origin"],
  ["https://sign.example:443/xapp", "own_origin"],
  ["http://app.example/", "not_encrypted"],
  ["http://localhost:5173/", "not_encrypted"],
  ["javascript:alert(1)", "bad_address"],
  ["data:text/html,x", "bad_address"],
  ["app.example", "bad_address"],
])("does not frame %s", (address, why) => {
  expect(frameable(address, OWN, false)).toEqual({ refused: why });
});

it("frames a developer's own machine in the sandbox, but for the wallet itself", () => {
  expect(frameable("http://127.0.0.1:5173/", "http://localhost:8080", true)).toEqual({ origin: "http://127.0.0.1:5173" });
  expect(frameable("http://localhost:8080/x", "http://localhost:8080", true)).toEqual({ refused: "own_origin" });
  expect(frameable("http://shop.example/", "http://localhost:8080", true)).toEqual({ refused: "not_encrypted" });
});
