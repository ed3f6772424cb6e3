import type { ClockInfo, Timestamp } from "./models.js";
import { timeText } from "./models.js";
import type { Transport } from "./transport.js";

const CLOCK = "/_mockorders/sandboxes/{name}/clock";
const ADVANCE = "/_mockorders/sandboxes/{name}/clock/advance";
const SECONDS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

/** The time by which to move a clock; the units are added up. */
export type Duration = { [unit in keyof typeof SECONDS]?: number };

/** The clock of a sandbox. */
export class Clock {
  constructor(
    private readonly transport: Transport,
    private readonly params: { path: { name: string } },
  ) {}

  /** Return the sandbox's time, in whole seconds. */
  async now(): Promise<Date> {
    const { params } = this;
    return new Date((await this.transport.send((api, signal) => api.GET(CLOCK, { params, signal }))).now);
  }

  /** Set the time, whether it is frozen, or both. */
  set(options: { now?: Timestamp; frozen?: boolean }): Promise<ClockInfo> {
    const { params } = this;
    const { now, ...others } = options;
    const body = now === undefined ? others : { ...others, now: timeText(now) };
    return this.transport.send((api, signal) => api.PUT(CLOCK, { params, body, signal }));
  }

  /** Freeze the time, by default at the current time. */
  freeze(now?: Timestamp): Promise<ClockInfo> {
    return this.set(now === undefined ? { frozen: true } : { now, frozen: true });
  }

  /** Resume the clock from its current time. */
  run(): Promise<ClockInfo> {
    return this.set({ frozen: false });
  }

  /** Move the time, such as `advance({ minutes: 5 })`; negative numbers move it back. */
  advance(duration: Duration): Promise<ClockInfo> {
    const { params } = this;
    const units = Object.keys(SECONDS) as (keyof typeof SECONDS)[];
    const seconds = units.reduce((sum, unit) => sum + (duration[unit] ?? 0) * SECONDS[unit], 0);
    return this.transport.send((api, signal) => api.POST(ADVANCE, { params, body: { seconds }, signal }));
  }
}
