// Has the holder written the secret down? Some parts are asked for after it was shown.

import type { Secret } from "../ledger";

const SEED_PART_LENGTH = 4;
const ASKED = 3;

/**
 * A question for some parts of a secret: words, or the characters of a seed in groups of four (the last has fewer).
 *
 * Show `parts` once, hide them, then ask for those at `asked`.
 */
export class BackupCheck {
  readonly parts: readonly string[];
  /** 1-based places in rising order, chosen at random. */
  readonly asked: readonly number[];

  readonly #isWords: boolean;

  constructor(secret: Secret) {
    this.#isWords = secret.kind === "words";
    this.parts = this.#isWords ? secret.text.split(" ") : groupsOf(secret.text);
    this.asked = choose(ASKED, this.parts.length);
  }

  /**
   * Return the places whose answer is wrong; none when the holder has the secret. A seed's letters count with their
   * case, a word's don't.
   *
   * @param answers In the order of `asked`.
   */
  wrong(answers: readonly string[]): number[] {
    return this.asked.filter((place, at) => this.#read(answers[at] ?? "") !== this.parts[place - 1]);
  }

  #read(answer: string): string {
    return this.#isWords ? answer.trim().toLowerCase() : answer.trim();
  }
}

function groupsOf(seed: string): string[] {
  return seed.match(new RegExp(`.{1,${SEED_PART_LENGTH}}`, "g")) ?? [];
}

function choose(count: number, of: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(1 + draw(of));
  return [...chosen].sort((a, b) => a - b);
}

/** A number from 0 to `below` - 1, each as likely. */
function draw(below: number): number {
  const limit = 256 - (256 % below);
  for (;;) {
    const [value = 0] = crypto.getRandomValues(new Uint8Array(1));
    if (value < limit) return value % below;
  }
}
