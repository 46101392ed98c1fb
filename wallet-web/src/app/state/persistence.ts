// Keys that nobody else has must not go when the browser makes room.

let isAsked = false;

/**
 * Ask the browser to keep what this origin stores until somebody clears it; once for each page that is loaded. Some
 * browsers ask the person, others decide by themselves: whatever they say, the backup is what counts.
 */
export async function keepStored(storage: Pick<StorageManager, "persist" | "persisted"> | undefined = navigator.storage): Promise<void> {
  if (isAsked || storage?.persist === undefined) return;
  isAsked = true;
  try {
    if (!(await storage.persisted())) await storage.persist();
  } catch {
    // A browser that cannot say keeps things as it always does.
  }
}
