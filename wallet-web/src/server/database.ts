// The browser's database, in the few words that this room and the next need.

export type Store = "devices" | "answers";

const NAME = "sealgate";
const VERSION = 1;
const STORES: readonly Store[] = ["devices", "answers"];

/** The record with this key, or undefined. @throws DOMException where the browser keeps nothing. */
export const find = <T>(store: Store, key: string): Promise<T | undefined> =>
  within(store, "readonly", (records) => records.get(key) as IDBRequest<T | undefined>);

export const all = <T>(store: Store): Promise<T[]> => within(store, "readonly", (records) => records.getAll() as IDBRequest<T[]>);

/** Durable once it returns. */
export const put = async (store: Store, key: string, record: unknown): Promise<void> => {
  await within(store, "readwrite", (records) => records.put(record, key));
};

export const remove = async (store: Store, key: string): Promise<void> => {
  await within(store, "readwrite", (records) => records.delete(key));
};

async function within<T>(store: Store, mode: IDBTransactionMode, work: (records: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    // Nothing kept open stands in the way of another tab with a newer version.
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) {
        if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new DOMException("another tab holds an older database", "InvalidStateError"));
  });
}
