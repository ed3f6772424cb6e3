// All tests use the same ids, so that tests in a shared sandbox would disturb each other.
import { expect, test } from "mockorders/playwright";

const CUSTOMER = 7;

test.use({ mockordersOptions: { fixtures: "empty", clock: "2017-03-21T00:00:00Z" } });

for (let number = 1; number <= 200; number += 1) {
  test(`sandbox ${number}`, async ({ page, mockorders, logIn }) => {
    await mockorders.universe.addOrder({ id: 1, customer: { id: CUSTOMER }, plan: { name: `Plan ${number}` } });
    await logIn(CUSTOMER);
    await page.goto(`${mockorders.universe.baseUrl}/orders?key=${mockorders.key}`);
    await expect(page.locator("body")).toContainText(`"name":"Plan ${number}"`);
    expect(await mockorders.records("universe", "orders")).toHaveLength(1);
    const requests = await mockorders.requests();
    expect(requests.map((each) => each.customer)).toEqual([{ id: CUSTOMER, source: "cookie" }]);
  });
}
