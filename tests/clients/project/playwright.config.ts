import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

export default defineConfig({
  globalSetup: "mockorders/playwright/setup",
  testDir: "./e2e",
  workers: 4,
  fullyParallel: true,
  use: { launchOptions: executablePath ? { executablePath } : {} },
});
