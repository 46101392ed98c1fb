// An invitation that a link brought: `/wallet/welcome#invitation=…`. It stands in memory only.

let secret: string | null = null;

/** Take the invitation out of the address, where nobody shall find it, and return the one at hand. */
export function invitationAtHand(): string | null {
  const found = new URLSearchParams(location.hash.slice(1)).get("invitation");
  if (found !== null && found !== "") {
    secret = found;
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return secret;
}

/** It was used, or is not wanted. */
export function dropInvitation(): void {
  secret = null;
}
