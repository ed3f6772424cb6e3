import type { Explanation, FaultInfo, SandboxOutcome } from "./models.js";
import type { Sandbox } from "./sandbox.js";

const MAX_REQUESTS = 10;

/** What a failed test's sandbox knows: the last requests with their explanation, and the changes to the fixtures. */
export interface Report {
  /** The requests as curl commands, with the reasons for rejections as comments. */
  requests: string;
  explanations: Explanation[];
  /** The changes to the fixtures as lines of text. */
  changes: string;
}

/** Collect the report of a sandbox; it has to exist. */
export async function makeReport(sandbox: Sandbox): Promise<Report> {
  const requests = await sandbox.requests();
  const explanations = await Promise.all(requests.slice(-MAX_REQUESTS).map((each) => sandbox.explain(each)));
  const { lines } = await sandbox.diff();
  return {
    requests: explanations.map(describe).join("\n\n") || "# no requests",
    explanations,
    changes: lines.join("\n") || "no changes to the fixtures",
  };
}

function describe(explanation: Explanation): string {
  const { rejection } = explanation;
  const comments = [`${explanation.request}: ${explanation.status ?? "no response"}`];
  if (explanation.fault) comments.push(`fault ${explanation.fault.id} applied: ${explanation.fault.type}`);
  if (rejection) {
    comments.push(...rejection.messages.map((message) => `rejected: ${message}`));
    comments.push(`rule ${rejection.rule} (${rejection.evidence}): ${rejection.sentence ?? "our choice"}`);
  }
  for (const each of explanation.route.closest ?? []) comments.push(`not ${each.route}: ${each.why}`);
  return [...comments.map((each) => `# ${each.replaceAll("\n", " ")}`), explanation.curl].join("\n");
}

/** Return a message for each of the emulator's own errors, and for each fault that was never triggered. */
export function failures(outcome: SandboxOutcome, allowUnusedFaults: boolean): string[] {
  const { count, errors } = outcome.errors;
  const messages = errors.map((each) => `request ${each.request}, ${each.method} ${each.path}: ${each.message}`);
  if (count > errors.length) messages.push(`and ${count - errors.length} more`);
  return allowUnusedFaults ? messages : [...messages, ...outcome.unused_faults.map(unused)];
}

function unused({ id, effect, match }: FaultInfo): string {
  return `fault ${id} was never triggered: ${JSON.stringify(effect)}, match ${JSON.stringify(match)}`;
}
