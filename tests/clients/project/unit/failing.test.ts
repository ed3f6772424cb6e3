import { test as base } from "mockorders/vitest";
import { expect } from "vitest";

const test = base.extend({ mockordersOptions: { fixtures: "docs" } });

test("fails", async ({ mockorders }) => {
  await mockorders.patchRecord("universe", "orders", 489, { completed: false });
  const response = await fetch(`${mockorders.universe.baseUrl}/orders/489?key=${mockorders.key}@none`);
  expect((await response.json()).status).toBe("ok");
});

test("leaves a fault", async ({ mockorders }) => {
  await mockorders.fault("status", { status: 503, path: "/nothing" });
});
