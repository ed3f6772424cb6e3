import { inject, test as base } from "vitest";
import { TestCase, type TestOptions } from "./case.js";
import { Emulator } from "./emulator.js";
import type { Report } from "./report.js";
import type { Sandbox } from "./sandbox.js";
import "./vitest-setup.js";

export type { TestOptions } from "./case.js";

/** Fixtures of a test. */
export interface MockordersFixtures {
  /** Settings of the test's sandbox; override them with `test.extend` or `test.scoped`. */
  mockordersOptions: TestOptions;
  /** The emulator of the `globalSetup`. */
  mockordersServer: Emulator;
  /** The test's own sandbox. */
  mockorders: Sandbox;
}

/** Vitest's `test` with a sandbox for each test that uses the fixture `mockorders`. */
export const test = base.extend<MockordersFixtures>({
  mockordersOptions: {},

  mockordersServer: async ({}, use) => {
    const url = inject("mockordersUrl");
    if (!url) throw new Error('mockorders: expected globalSetup: "mockorders/vitest/setup" in the Vitest configuration');
    await use(new Emulator(url, process.env["MOCKORDERS_CONTROL_TOKEN"]));
  },

  mockorders: async ({ mockordersServer, mockordersOptions, task }, use) => {
    const test = await TestCase.open(mockordersServer, task.name, mockordersOptions);
    await use(test.sandbox);
    await test.close(task.result?.state === "fail" || Boolean(task.result?.errors?.length), print);
  },
});

function print({ requests, changes }: Report): void {
  console.error(`mockorders\n\n${requests}\n\n${changes}`);
}
