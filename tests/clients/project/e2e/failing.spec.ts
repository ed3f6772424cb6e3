import { expect, test } from "mockorders/playwright";

test.use({ mockordersOptions: { fixtures: "docs" } });

test("fails", async ({ page, mockorders, logIn }) => {
  await mockorders.patchRecord("universe", "orders", 489, { completed: false });
  await logIn(null);
  await page.goto(`${mockorders.universe.baseUrl}/orders/489?key=${mockorders.key}`);
  expect(await page.locator("body").innerText()).toContain("Plan Name 30");
});

test("leaves a fault", async ({ mockorders }) => {
  await mockorders.fault("status", { status: 503, path: "/nothing" });
});

test.describe("with unused faults allowed", () => {
  test.use({ mockordersOptions: { fixtures: "docs", allowUnusedFaults: true } });

  test("may leave a fault", async ({ mockorders }) => {
    await mockorders.fault("status", { status: 503, path: "/nothing" });
  });
});

test("is expected to fail", async ({ mockorders }) => {
  test.fail();
  expect(await mockorders.requests()).toHaveLength(1);
});
