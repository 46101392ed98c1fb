// The person's address book. It stays in this browser.

import { isAddress } from "../ledger";

export interface Contact {
  name: string;
  /** A classic address. */
  address: string;
  tag?: number;
}

const KEY = "sealgate.contacts";
const MOST = 500;
const LONGEST_NAME = 40;
const LARGEST_TAG = 0xffffffff;

/** Reads and writes the address book; another tab's changes are read with the next look. */
export class Contacts {
  readonly #storage: Storage;

  constructor(storage: Storage = localStorage) {
    this.#storage = storage;
  }

  /** All of them, by name. What is damaged is left out. */
  all(): Contact[] {
    return this.#read().sort((one, other) => one.name.localeCompare(other.name));
  }

  /** Add one, or name it anew; the 501st is not taken: false. */
  keep(contact: Contact): boolean {
    const name = contact.name.trim().slice(0, LONGEST_NAME);
    const others = this.#read().filter((one) => !isSame(one, contact));
    if (name === "" || others.length >= MOST) return false;
    this.#storage.setItem(KEY, JSON.stringify([...others, { ...contact, name }]));
    return true;
  }

  forget(contact: Contact): void {
    this.#storage.setItem(KEY, JSON.stringify(this.#read().filter((one) => !isSame(one, contact))));
  }

  #read(): Contact[] {
    try {
      const stored = JSON.parse(this.#storage.getItem(KEY) ?? "[]") as unknown;
      return Array.isArray(stored) ? stored.filter(isContact).slice(0, MOST) : [];
    } catch {
      return [];
    }
  }
}

function isSame(one: Contact, other: Contact): boolean {
  return one.address === other.address && one.tag === other.tag;
}

function isContact(value: unknown): value is Contact {
  if (typeof value !== "object" || value === null) return false;
  const { name, address, tag } = value as Partial<Contact>;
  const hasTag = tag === undefined || (Number.isInteger(tag) && tag >= 0 && tag <= LARGEST_TAG);
  return typeof name === "string" && typeof address === "string" && isAddress(address) && hasTag;
}
