import { type Emulator, uniqueName } from "./emulator.js";
import { ControlError } from "./errors.js";
import type { SandboxOptions } from "./models.js";
import { failures, makeReport, type Report } from "./report.js";
import type { Sandbox } from "./sandbox.js";

/** The settings of the sandbox of each test. */
export interface TestOptions extends SandboxOptions {
  /** Whether a test may leave faults that were never triggered. */
  allowUnusedFaults?: boolean;
}

/** The sandbox of one test, from its creation to its report. */
export class TestCase {
  private constructor(
    readonly sandbox: Sandbox,
    private readonly allowUnusedFaults: boolean,
  ) {}

  static async open(emulator: Emulator, title: string, options: TestOptions): Promise<TestCase> {
    const { allowUnusedFaults = false, ...settings } = options;
    const sandbox = await emulator.sandbox({ ...settings, name: uniqueName(title) });
    return new TestCase(sandbox, allowUnusedFaults);
  }

  /**
   * Delete the sandbox at the end of its test. Throws an error if the test did not fail, but the emulator did, or a
   * fault was never triggered. `onFailure` receives the report if the test failed or this throws.
   */
  async close(hasFailed: boolean, onFailure: (report: Report) => Promise<void> | void): Promise<void> {
    const messages = hasFailed ? [] : failures(await this.sandbox.finish(), this.allowUnusedFaults);
    try {
      if (hasFailed || messages.length > 0) await onFailure(await makeReport(this.sandbox));
    } finally {
      await this.delete();
    }
    if (messages.length > 0) throw new Error(`mockorders: ${messages.join("; ")}`);
  }

  /** Delete the sandbox, which `finish` may have deleted already. */
  private async delete(): Promise<void> {
    try {
      await this.sandbox.delete();
    } catch (error) {
      if (!(error instanceof ControlError && error.status === 404)) throw error;
    }
  }
}
