// Whose wallet this is: what the server wrote into the page.

interface Brand {
  /** What the operator calls the wallet. */
  name: string;
  /** Whether this is a developer's sandbox, with a ledger of its own. */
  dev: boolean;
}

/** Name and kind of the server this page came from. */
export const brand: Brand = read();

function read(): Brand {
  const written = document.querySelector<HTMLMetaElement>('meta[name="sealgate"]')?.content ?? "{}";
  const { name = "Sealgate", dev = import.meta.env.DEV } = JSON.parse(written) as Partial<Brand>;
  return { name, dev };
}
