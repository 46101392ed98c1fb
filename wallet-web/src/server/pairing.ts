// Which device this browser is, with which server, and the key it believes.

import { find, put, remove } from "./database";
import type { StoredKey } from "./device_key";
import type { ServerCard, ViewKey } from "./shapes";

/** A pairing as the browser's database keeps it. */
export interface Pairing {
  device: string;
  user: string;
  issuer: string;
  publicUrl: string;
  /** The first one is pinned: a view that another key signed is not believed, not even one that was before it. */
  viewKeys: [ViewKey, ...ViewKey[]];
  card: ServerCard;
}

/**
 * What is kept of one server. A key is kept before the server hears of it, so that a lost answer makes no second device:
 * `key` belongs to `pairing` where there is one, `next` is on its way.
 */
export interface Kept {
  key: StoredKey;
  pairing: Pairing | null;
  next: StoredKey | null;
}

export const findKept = (at: string): Promise<Kept | undefined> => find<Kept>("devices", at);
export const keep = (at: string, kept: Kept): Promise<void> => put("devices", at, kept);
export const forget = (at: string): Promise<void> => remove("devices", at);
