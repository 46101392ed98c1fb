import { expect, it } from "vitest";
import { isSecret } from "../../src/bridge";

it.each([
  "sn3nxiW7v8KXzPzAqzyHXbSSKNuN9",
  "Secret: sn3nxiW7v8KXzPzAqzyHXbSSKNuN9",
  "sEdTM1uX8pu2do5XvTnutH6HsouMaM2",
  `ED${"0A".repeat(32)}`,
  "554872 394230 209376 323698 140250 387423 652803 258676",
  "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
  "https://sign.example/pair/e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52.0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41",
  "sealgate://pair?server=https%3A%2F%2Fsign.example&invitation=Zk2w9LxYb4Tn1RfVhJ8c",
  "https://sign.example/wallet/welcome#invitation=Zk2w9LxYb4Tn1RfVhJ8c",
  "https://sign.example/detect/secret?type=alt-family-seed&name=N",
  "https://sign.example/detect/feature:offline-secret-numbers?type=T",
])("keeps %s from the page", (scanned) => {
  expect(isSecret(scanned)).toBe(true);
});

it.each([
  "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
  "https://sign.example/sign/e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52",
  "https://shop.example/?s=summer",
  "order 1042 of the shop",
  "AB".repeat(32),
  "12345678",
  "",
])("lets the page have %s", (scanned) => {
  expect(isSecret(scanned)).toBe(false);
});
