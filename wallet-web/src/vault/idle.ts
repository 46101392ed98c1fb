// Locks by itself when nobody has been there for a while. Clocks of sleeping devices jump and timers of hidden tabs are
// late, so the time is looked at whenever something happens, too.

/** Others are told of the holder's presence at most this often. */
const TELL_EVERY_MS = 5_000;

export class IdleWatch {
  #touchedAt = 0;
  #toldAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #minutes: number;

  /**
   * @param now ms since 1970.
   * @param expire Called once the time is over, until `stop`.
   */
  constructor(
    minutes: number,
    readonly now: () => number,
    readonly expire: () => void,
  ) {
    this.#minutes = minutes;
  }

  get touchedAt(): number {
    return this.#touchedAt;
  }

  get isOver(): boolean {
    return this.now() - this.#touchedAt >= this.#minutes * 60_000;
  }

  start(touchedAt: number): void {
    this.#touchedAt = touchedAt;
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  setMinutes(minutes: number): void {
    this.#minutes = minutes;
    if (this.#timer !== undefined) this.#schedule();
  }

  /** The holder was here, or in another tab. Returns whether it is time to tell the others. */
  touch(at: number): boolean {
    this.#touchedAt = Math.max(this.#touchedAt, at);
    if (at - this.#toldAt < TELL_EVERY_MS) return false;
    this.#toldAt = at;
    return true;
  }

  /** Expire if the time is over, else look again when it may be. */
  check(): void {
    if (this.#timer === undefined) return;
    if (this.isOver) this.expire();
    else this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const left = this.#touchedAt + this.#minutes * 60_000 - this.now();
    this.#timer = setTimeout(() => this.check(), Math.max(left, 0) + 50);
    // Node would wait for it at its end.
    (this.#timer as { unref?: () => void }).unref?.();
  }
}
