import type { Transport } from "./transport.js";

/** The path of a sandbox. */
export const ONE = "/_mockorders/sandboxes/{name}";

/** What all methods of a sandbox use to send requests. */
export abstract class SandboxBase {
  protected readonly params: { path: { name: string } };

  constructor(
    protected readonly transport: Transport,
    readonly name: string,
  ) {
    this.params = { path: { name } };
  }

  protected at<P extends object>(segments: P): { path: { name: string } & P } {
    return { path: { name: this.name, ...segments } };
  }
}

/** Return the id of an object, given as the object or its id. */
export function idOf(value: { id: string } | string): string {
  return typeof value === "string" ? value : value.id;
}
