// The platform's clock.

import type { Controls } from "./controls.js";

interface Told {
  now: string;
  ahead_s: number;
  frozen: boolean;
}

/** How far to move: the parts are added up. */
export interface Distance {
  seconds?: number;
  minutes?: number;
  hours?: number;
  days?: number;
}

/** The platform's time: it moves when told to, and with it requests expire, tokens end, retries come due. Your own
 * program keeps the machine's time. Every test begins with that. */
export class Clock {
  constructor(private readonly controls: Controls) {}

  /** The platform's time. */
  async now(): Promise<Date> {
    return new Date((await this.controls.dev<{ clock: Told }>("GET")).clock.now);
  }

  /** Move it forward and return the new time: `advance({ hours: 1, minutes: 30 })`, or so many seconds. */
  advance(by: Distance | number): Promise<Date> {
    const { seconds = 0, minutes = 0, hours = 0, days = 0 } = typeof by === "number" ? { seconds: by } : by;
    return this.set({ advance_s: seconds + 60 * (minutes + 60 * (hours + 24 * days)) });
  }

  /** Let it stand still but for `advance`, and return where it stands. */
  freeze(): Promise<Date> {
    return this.set({ frozen: true });
  }

  /** Let time pass again; what has passed meanwhile passes at once. */
  thaw(): Promise<Date> {
    return this.set({ frozen: false });
  }

  private async set(how: object): Promise<Date> {
    return new Date((await this.controls.dev<Told>("POST", "/clock", how)).now);
  }
}
