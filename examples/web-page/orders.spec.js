import { expect, test } from "mockorders/playwright";

const FAILURE_MESSAGE = "Your orders cannot be shown now. Please try again.";

test.use({ mockordersOptions: { fixtures: "docs" } });

/** Open the page with a customer logged in; null for nobody. */
async function openPage({ page, mockorders, logIn }, customer) {
  await logIn(customer);
  await page.goto(`/?${new URLSearchParams({ api: mockorders.universe.baseUrl, key: mockorders.key })}`);
}

test("lists the orders", async ({ page, mockorders, logIn }) => {
  await openPage({ page, mockorders, logIn }, 2);
  await expect(page.getByRole("status")).toHaveText("2 orders");
  await expect(page.getByRole("table", { name: "All orders" }).getByRole("row")).toHaveText([
    "OrderPlanPaidTotal",
    "2Plan Name 2January 30, 2013$55.0",
    "3Plan Name 3January 30, 2013Free",
  ]);
});

test("lists the newest first", async ({ page, mockorders, logIn }) => {
  await openPage({ page, mockorders, logIn }, 2);
  await page.getByLabel("Newest first").check();
  await expect(page.getByRole("row").nth(1)).toContainText("Plan Name 3");
  const requests = await mockorders.requests({ path: "/orders" });
  expect(requests.map((each) => each.query.order)).toEqual(["ASC", "DESC"]);
});

test("shows the latest order", async ({ page, mockorders, logIn }) => {
  await openPage({ page, mockorders, logIn }, 164);
  const latest = page.getByRole("region", { name: "Latest order" });
  await expect(latest).toContainText("Order 489: Plan Name 30, paid on January 30, 2013");
  await expect(latest.getByRole("listitem")).toHaveText(["Item 1: Shipped on Jaunary 1, 2013"]);
});

test("shows an order that was added", async ({ page, mockorders, logIn }) => {
  await mockorders.universe.addOrder({ customer: 1, plan: { name: "Gold" }, paid_at: "2017-03-21" });
  await openPage({ page, mockorders, logIn }, 1);
  await expect(page.getByRole("status")).toHaveText("1 orders");
  await expect(page.getByRole("row").nth(1)).toContainText("Gold");
});

test("shows that a customer has no orders", async ({ page, mockorders, logIn }) => {
  await openPage({ page, mockorders, logIn }, 1);
  await expect(page.getByRole("status")).toHaveText("You have no orders yet.");
  await expect(page.getByRole("table")).toBeHidden();
});

test("asks customers to log in", async ({ page, mockorders, logIn }) => {
  await openPage({ page, mockorders, logIn }, null);
  await expect(page.getByRole("status")).toHaveText("Please log in to access your online benefits.");
});

for (const effect of ["reset", "malformed"]) {
  test(`reports a failure: ${effect}`, async ({ page, mockorders, logIn }) => {
    await mockorders.fault(effect);
    await openPage({ page, mockorders, logIn }, 2);
    await expect(page.getByRole("status")).toHaveText(FAILURE_MESSAGE);
  });
}

test("reports an error status", async ({ page, mockorders, logIn }) => {
  await mockorders.fault("status", { status: 503 });
  await openPage({ page, mockorders, logIn }, 2);
  await expect(page.getByRole("status")).toHaveText(FAILURE_MESSAGE);
});
