import { METHODS } from "./generated/collections.js";
import type { ApiName, CollectionName, NewRecord, StoredRecord } from "./models.js";

const PASSWORD = "any";
const BASE_PATHS: Record<ApiName, string> = { cratejoy: "/v1", universe: "/api/v1" };

type Methods = typeof METHODS;
type CollectionOf<A extends ApiName, M extends keyof Methods[A]> = Methods[A][M] & CollectionName<A>;

type Adding<A extends ApiName> = {
  /** Add a record and those that it refers to; return it. */
  [M in keyof Methods[A]]: (
    properties?: NewRecord<StoredRecord<A, CollectionOf<A, M>>>,
  ) => Promise<StoredRecord<A, CollectionOf<A, M>>>;
};

/** How a client reaches one API in a sandbox, and methods such as `addOrder`. */
export type Api<A extends ApiName> = Adding<A> & {
  /** The base URL of the API. */
  readonly baseUrl: string;
  /** The credential: the `key` of Universe, the client id of Cratejoy. */
  readonly key: string;
  /** The credential as user and password. */
  readonly auth: readonly [user: string, password: string];
  /** The credential as a header, for Cratejoy. */
  readonly headers: { readonly Authorization: string };
};

type Add = (api: ApiName, collection: string, properties: object) => Promise<unknown>;

/** Return the access to one API. */
export function makeApi<A extends ApiName>(api: A, url: string, key: string, add: Add): Api<A> {
  const methods = Object.entries(METHODS[api]).map(([method, collection]) => [
    method,
    (properties: object = {}) => add(api, collection, properties),
  ]);
  const credential = btoa(String.fromCharCode(...new TextEncoder().encode(`${key}:${PASSWORD}`)));
  return {
    ...Object.fromEntries(methods),
    baseUrl: url + BASE_PATHS[api],
    key,
    auth: [key, PASSWORD],
    headers: { Authorization: `Basic ${credential}` },
  };
}
