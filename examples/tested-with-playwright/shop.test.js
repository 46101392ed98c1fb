import { expect, test as base } from "sealgate/testing/playwright";
import { openShop } from "./shop.js";

const test = base.extend({
  // A page that shows the shop, whose platform is new.
  shop: async ({ platform, page }, use) => {
    const shop = await openShop();
    await page.goto(shop.url);
    await use(page);
    await page.close();
    await shop.close();
  },
});

async function signIn(shop, wallet) {
  const opened = shop.waitForEvent("popup");
  await shop.getByRole("button", { name: "Sign in", exact: true }).click();
  await wallet.approve(await opened);
  await expect(shop.getByText(`Hello ${wallet.account}`)).toBeVisible();
}

test("a customer signs in, buys and leaves", async ({ shop, wallet, ledger }) => {
  await ledger.fund(wallet, 100);

  await signIn(shop, wallet);
  await shop.getByRole("button", { name: "Buy" }).click();
  await wallet.approve();
  await expect(shop.getByRole("status")).toHaveText("Thank you");
  await shop.getByRole("button", { name: "Sign out" }).click();

  await expect(shop.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  expect(await ledger.balance(wallet)).toBeLessThan(97.5);
});

test("who declines is not signed in", async ({ shop, wallet }) => {
  const opened = shop.waitForEvent("popup");
  await shop.getByRole("button", { name: "Sign in", exact: true }).click();

  await wallet.reject(await opened);

  await expect(shop.getByRole("status")).toHaveText("You declined. You may look around anyway.");
  await expect(shop.getByText("Hello")).toBeHidden();
});

test("without a popup, the page itself goes and comes back", async ({ shop, wallet }) => {
  const address = shop.url();
  await shop.getByRole("button", { name: "Sign in without a popup" }).click();

  await wallet.approve(shop);

  await expect(shop.getByText(`Hello ${wallet.account}`)).toBeVisible();
  expect(shop.url()).toBe(address);
});

test("who waits too long finds the book back on its shelf", async ({ shop, wallet, platform, platformClock }) => {
  await signIn(shop, wallet);
  await shop.getByRole("button", { name: "Buy" }).click();
  await expect(shop.getByRole("status")).toHaveText("Look at your wallet");

  await platformClock.advance({ minutes: 6 });

  await expect(shop.getByRole("status")).toHaveText("That was too long: it is back on the shelf");
  expect((await platform.requests()).map((one) => one.state)).toEqual(["signed", "expired"]);
});
