import type { METHODS } from "./generated/collections.js";
import type { components, operations } from "./generated/control.js";

type Schemas = components["schemas"];

export type ClockInfo = Schemas["ControlClockInfo"];
export type Diff = Schemas["ControlDiff"];
export type Effect = Schemas["ControlEffect"];
export type EmulatorErrors = Schemas["ControlErrorsResponse"];
export type Explanation = Schemas["ControlExplanation"];
export type FaultInfo = Schemas["ControlFaultInfo"];
export type Har = Schemas["ControlHar"];
export type Health = Schemas["ControlHealth"];
export type RecordedRequest = Schemas["ControlRecordedRequest"];
export type RuleInfo = Schemas["ControlRule"];
export type SandboxInfo = Schemas["ControlSandboxInfo"];
export type SandboxOutcome = Schemas["ControlOutcome"];
export type SandboxSummary = Schemas["ControlSandboxSummary"];

/** All records of a sandbox, as a fixture document. */
export type State = Schemas["State"];
export type ApiName = keyof typeof METHODS;
export type CollectionName<A extends ApiName> = keyof State[A] & string;

/** A stored record of a collection. */
export type StoredRecord<A extends ApiName, C extends CollectionName<A>> = State[A][C] extends (infer R)[] ? R : never;

/** The same with every property optional, at any depth. */
export type DeepPartial<T> = T extends readonly (infer E)[]
  ? DeepPartial<E>[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** The id of a record, a record, or some properties of a new one. */
export type Reference = number | { [property: string]: unknown } | null;

type Referring<R> = { [K in keyof R as K extends `${infer N}_id` ? N : never]?: Reference } & {
  [K in keyof R as K extends `${infer N}_ids` ? `${N}s` : never]?: Reference[];
};

/** Properties of a record to add. References, such as `customer_id` or `customer`, are ids or properties. */
export type NewRecord<R> = Referring<R> & {
  [K in keyof R]?: K extends `${string}_id` ? Reference : K extends `${string}_ids` ? Reference[] : DeepPartial<R[K]>;
};

/** Records to add, by API and collection. */
export type NewRecords = {
  [A in ApiName]?: { [C in CollectionName<A>]?: NewRecord<StoredRecord<A, C>>[] };
};

type FixtureRecord<R> = DeepPartial<R> | { id: number; deleted: true };

/** A fixture document: settings, and records by API and collection. */
export type FixtureDocument = Omit<DeepPartial<State>, ApiName> &
  Pick<Schemas["FixtureSet"], "description" | "extends" | "clock"> & {
    generate?: { seed: number; [api: string]: unknown };
  } & { [A in ApiName]?: { [C in CollectionName<A>]?: FixtureRecord<StoredRecord<A, C>>[] } };

export type Profile = SandboxInfo["profile"];
/** A time: ISO 8601 text, or a Date. */
export type Timestamp = string | Date;

export interface SandboxOptions {
  /** The name of a fixture set, or a fixture document. */
  fixtures?: string | FixtureDocument;
  /** Time at which the clock is frozen. */
  clock?: Timestamp;
  /** Format of Cratejoy's responses. */
  profile?: Profile;
}

type JournalQuery = NonNullable<operations["list_requests"]["parameters"]["query"]>;

/** Filters of the journal; `since` is a request or its id. */
export interface RequestFilters {
  api?: ApiName;
  method?: string;
  path?: string;
  status?: number | string;
  since?: RecordedRequest | string;
}

/** Filters, and how long to `wait` (seconds, at most 60) until at least `min` requests match. */
export interface WaitOptions extends RequestFilters {
  wait?: number;
  min?: number;
}

export function journalQuery({ since, status, ...others }: WaitOptions): JournalQuery {
  const query: JournalQuery = { ...others };
  if (status !== undefined) query.status = String(status);
  if (since !== undefined) query.since = Number(typeof since === "string" ? since : since.id);
  return query;
}

type Parameters<E, T> = E extends { type: infer U } ? (T extends U ? Omit<E, "type"> : never) : never;

export type EffectType = Effect["type"];
export type FaultMatch = NonNullable<Schemas["ControlFault"]["match"]>;
/** Changes to a fault; null returns to the default. */
export type FaultChanges = Omit<Schemas["ControlFaultPatch"], "match"> & {
  match?: { [K in keyof FaultMatch]?: FaultMatch[K] | null } | null;
};
export type FaultRule = Omit<Schemas["ControlFault"], "match" | "effect">;

/** Options of a fault: which requests, when, and the parameters of the effect. */
export type FaultOptions<T extends EffectType> = FaultRule &
  Omit<FaultMatch, "body"> & { match?: FaultMatch } & Parameters<Effect, T>;

const MATCH_OPTIONS = ["api", "method", "path", "query", "header"];
const RULE_OPTIONS = ["times", "after", "probability", "stage", "paused"];

export function faultBody(type: EffectType, options: Record<string, unknown>): Schemas["ControlFault"] {
  const { match, ...others } = options;
  const pick = (names: string[], inside: boolean) =>
    Object.fromEntries(Object.entries(others).filter(([name]) => names.includes(name) === inside));
  const body = {
    ...pick(RULE_OPTIONS, true),
    match: { ...(match as object | undefined), ...pick(MATCH_OPTIONS, true) },
    effect: { type, ...pick([...MATCH_OPTIONS, ...RULE_OPTIONS], false) },
  };
  return body as unknown as Schemas["ControlFault"];
}

export function timeText(time: Timestamp): string {
  return time instanceof Date ? time.toISOString().replace(/\.\d+Z$/, "Z") : time;
}
