import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { handlers } from "../src/msw.js";
import { test as base } from "../src/vitest.js";

const URLS = { cratejoy: "https://api.cratejoy.com/v1", universe: "https://services.sparkart.net/api/v1/" };
const OWN = { Authorization: `Basic ${btoa("production:secret")}` };
const test = base.extend({ mockordersOptions: { fixtures: "docs" } });
const server = setupServer();

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("requests for a hard-coded URL get the responses of the sandbox", async ({ mockorders }) => {
  server.use(...handlers(mockorders, URLS));
  const response = await fetch("https://api.cratejoy.com/v1/orders/75572230/", { headers: OWN });
  expect([response.status, (await response.json()).id]).toEqual([200, 75572230]);
});

test("bodies are sent", async ({ mockorders }) => {
  server.use(...handlers(mockorders, URLS));
  const body = JSON.stringify({ note: "Ring twice" });
  const headers = { ...OWN, "Content-Type": "application/json" };
  await fetch("https://api.cratejoy.com/v1/orders/75572230/", { method: "PUT", headers, body });
  expect((await mockorders.record("cratejoy", "orders", 75572230)).note).toBe("Ring twice");
});

test("the sandbox's key replaces the production key, and the customer stays", async ({ mockorders }) => {
  server.use(...handlers(mockorders, URLS));
  await fetch("https://services.sparkart.net/api/v1/orders?key=production@1&order=DESC");
  const [request] = await mockorders.requests();
  expect(request).toMatchObject({ query: { order: "DESC" }, customer: { id: 1, source: "credential" } });
});

test("a reset connection is a network error", async ({ mockorders }) => {
  server.use(...handlers(mockorders, URLS));
  await mockorders.fault("reset");
  await expect(fetch("https://api.cratejoy.com/v1/orders/")).rejects.toThrow(TypeError);
});

test("an API without a URL is not intercepted", ({ mockorders }) => {
  expect(handlers(mockorders, { cratejoy: URLS.cratejoy })).toHaveLength(1);
});
