import { test } from "mockorders/vitest";
import { expect } from "vitest";

test("a client gets the orders of the sandbox", async ({ mockorders }) => {
  const response = await fetch(`${mockorders.universe.baseUrl}/orders?key=${mockorders.key}@164`);
  expect((await response.json()).status).toBe("ok");
});
