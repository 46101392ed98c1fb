import { openShop } from "./shop.js";

console.log((await openShop(Number(process.env.PORT ?? 5174))).url);
