import { bypass, http, type HttpHandler, HttpResponse } from "msw";
import type { ApiName } from "./models.js";
import type { Sandbox } from "./sandbox.js";

const APIS: ApiName[] = ["cratejoy", "universe"];
const DECODED = ["content-encoding", "content-length", "transfer-encoding"]; // of the body, which fetch has decoded

/** Base URLs that are written in the code under test, such as `{ cratejoy: "https://api.cratejoy.com/v1" }`. */
export type HardCodedUrls = Partial<Record<ApiName, string>>;

/** Return request handlers that send requests for these URLs to a sandbox, with its credential instead of their own. */
export function handlers(sandbox: Sandbox, urls: HardCodedUrls): HttpHandler[] {
  return APIS.flatMap((api) => {
    const base = urls[api]?.replace(/\/+$/, "");
    return base === undefined ? [] : [http.all(`${base}/*`, ({ request }) => forward(sandbox, api, base, request))];
  });
}

async function forward(sandbox: Sandbox, api: ApiName, base: string, request: Request): Promise<HttpResponse<ArrayBuffer>> {
  const target = new URL(sandbox[api].baseUrl + request.url.slice(base.length));
  const headers = new Headers(request.headers);
  if (api === "universe") target.searchParams.set("key", keyFor(sandbox, target));
  else headers.set("Authorization", sandbox.cratejoy.headers.Authorization);
  const body = ["GET", "HEAD"].includes(request.method) ? null : await request.arrayBuffer();
  const { method, redirect, signal } = request;
  return respond(new Request(target, { method, headers, body, redirect, signal }));
}

/** Return the sandbox's key, with the customer that the request's own key selects. */
function keyFor(sandbox: Sandbox, target: URL): string {
  const customer = /@(?:\d+|none)$/.exec(target.searchParams.get("key") ?? "")?.[0] ?? "";
  return sandbox.universe.key + customer;
}

async function respond(request: Request): Promise<HttpResponse<ArrayBuffer>> {
  try {
    const response = await fetch(bypass(request));
    const headers = new Headers(response.headers);
    for (const name of DECODED) headers.delete(name);
    const body = [204, 205, 304].includes(response.status) ? null : await response.arrayBuffer();
    return new HttpResponse(body, { status: response.status, statusText: response.statusText, headers });
  } catch (error) {
    if (request.signal.aborted) throw error;
    return HttpResponse.error() as HttpResponse<ArrayBuffer>;
  }
}
