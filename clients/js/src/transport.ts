import createClient, { type Client } from "openapi-fetch";
import { ControlError, type Problem, UnreachableError } from "./errors.js";
import type { paths } from "./generated/control.js";

const TIMEOUT_SECONDS = 60;
const fetch = globalThis.fetch.bind(globalThis); // tests replace the global one, for example with MSW

/** The control API, with a typed method for each HTTP method. */
export type ControlClient = Client<paths, "application/json">;

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return the URL without a final slash, with `localhost` for loopback addresses: pages and cookies need that name. */
export function normalizeUrl(url: string): string {
  const address = parseUrl(url);
  if (["127.0.0.1", "[::1]"].includes(address.hostname)) address.hostname = "localhost";
  return address.href.replace(/\/+$/, "");
}

function parseUrl(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !["http:", "https:"].includes(address.protocol) || address.search || address.hash) {
    throw new TypeError(`url: expected a URL such as http://localhost:8080, got ${JSON.stringify(url)}`);
  }
  return address;
}

/** Sends requests to the control API of one emulator. */
export class Transport {
  readonly url: string;
  readonly client: ControlClient;

  constructor(url: string, token?: string) {
    this.url = normalizeUrl(url);
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    this.client = createClient<paths, "application/json">({ baseUrl: this.url, headers, fetch });
  }

  /** Return the body of the response. Throws ControlError or UnreachableError. */
  async send<T>(call: (client: ControlClient, signal: AbortSignal) => Promise<Result<T>>, wait = 0): Promise<T> {
    const signal = AbortSignal.timeout((TIMEOUT_SECONDS + wait) * 1000);
    const { data, error, response } = await call(this.client, signal).catch((cause: unknown) => {
      throw new UnreachableError(`${this.url}: ${reason(cause)}`, { cause });
    });
    if (!response.ok) throw new ControlError(response.status, problem(error));
    return data as T;
  }
}

function problem(error: unknown): Partial<Problem> {
  return typeof error === "object" && error !== null ? (error as Partial<Problem>) : { detail: String(error) };
}

function reason(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (inner instanceof AggregateError) return String((inner as { code?: unknown }).code ?? inner.errors.join(", "));
  return inner instanceof Error ? inner.message : String(inner);
}
