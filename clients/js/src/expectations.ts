import { FaultMethods } from "./faults.js";
import type { Diff, RecordedRequest, WaitOptions } from "./models.js";
import { describeFailure, describeOrder, type RequestConditions, RequestPattern } from "./patterns.js";

/** Assertions about the requests and the changes of a sandbox. Failures list the requests that are most similar. */
export abstract class Expectations extends FaultMethods {
  abstract requests(filters?: WaitOptions): Promise<RecordedRequest[]>;
  abstract diff(snapshot?: string): Promise<Diff>;

  /**
   * Check that there were `times` matching requests, by default at least one; return them, oldest first.
   *
   * `*` matches any method, and anything in a path. `wait` waits up to that many seconds for the requests.
   */
  async expectRequest(
    method: string,
    path = "*",
    { times, wait = 0, ...conditions }: RequestConditions & { times?: number; wait?: number } = {},
  ): Promise<RecordedRequest[]> {
    const pattern = new RequestPattern(method, path, conditions);
    const found = await this.waitFor(pattern, times ?? 1, wait);
    if (times === undefined ? found.length > 0 : found.length === times) return found;
    const ids = new Set(found.map((request) => request.id));
    const others = (await this.requests()).filter((request) => !ids.has(request.id));
    throw new Error(describeFailure(pattern, times, found, others));
  }

  /** Check that there was no matching request. */
  async expectNoRequest(method = "*", path = "*", conditions: RequestConditions = {}): Promise<void> {
    await this.expectRequest(method, path, { ...conditions, times: 0 });
  }

  /** Check that requests such as `POST /v1/orders/*` were made in this order, with any others in between; return them. */
  async expectInOrder(...patterns: string[]): Promise<RecordedRequest[]> {
    const parsed = patterns.map((each) => RequestPattern.parse(each));
    const found: RecordedRequest[] = [];
    for (const pattern of parsed) {
      const [next] = await this.requests({ ...pattern.filters, since: found.at(-1) ?? "0" });
      if (!next) throw new Error(describeOrder(parsed, found, await this.requests(pattern.filters)));
      found.push(next);
    }
    return found;
  }

  /** Check that no record was changed since a snapshot or, without a name, since the fixtures were loaded. */
  async expectNoChanges(since?: string): Promise<void> {
    const { lines } = await this.diff(since);
    if (lines.length > 0) throw new Error(["expected no changes, found:", ...lines.map((each) => `  ${each}`)].join("\n"));
  }

  /** Return the matching requests, once there are enough or `seconds` have passed; others may arrive meanwhile. */
  private async waitFor(pattern: RequestPattern, enough: number, seconds: number): Promise<RecordedRequest[]> {
    const deadline = performance.now() + seconds * 1000;
    let [wait, min] = [seconds, enough];
    for (;;) {
      const selected = await this.requests({ ...pattern.filters, wait, min });
      const found = selected.filter((request) => pattern.matches(request));
      if (found.length >= enough || performance.now() >= deadline) return found;
      wait = Math.ceil((deadline - performance.now()) / 1000);
      min = selected.length + 1;
    }
  }
}
