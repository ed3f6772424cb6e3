import { expect, test } from "mockorders/playwright";

test("a page gets the orders of the sandbox", async ({ page, mockorders, logIn }) => {
  await logIn(164);
  await page.goto(`${mockorders.universe.baseUrl}/orders?key=${mockorders.key}`);
  await expect(page.locator("body")).toContainText('"status":"ok"');
});
