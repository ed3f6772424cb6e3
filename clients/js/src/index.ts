/** A client of mockorders, a local emulator of the Universe orders API and the Cratejoy Merchant API. */
export type { Api } from "./api.js";
export type { Clock, Duration } from "./clock.js";
export { connect, Emulator, type NamedSandboxOptions } from "./emulator.js";
export { ControlError, type Problem, UnreachableError } from "./errors.js";
export type * from "./generated/control.js";
export type {
  ApiName,
  ClockInfo,
  CollectionName,
  Diff,
  Effect,
  EffectType,
  EmulatorErrors,
  Explanation,
  FaultChanges,
  FaultInfo,
  FaultMatch,
  FaultOptions,
  FixtureDocument,
  Har,
  Health,
  NewRecord,
  NewRecords,
  Profile,
  RecordedRequest,
  Reference,
  RequestFilters,
  RuleInfo,
  SandboxInfo,
  SandboxOptions,
  SandboxOutcome,
  SandboxSummary,
  State,
  StoredRecord,
  Timestamp,
  WaitOptions,
} from "./models.js";
export type { RequestConditions } from "./patterns.js";
export { Sandbox } from "./sandbox.js";
export { start, StartedEmulator, type StartOptions } from "./start.js";
