import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const PORT = process.env.PORT ?? "5173";
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync); // otherwise Playwright's own

export default defineConfig({
  globalSetup: "mockorders/playwright/setup",
  fullyParallel: true,
  use: { baseURL: `http://localhost:${PORT}`, launchOptions: { executablePath } },
  webServer: { command: `npx vite --port ${PORT} --strictPort`, url: `http://localhost:${PORT}` },
});
