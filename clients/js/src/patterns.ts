import { isDeepStrictEqual } from "node:util";
import type { ApiName, RecordedRequest, RequestFilters } from "./models.js";

const MAX_SHOWN = 3;
const MAX_LENGTH = 60;
const ANY = "*";

/** Conditions on recorded requests. Objects in `body` and `query` may have other members too. */
export interface RequestConditions {
  api?: ApiName;
  body?: unknown;
  query?: { [name: string]: string };
  status?: number;
  rejected?: boolean;
  /** The name of the rule that rejected the request. */
  rule?: string | null;
  /** The id of the customer that the request is for. */
  customer?: number | null;
}

/** Conditions on requests: method and path, in which `*` matches anything, and others. */
export class RequestPattern {
  constructor(
    readonly method: string,
    readonly path: string,
    readonly conditions: RequestConditions = {},
  ) {}

  /** Return the pattern of a text such as `POST /v1/orders/*`. */
  static parse(text: string): RequestPattern {
    const [, method, path] = /^(\S+) ([/*].*)$/.exec(text) ?? [];
    if (method === undefined || path === undefined) {
      throw new TypeError(`expected a method and a path such as "POST /v1/orders/*", got ${JSON.stringify(text)}`);
    }
    return new RequestPattern(method, path);
  }

  /** The filters of the journal for the conditions that it knows. */
  get filters(): RequestFilters {
    const { api, status } = this.conditions;
    return {
      path: this.path,
      ...(this.method === ANY ? {} : { method: this.method }),
      ...(api === undefined ? {} : { api }),
      ...(status === undefined ? {} : { status }),
    };
  }

  /** Return whether a request that the filters select meets the other conditions too. */
  matches(request: RecordedRequest): boolean {
    return this.differingMembers(request).length === 0;
  }

  /** Return how a request differs. */
  differences(request: RecordedRequest): string[] {
    const found: string[] = [];
    if (![ANY, request.method].includes(this.method)) found.push(`its method is ${request.method}`);
    if (!glob(this.path).test(request.path)) found.push(`its path is ${request.path}`);
    return [...found, ...this.differingMembers(request)];
  }

  toString(): string {
    const others = Object.entries(this.conditions).map(([name, value]) => `, ${name} ${abbreviate(value)}`);
    return `${this.method} ${this.path}${others.join("")}`;
  }

  private differingMembers(request: RecordedRequest): string[] {
    const { api, query, status, rejected, rule } = request;
    const body = request.request.body;
    const actual = { api, body, query, status, rejected, rule, customer: request.customer?.id ?? null };
    const names = Object.keys(this.conditions) as (keyof RequestConditions)[];
    return names.flatMap((name) => differences(this.conditions[name], actual[name], name));
  }
}

function glob(path: string): RegExp {
  const parts = path.split(ANY).map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** Return where a value differs from an expected one. Objects may have members that are not expected. */
function differences(expected: unknown, actual: unknown, place: string): string[] {
  if (isObject(expected) && isObject(actual)) {
    return Object.entries(expected).flatMap(([name, value]) => differences(value, actual[name], `${place}.${name}`));
  }
  if (isDeepStrictEqual(expected, actual)) return [];
  const found = actual === undefined ? "is missing" : `is ${abbreviate(actual)}`;
  return [`${place} ${found}, expected ${abbreviate(expected)}`];
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 3)}...`;
}

/** Return the message if there are too few or too many requests; `others` do not match. */
export function describeFailure(
  pattern: RequestPattern,
  times: number | undefined,
  found: RecordedRequest[],
  others: RecordedRequest[],
): string {
  const wanted = times === undefined ? "at least 1 request" : times === 0 ? "no request" : count(times, "request");
  const head = `expected ${wanted} ${pattern}, found ${found.length || "none"}`;
  const isMissing = found.length < (times ?? 1);
  return [head, ...found.map((each) => `  ${describeRequest(each)}`), ...(isMissing ? nearest(pattern, others) : [])].join(
    "\n",
  );
}

function nearest(pattern: RequestPattern, others: RecordedRequest[]): string[] {
  if (others.length === 0) return ["no other requests"];
  const ranked = others.map((request) => ({ request, differences: pattern.differences(request) }));
  ranked.sort((one, other) => dissimilarity(one.differences) - dissimilarity(other.differences));
  const lines = ranked.slice(0, MAX_SHOWN).map((each) => `  ${describeRequest(each.request)}: ${each.differences.join("; ")}`);
  return [`nearest of ${count(others.length, "other request")}:`, ...lines];
}

/** Return a number by which to sort: a request with the same method and path is more similar than any other. */
function dissimilarity(found: string[]): number {
  const head = found.filter((text) => /^its (method|path)/.test(text)).length;
  return head * 1_000 + found.length;
}

/** Return a request as one line: id, method, path, status, and the rule by which it was rejected. */
export function describeRequest(request: RecordedRequest): string {
  const outcome = request.in_progress ? "in progress" : (request.status ?? "no response");
  const rejected = request.rejected ? `, rejected by ${request.rule}` : "";
  return `request ${request.id}: ${request.method} ${request.path} ${outcome}${rejected}`;
}

/** Return the message if there is no request for a pattern after those that were `found`. */
export function describeOrder(patterns: RequestPattern[], found: RecordedRequest[], earlier: RecordedRequest[]): string {
  const lines = patterns.map((pattern, index) => {
    const request = found[index];
    return `  ${pattern}: ${request ? `request ${request.id}` : index === found.length ? "not found" : "not searched"}`;
  });
  const before = earlier.map((each) => `before request ${found.at(-1)?.id}: ${describeRequest(each)}`);
  return ["expected requests in this order:", ...lines, ...before].join("\n");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
