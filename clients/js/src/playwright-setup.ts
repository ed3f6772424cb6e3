import { start } from "./start.js";

/** Playwright's `globalSetup`: start one emulator for all workers; return the function that stops it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const emulator = await start();
  const before = process.env["MOCKORDERS_URL"];
  process.env["MOCKORDERS_URL"] = emulator.url;
  return async () => {
    if (before === undefined) delete process.env["MOCKORDERS_URL"];
    await emulator.stop();
  };
}
