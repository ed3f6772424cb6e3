import { type Api, makeApi } from "./api.js";
import { Clock } from "./clock.js";
import { Expectations } from "./expectations.js";
import {
  type ApiName,
  type CollectionName,
  type DeepPartial,
  type Diff,
  type EmulatorErrors,
  type Explanation,
  type FixtureDocument,
  type Har,
  journalQuery,
  type NewRecord,
  type NewRecords,
  type RecordedRequest,
  type RequestFilters,
  type SandboxInfo,
  type SandboxOptions,
  type SandboxOutcome,
  type State,
  type StoredRecord,
  timeText,
  type WaitOptions,
} from "./models.js";
import { idOf, ONE } from "./sandbox-base.js";
import type { Transport } from "./transport.js";

const RECORDS = `${ONE}/records/{api}/{collection}` as const;
const RECORD = `${RECORDS}/{id}` as const;
const SNAPSHOT = `${ONE}/snapshots/{snapshot}` as const;

/** A client of one sandbox, with the methods of the Python client. All but `info`, `delete` and `finish` create it. */
export class Sandbox extends Expectations {
  /** The sandbox's name, which is the credential for both APIs. */
  readonly key: string;
  readonly clock: Clock;
  readonly cratejoy: Api<"cratejoy">;
  readonly universe: Api<"universe">;

  constructor(transport: Transport, name: string) {
    super(transport, name);
    const add = (api: ApiName, collection: string, properties: object) =>
      this.addRecord(api, collection as never, properties);
    this.key = name;
    this.clock = new Clock(transport, this.params);
    this.cratejoy = makeApi("cratejoy", transport.url, name, add);
    this.universe = makeApi("universe", transport.url, name, add);
  }

  /** The URL of the emulator. */
  get url(): string {
    return this.transport.url;
  }

  /** Return the sandbox's settings. Throws ControlError (404) if it does not exist. */
  info(): Promise<SandboxInfo> {
    const { params } = this;
    return this.transport.send((api, signal) => api.GET(ONE, { params, signal }));
  }

  /** Recreate the sandbox from a fixture set (name or document), with an optional profile and frozen clock. */
  create(options: SandboxOptions = {}): Promise<SandboxInfo> {
    const { params } = this;
    const { clock, ...others } = options;
    const body = (clock === undefined ? others : { ...others, clock: timeText(clock) }) as object;
    return this.transport.send((api, signal) => api.PUT(ONE, { params, body, signal }));
  }

  /** Set the current customer, for requests that select none. */
  logIn(customer: number): Promise<SandboxInfo> {
    return this.change(customer);
  }

  /** Remove the current customer: requests that select none are logged out. */
  logOut(): Promise<SandboxInfo> {
    return this.change(null);
  }

  /** Delete the sandbox. Throws ControlError (404) if it does not exist. */
  async delete(): Promise<void> {
    const { params } = this;
    await this.transport.send((api, signal) => api.DELETE(ONE, { params, signal }));
  }

  /** Return the errors and unused faults, and delete the sandbox if there are none: the end of a test. */
  finish(): Promise<SandboxOutcome> {
    const { params } = this;
    return this.transport.send((api, signal) => api.POST(`${ONE}/finish`, { params, signal }));
  }

  /** Reset data, clock and random seed; delete faults and journal; keep snapshots. */
  async reset(): Promise<void> {
    const { params } = this;
    await this.transport.send((api, signal) => api.POST(`${ONE}/reset`, { params, signal }));
  }

  /** Return the whole state as a fixture document. */
  state(): Promise<State> {
    const { params } = this;
    return this.transport.send((api, signal) => api.GET(`${ONE}/state`, { params, signal }));
  }

  /** Replace the state by a fixture document; return the resulting state. */
  putState(state: FixtureDocument): Promise<State> {
    const { params } = this;
    const body = state as { [api: string]: never };
    return this.transport.send((api, signal) => api.PUT(`${ONE}/state`, { params, body, signal }));
  }

  /** Save the current records under a name; return the names of all snapshots. */
  async snapshot(snapshot: string): Promise<string[]> {
    const params = this.at({ snapshot });
    return (await this.transport.send((api, signal) => api.PUT(SNAPSHOT, { params, signal }))).snapshots;
  }

  /** Replace all records by those of a snapshot. */
  async restore(snapshot: string): Promise<void> {
    const params = this.at({ snapshot });
    await this.transport.send((api, signal) => api.POST(`${SNAPSHOT}/restore`, { params, signal }));
  }

  /** Delete a snapshot. */
  async deleteSnapshot(snapshot: string): Promise<void> {
    const params = this.at({ snapshot });
    await this.transport.send((api, signal) => api.DELETE(SNAPSHOT, { params, signal }));
  }

  /** Return the changes since a snapshot or, without a name, to the fixtures. */
  diff(snapshot?: string): Promise<Diff> {
    const params = { ...this.params, query: snapshot === undefined ? {} : { from: snapshot } };
    return this.transport.send((api, signal) => api.GET(`${ONE}/diff`, { params, signal }));
  }

  /** List a collection's records, ascending by id. */
  async records<A extends ApiName, C extends CollectionName<A>>(api: A, collection: C): Promise<StoredRecord<A, C>[]> {
    const params = this.at({ api, collection });
    const { records } = await this.transport.send((client, signal) => client.GET(RECORDS, { params, signal }));
    return records as StoredRecord<A, C>[];
  }

  /** Return one record. Throws ControlError (404) if it does not exist. */
  async record<A extends ApiName, C extends CollectionName<A>>(
    api: A,
    collection: C,
    id: number,
  ): Promise<StoredRecord<A, C>> {
    const params = this.at({ api, collection, id });
    const found = await this.transport.send((client, signal) => client.GET(RECORD, { params, signal }));
    return found as StoredRecord<A, C>;
  }

  /** Add a record and those that it refers to; return it. `cratejoy.addOrder(…)` is shorter. */
  async addRecord<A extends ApiName, C extends CollectionName<A>>(
    api: A,
    collection: C,
    properties: NewRecord<StoredRecord<A, C>> = {} as NewRecord<StoredRecord<A, C>>,
  ): Promise<StoredRecord<A, C>> {
    const params = this.at({ api, collection });
    const body = properties as { [property: string]: unknown };
    const { record } = await this.transport.send((client, signal) => client.POST(RECORDS, { params, body, signal }));
    return record as StoredRecord<A, C>;
  }

  /** Add records of several collections at once; return them in the same form. */
  async addRecords(records: NewRecords): Promise<DeepPartial<Pick<State, ApiName>>> {
    const { params } = this;
    const body = records as { [api: string]: { [collection: string]: Record<string, never>[] } };
    const added = await this.transport.send((api, signal) => api.POST(`${ONE}/records`, { params, body, signal }));
    return added.records as DeepPartial<Pick<State, ApiName>>;
  }

  /** Store a record under an id; return it with defaults filled in. */
  async putRecord<A extends ApiName, C extends CollectionName<A>>(
    api: A,
    collection: C,
    id: number,
    record: DeepPartial<StoredRecord<A, C>>,
  ): Promise<StoredRecord<A, C>> {
    const params = this.at({ api, collection, id });
    const body = record as { [property: string]: unknown };
    const stored = await this.transport.send((client, signal) => client.PUT(RECORD, { params, body, signal }));
    return stored as StoredRecord<A, C>;
  }

  /** Apply a JSON merge patch to a record (null removes a property); return the result. */
  async patchRecord<A extends ApiName, C extends CollectionName<A>>(
    api: A,
    collection: C,
    id: number,
    patch: DeepPartial<StoredRecord<A, C>>,
  ): Promise<StoredRecord<A, C>> {
    const params = this.at({ api, collection, id });
    const body = patch as { [property: string]: unknown };
    const stored = await this.transport.send((client, signal) => client.PATCH(RECORD, { params, body, signal }));
    return stored as StoredRecord<A, C>;
  }

  /** Delete a record. Throws ControlError (422) if other records refer to it. */
  async deleteRecord<A extends ApiName>(api: A, collection: CollectionName<A>, id: number): Promise<void> {
    const params = this.at({ api, collection, id });
    await this.transport.send((client, signal) => client.DELETE(RECORD, { params, signal }));
  }

  /** List the matching requests in the journal, oldest first; see `WaitOptions`. */
  async requests(filters: WaitOptions = {}): Promise<RecordedRequest[]> {
    const params = { ...this.params, query: journalQuery(filters) };
    const call = this.transport.send((api, signal) => api.GET(`${ONE}/requests`, { params, signal }), filters.wait);
    return (await call).requests;
  }

  /** Return one request. Throws ControlError (404) if the journal does not have it. */
  request(id: string): Promise<RecordedRequest> {
    const params = this.at({ request: id });
    return this.transport.send((api, signal) => api.GET(`${ONE}/requests/{request}`, { params, signal }));
  }

  /** Explain how a request was handled, given as `RecordedRequest` or id: checks, rules, records, fault. */
  explain(request: RecordedRequest | string): Promise<Explanation> {
    const params = this.at({ request: idOf(request) });
    return this.transport.send((api, signal) => api.GET(`${ONE}/requests/{request}/explain`, { params, signal }));
  }

  /** Delete all requests from the journal. */
  async clearRequests(): Promise<void> {
    const { params } = this;
    await this.transport.send((api, signal) => api.DELETE(`${ONE}/requests`, { params, signal }));
  }

  /** Return the emulator's own errors: unhandled ones, and responses that violate their schema. */
  errors(): Promise<EmulatorErrors> {
    const { params } = this;
    return this.transport.send((api, signal) => api.GET(`${ONE}/errors`, { params, signal }));
  }

  /** Return the matching requests as HAR 1.2. */
  har(filters: RequestFilters = {}): Promise<Har> {
    const params = { ...this.params, query: journalQuery(filters) };
    return this.transport.send((api, signal) => api.GET(`${ONE}/requests.har`, { params, signal }));
  }

  private change(customer: number | null): Promise<SandboxInfo> {
    const { params } = this;
    return this.transport.send((api, signal) =>
      api.PATCH(ONE, { params, body: { current_customer: customer }, signal }),
    );
  }
}
