/** What the compiler has to reject; `npm run check` reports an error where there is none. */
import { expect, test } from "vitest";
import type { Sandbox } from "../src/index.js";

export async function misspelled(sandbox: Sandbox): Promise<void> {
  // @ts-expect-error: no such effect
  await sandbox.fault("timeout");
  // @ts-expect-error: `status` is missing
  await sandbox.fault("status");
  // @ts-expect-error: no such option
  await sandbox.fault("status", { stauts: 503 });
  // @ts-expect-error: no such API
  await sandbox.record("cratejoi", "orders", 1);
  // @ts-expect-error: no such collection
  await sandbox.record("cratejoy", "order", 1);
  // @ts-expect-error: no such property
  await sandbox.cratejoy.addOrder({ totl: 1 });
  // @ts-expect-error: no such method
  await sandbox.universe.addOrdr();
  // @ts-expect-error: no such property of a fixture document
  await sandbox.create({ fixtures: { universe: { customer: [] } } });
  // @ts-expect-error: no such filter
  await sandbox.requests({ pth: "/orders" });
  // @ts-expect-error: no such unit
  await sandbox.clock.advance({ weeks: 1 });
}

test("misspelled names are errors of the compiler", () => {
  expect(misspelled).toBeInstanceOf(Function);
});
