import type { Health, RuleInfo, SandboxOptions, SandboxSummary } from "./models.js";
import { Sandbox } from "./sandbox.js";
import { Transport } from "./transport.js";

/** The settings of a sandbox, and its name; by default one that is not in use. */
export interface NamedSandboxOptions extends SandboxOptions {
  name?: string;
}

/** A client of a whole emulator. */
export class Emulator {
  private readonly transport: Transport;

  /** `token` is the server's `--control-token`. Throws TypeError for an invalid URL. */
  constructor(
    url: string,
    readonly token?: string,
  ) {
    this.transport = new Transport(url, token);
  }

  /** The URL, by the name `localhost` if it is a loopback address. */
  get url(): string {
    return this.transport.url;
  }

  /** Create a sandbox. */
  async sandbox({ name, ...options }: NamedSandboxOptions = {}): Promise<Sandbox> {
    const sandbox = this.attach(name ?? uniqueName("sandbox"));
    await sandbox.create(options);
    return sandbox;
  }

  /** Return the sandbox with a name as it is, or as it will be with its first request. */
  attach(name: string): Sandbox {
    return new Sandbox(this.transport, name);
  }

  /** Return the status and version; needs no token. */
  health(): Promise<Health> {
    return this.transport.send((api, signal) => api.GET("/_mockorders/health", { signal }));
  }

  /** List the sandboxes. */
  async sandboxes(): Promise<SandboxSummary[]> {
    return (await this.transport.send((api, signal) => api.GET("/_mockorders/sandboxes", { signal }))).sandboxes;
  }

  /** Reset all sandboxes to their fixtures; keep snapshots. */
  async resetAll(): Promise<void> {
    await this.transport.send((api, signal) => api.POST("/_mockorders/reset", { signal }));
  }

  /** List every rule of the emulator, with its evidence and source. */
  async fidelity(): Promise<RuleInfo[]> {
    return (await this.transport.send((api, signal) => api.GET("/_mockorders/fidelity", { signal }))).rules;
  }
}

/** Return a client of a running emulator. Throws UnreachableError or ControlError if there is none. */
export async function connect(url: string, options: { token?: string } = {}): Promise<Emulator> {
  const emulator = new Emulator(url, options.token);
  await emulator.health();
  return emulator;
}

/** Return a name for a sandbox that is unique and readable; without dots, so that it has the default fixtures. */
export function uniqueName(title: string): string {
  const readable = title.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
  return `${readable}-${crypto.randomUUID().slice(0, 8)}`;
}
