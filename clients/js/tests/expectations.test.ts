import { expect } from "vitest";
import type { Sandbox } from "../src/index.js";
import { test as base } from "../src/vitest.js";

const test = base.extend({ mockordersOptions: { fixtures: "docs" } });

async function put(mockorders: Sandbox, body: object, id = 75572230): Promise<void> {
  const headers = { ...mockorders.cratejoy.headers, "Content-Type": "application/json" };
  const url = `${mockorders.cratejoy.baseUrl}/orders/${id}/`;
  await fetch(url, { method: "PUT", headers, body: JSON.stringify(body) });
}

test("expectRequest returns the matching requests", async ({ mockorders }) => {
  await put(mockorders, { note: "one", is_gift: false });
  await put(mockorders, { note: "two" });
  const found = await mockorders.expectRequest("PUT", "/v1/orders/*", { times: 1, body: { note: "one" }, status: 200 });
  expect(found.map((each) => each.request.body)).toEqual([{ note: "one", is_gift: false }]);
  expect(await mockorders.expectRequest("*", "*", { api: "cratejoy", rejected: false })).toHaveLength(2);
});

test("expectRequest lists the nearest requests", async ({ mockorders }) => {
  await put(mockorders, { note: "one" });
  await put(mockorders, { note: "one" }, 1);
  const expected = [
    'expected at least 1 request PUT /v1/orders/*, body {"note":"two"}, status 200, found none',
    "nearest of 2 other requests:",
    '  request 1: PUT /v1/orders/75572230/ 200: body.note is "one", expected "two"',
    '  request 2: PUT /v1/orders/1/ 404, rejected by cratejoy.not-found: body.note is "one", expected "two"; status is 404, expected 200',
  ].join("\n");
  const call = mockorders.expectRequest("PUT", "/v1/orders/*", { body: { note: "two" }, status: 200 });
  await expect(call).rejects.toThrow(expected);
});

test("expectRequest counts the requests", async ({ mockorders }) => {
  await put(mockorders, { note: "one" });
  const call = mockorders.expectRequest("PUT", "/v1/orders/*", { times: 2 });
  await expect(call).rejects.toThrow("expected 2 requests PUT /v1/orders/*, found 1\n  request 1: PUT");
  await expect(mockorders.expectRequest("POST")).rejects.toThrow("expected at least 1 request POST *, found none");
});

test("expectRequest waits", async ({ mockorders }) => {
  const expected = mockorders.expectRequest("PUT", "*", { wait: 10 });
  await put(mockorders, { note: "one" });
  expect(await expected).toHaveLength(1);
});

test("expectRequest waits although other requests arrive", async ({ mockorders }) => {
  const expected = mockorders.expectRequest("PUT", "*", { wait: 10, body: { note: "two" } });
  await put(mockorders, { note: "one" });
  await put(mockorders, { note: "two" });
  expect((await expected).map((each) => each.request.body)).toEqual([{ note: "two" }]);
});

test("expectNoRequest lists what it found", async ({ mockorders }) => {
  await mockorders.expectNoRequest();
  await put(mockorders, { note: "one" });
  await mockorders.expectNoRequest("POST");
  await expect(mockorders.expectNoRequest("PUT")).rejects.toThrow("expected no request PUT *, found 1\n  request 1");
});

test("expectInOrder returns the requests, or says which is missing", async ({ mockorders }) => {
  await put(mockorders, { note: "one" });
  await put(mockorders, { note: "two" }, 1);
  expect(await mockorders.expectInOrder("PUT /v1/orders/75572230/", "PUT *")).toHaveLength(2);
  const call = mockorders.expectInOrder("PUT /v1/orders/1/", "PUT /v1/orders/75572230/");
  await expect(call).rejects.toThrow("PUT /v1/orders/75572230/: not found\nbefore request 2: request 1: PUT");
  await expect(mockorders.expectInOrder("PUT")).rejects.toThrow(TypeError);
});

test("expectNoChanges lists the changes", async ({ mockorders }) => {
  await mockorders.expectNoChanges();
  await put(mockorders, { note: "one" });
  await expect(mockorders.expectNoChanges()).rejects.toThrow(/^expected no changes, found:\n  order 75572230: note/);
});
