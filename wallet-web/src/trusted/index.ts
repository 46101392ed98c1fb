// Addresses of scripts that a page under Trusted Types may start.
//
// Owns the one policy of the page, `sealgate`, and offers an address in the form that workers want. Never lets through
// what is not a file of this wallet. https://www.w3.org/TR/trusted-types/

interface Policy {
  createScriptURL(text: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/**
 * Return the address of one of our own scripts, for `new Worker` or a service worker's registration.
 *
 * @throws TypeError the address is not one of this wallet's files.
 */
export function ownScript(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
  policy ??= trustedTypes?.createPolicy("sealgate", { createScriptURL: checked }) ?? { createScriptURL: checked };
  return policy.createScriptURL(address);
}

function checked(address: string): string {
  const { origin, pathname } = new URL(address, location.href);
  // Vite serves sources from other folders, in development only.
  const isOurs = origin === location.origin && (pathname.startsWith("/wallet/") || import.meta.env.DEV);
  if (!isOurs) throw new TypeError(`not a script of this wallet: ${address}`);
  return address;
}
