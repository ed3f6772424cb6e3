import type { components } from "./generated/control.js";

/** A problem document (RFC 9457) of the control API. */
export type Problem = components["schemas"]["ControlProblem"];

/** The control API rejected a request, or the response is not from the control API. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly title: string;
  readonly detail: string;
  /** The JSON pointer to the invalid part of the request, if any. */
  readonly pointer: string | undefined;

  constructor(
    readonly status: number,
    readonly document: Partial<Problem>,
  ) {
    const title = document.title ?? "Not a response of the control API";
    const detail = document.detail ?? "";
    super(`${status} ${title}: ${detail}`);
    this.title = title;
    this.detail = detail;
    this.pointer = document.pointer;
  }
}

/** No response from the URL, or not in time. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}
