// Being woken while no tab of the wallet is open: Web Push. (docs/guides/push.md)
//
// Owns the subscription of this browser, and how a message reads. Offers `Waking` to the page, and the words of a message
// to the service worker. Never tells what a request is about: a message has ids only.

export { type PushRefusal, PushRefused, Waking, type WakingState } from "./waking";
export { placeOf, type Pushed, readPush, wordsFor } from "./message";
