import type { TestProject } from "vitest/node";
import { start } from "./start.js";

declare module "vitest" {
  interface ProvidedContext {
    mockordersUrl: string;
  }
}

/** Vitest's `globalSetup`: start one emulator for all workers; return the function that stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await start();
  project.provide("mockordersUrl", emulator.url);
  return () => emulator.stop();
}
