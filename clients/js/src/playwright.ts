import { test as base, type TestInfo } from "@playwright/test";
import { TestCase, type TestOptions } from "./case.js";
import type { Emulator } from "./emulator.js";
import type { Report } from "./report.js";
import type { Sandbox } from "./sandbox.js";
import { start } from "./start.js";

export { expect } from "@playwright/test";
export type { TestOptions } from "./case.js";

const COOKIE = "mockorders_customer";

/** Fixtures of a test. */
export interface MockordersFixtures {
  /** Settings of the test's sandbox; set them with `test.use({ mockordersOptions: { fixtures: "docs" } })`. */
  mockordersOptions: TestOptions;
  /** The test's own sandbox. */
  mockorders: Sandbox;
  /** Log a customer in in the test's browser context; null logs out. */
  logIn: (customer: number | null) => Promise<void>;
}

/** Fixtures of a worker. */
export interface MockordersWorkerFixtures {
  /** The emulator: that of the `globalSetup`, or else one that the worker starts. */
  mockordersServer: Emulator;
}

/** Playwright's `test` with an emulator for each run, and a sandbox for each test. */
export const test = base.extend<MockordersFixtures, MockordersWorkerFixtures>({
  mockordersOptions: [{}, { option: true }],

  mockordersServer: [
    async ({}, use) => {
      const emulator = await start();
      await use(emulator);
      await emulator.stop();
    },
    { scope: "worker" },
  ],

  mockorders: async ({ mockordersServer, mockordersOptions }, use, testInfo) => {
    const test = await TestCase.open(mockordersServer, testInfo.title, mockordersOptions);
    await use(test.sandbox);
    await test.close(testInfo.status !== testInfo.expectedStatus, (report) => attach(testInfo, report));
  },

  logIn: async ({ context, mockordersServer }, use) => {
    await use(async (customer) => {
      await context.addCookies([{ name: COOKIE, value: String(customer ?? "none"), url: mockordersServer.url }]);
    });
  },
});

async function attach(testInfo: TestInfo, report: Report): Promise<void> {
  const files = {
    "mockorders-requests.sh": [report.requests, "text/plain"],
    "mockorders-explain.json": [JSON.stringify(report.explanations, null, 2), "application/json"],
    "mockorders-changes.txt": [report.changes, "text/plain"],
  } as const;
  for (const [name, [body, contentType]] of Object.entries(files)) await testInfo.attach(name, { body, contentType });
}
