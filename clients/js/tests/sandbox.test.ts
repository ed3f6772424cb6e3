import { connect, ControlError, Emulator, UnreachableError } from "../src/index.js";
import { test as base } from "../src/vitest.js";
import { describe, expect } from "vitest";

const CLOCK = "2017-03-21T00:00:00Z";
const test = base.extend({ mockordersOptions: { fixtures: "docs", clock: CLOCK, allowUnusedFaults: true } });

async function getOrders(url: string, key: string): Promise<{ status: string; orders?: unknown[]; messages?: string[] }> {
  return (await fetch(`${url}/orders?key=${key}`)).json() as never;
}

describe("connect", () => {
  test("checks that the emulator is running", async ({ mockordersServer }) => {
    expect((await (await connect(mockordersServer.url)).health()).status).toBe("ok");
  });

  test("throws UnreachableError without a server", async () => {
    await expect(connect("http://127.0.0.1:9")).rejects.toThrow(UnreachableError);
  });

  test("throws ControlError for another server", async ({ mockorders }) => {
    await expect(connect(mockorders.universe.baseUrl)).rejects.toThrow(ControlError);
  });

  test.for(["localhost:8080", "ftp://localhost", "http://localhost?x=1", ""])("rejects the URL %j", (url) => {
    expect(() => new Emulator(url)).toThrow("url: expected a URL such as http://localhost:8080");
  });

  test.for(["http://127.0.0.1:8080/", "http://[::1]:8080", "http://localhost:8080"])("uses localhost for %s", (url) => {
    expect(new Emulator(url).url).toBe("http://localhost:8080");
  });
});

describe("sandboxes", () => {
  test("are created with fixtures, clock and profile", async ({ mockordersServer }) => {
    const sandbox = await mockordersServer.sandbox({ fixtures: "empty", clock: new Date(CLOCK), profile: "observed" });
    expect(await sandbox.info()).toMatchObject({
      fixtures: "empty",
      profile: "observed",
      clock: { now: CLOCK, frozen: true },
    });
    await sandbox.delete();
  });

  test("are listed", async ({ mockordersServer, mockorders }) => {
    expect((await mockordersServer.sandboxes()).map((each) => each.name)).toContain(mockorders.name);
  });

  test("take fixtures as a document", async ({ mockordersServer }) => {
    const fixtures = { extends: "empty", universe: { customers: [{ id: 7, first_name: "Ada" }] } };
    const sandbox = await mockordersServer.sandbox({ fixtures });
    expect((await sandbox.record("universe", "customers", 7)).first_name).toBe("Ada");
    await sandbox.delete();
  });

  test("throw ControlError with the pointer", async ({ mockordersServer }) => {
    const error = await mockordersServer.sandbox({ fixtures: "no-such-set" }).catch((each: unknown) => each);
    expect(error).toMatchObject({ name: "ControlError", status: 422, pointer: "/fixtures" });
  });

  test("have the current customer", async ({ mockorders }) => {
    expect((await mockorders.logIn(164)).current_customer).toBe(164);
    expect((await getOrders(mockorders.universe.baseUrl, mockorders.key)).orders).toHaveLength(1);
    expect((await mockorders.logOut()).current_customer).toBeNull();
    expect((await getOrders(mockorders.universe.baseUrl, mockorders.key)).status).toBe("error");
  });

  test("are reset", async ({ mockorders }) => {
    await mockorders.logOut();
    await mockorders.reset();
    expect((await mockorders.info()).current_customer).not.toBeNull();
  });

  test("have a state that can be replaced", async ({ mockorders }) => {
    const state = await mockorders.state();
    state.universe.orders = [];
    expect((await mockorders.putState(state)).universe.orders).toEqual([]);
  });

  test("have snapshots", async ({ mockorders }) => {
    expect(await mockorders.snapshot("start")).toEqual(["start"]);
    await mockorders.patchRecord("cratejoy", "orders", 75572230, { note: "Ring twice" });
    expect((await mockorders.diff("start")).lines).toEqual([expect.stringContaining("Ring twice")]);
    await mockorders.restore("start");
    expect((await mockorders.diff()).patch).toEqual([]);
    await mockorders.deleteSnapshot("start");
  });
});

describe("records", () => {
  test("are added with those that they refer to", async ({ mockorders }) => {
    const order = await mockorders.cratejoy.addOrder({ customer: { email: "ada@example.com" }, total: 2500 });
    const customer = await mockorders.record("cratejoy", "customers", order.customer_id);
    expect([order.placed_at, order.total, customer.email]).toEqual([CLOCK, 2500, "ada@example.com"]);
  });

  test("are added at once", async ({ mockorders }) => {
    const { universe } = await mockorders.addRecords({ universe: { customers: [{ id: 7 }], orders: [{ customer: 7 }] } });
    expect(universe?.orders?.[0]?.customer_id).toBe(7);
  });

  test("are listed, stored and deleted", async ({ mockorders }) => {
    const plan = await mockorders.universe.addPlan({ name: "Gold" });
    await mockorders.putRecord("universe", "plans", plan.id, { ...plan, name: "Silver" });
    expect((await mockorders.records("universe", "plans")).map((each) => each.name)).toContain("Silver");
    await mockorders.deleteRecord("universe", "plans", plan.id);
    await expect(mockorders.record("universe", "plans", plan.id)).rejects.toThrow("404 No such record");
  });
});

describe("the clock", () => {
  test("is read, set, frozen and advanced", async ({ mockorders: { clock } }) => {
    expect(await clock.now()).toEqual(new Date(CLOCK));
    expect(await clock.advance({ days: 1, minutes: 1, seconds: 1 })).toEqual({ now: "2017-03-22T00:01:01Z", frozen: true });
    expect((await clock.run()).frozen).toBe(false);
    expect(await clock.freeze(new Date(CLOCK))).toEqual({ now: CLOCK, frozen: true });
    expect((await clock.freeze()).now).toBe(CLOCK);
    expect((await clock.set({ frozen: false })).frozen).toBe(false);
  });
});

describe("faults", () => {
  test("are applied, listed and deleted", async ({ mockorders }) => {
    const fault = await mockorders.fault("status", { status: 503, api: "cratejoy", method: "GET", times: 1 });
    const url = `${mockorders.cratejoy.baseUrl}/orders/`;
    const { headers } = mockorders.cratejoy;
    expect([(await fetch(url, { headers })).status, (await fetch(url, { headers })).status]).toEqual([503, 200]);
    expect((await mockorders.faults()).map((each) => each.hits)).toEqual([1]);
    await mockorders.deleteFault(fault);
    expect(await mockorders.faults()).toEqual([]);
  });

  test("are changed, paused and resumed", async ({ mockorders }) => {
    const fault = await mockorders.fault("status", { status: 503, paused: true });
    expect((await getOrders(mockorders.universe.baseUrl, mockorders.key)).status).toBe("ok");
    expect(await mockorders.resumeFault(fault)).toMatchObject({ paused: false });
    const changes = { times: 3, match: { method: "GET" }, effect: { status: 418 } };
    expect(await mockorders.changeFault(fault, changes)).toMatchObject(changes);
    expect((await fetch(`${mockorders.universe.baseUrl}/orders?key=${mockorders.key}`)).status).toBe(418);
    expect(await mockorders.pauseFault(fault)).toMatchObject({ paused: true, hits: 1 });
  });

  test("need no options without parameters", async ({ mockorders }) => {
    await mockorders.fault("reset");
    await expect(getOrders(mockorders.universe.baseUrl, mockorders.key)).rejects.toThrow();
    await mockorders.clearFaults();
  });
});

describe("the journal", () => {
  test("has the requests and explains them", async ({ mockorders }) => {
    await getOrders(mockorders.universe.baseUrl, `${mockorders.key}@1`);
    const [request] = await mockorders.requests({ api: "universe", wait: 5 });
    expect(request).toMatchObject({ method: "GET", customer: { id: 1, source: "credential" } });
    expect((await mockorders.request(request!.id)).path).toBe(request!.path);
    expect((await mockorders.explain(request!)).curl).toContain("curl");
    expect((await mockorders.har({ since: "0" })).log.entries).toHaveLength(1);
    expect(await mockorders.requests({ since: request! })).toEqual([]);
    await mockorders.clearRequests();
    expect(await mockorders.requests({ status: 200 })).toEqual([]);
  });

  test("has no errors of the emulator", async ({ mockorders }) => {
    expect(await mockorders.errors()).toEqual({ count: 0, errors: [] });
  });

  test("is finished with the faults that were not triggered", async ({ mockorders }) => {
    await mockorders.fault("close", { path: "/nothing" });
    const { deleted, unused_faults } = await mockorders.finish();
    expect([deleted, unused_faults.length]).toEqual([false, 1]);
  });
});

describe("the server", () => {
  test("lists its rules", async ({ mockordersServer }) => {
    expect((await mockordersServer.fidelity()).length).toBeGreaterThan(10);
  });
});
