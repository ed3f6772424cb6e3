import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { connect, Emulator, uniqueName } from "./emulator.js";

const READY = /^mockorders ready on (\S+)/;
const READY_SECONDS = 60;
const STOP_SECONDS = 5;
const CONTAINER_PORT = 8080;
const SHOWN_LINES = 20;

/** Options of the emulator to start; environment variables such as MOCKORDERS_FIXTURES apply too. */
export interface StartOptions {
  /** Fixture sets, files or folders, as for `--fixtures`. */
  fixtures?: string | string[];
  /** More options of `mockorders serve`. */
  args?: string[];
  /** The command to run, by default `mockorders`. */
  command?: string;
  /** The image to run if the command is not installed, by default MOCKORDERS_IMAGE or `mockorders`. */
  image?: string;
}

/** An emulator that `start` found or started. */
export class StartedEmulator extends Emulator {
  constructor(
    url: string,
    token: string | undefined,
    private readonly child: ChildProcess | undefined,
  ) {
    super(url, token);
  }

  /** Stop the emulator, unless it was running before. */
  async stop(): Promise<void> {
    if (this.child) await end(this.child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Return the emulator at MOCKORDERS_URL; otherwise start the installed `mockorders`, or else its image with Docker. */
export async function start(options: StartOptions = {}): Promise<StartedEmulator> {
  const { MOCKORDERS_URL: url, MOCKORDERS_CONTROL_TOKEN: token } = process.env;
  if (url) {
    await connect(url, token === undefined ? {} : { token });
    return new StartedEmulator(url, token, undefined);
  }
  return (await startCommand(options, token)) ?? (await startContainer(options, token));
}

function serveArguments({ fixtures = [], args = [] }: StartOptions): string[] {
  return [...[fixtures].flat().flatMap((each) => ["--fixtures", each]), ...args];
}

/** Start the command; return undefined if it is not installed. */
async function startCommand(options: StartOptions, token?: string): Promise<StartedEmulator | undefined> {
  const command = options.command ?? "mockorders";
  const child = launch(command, ["--port", "0", ...serveArguments(options)]);
  if (!(await isRunning(child))) return undefined;
  return new StartedEmulator(await ready(child, command), token, child);
}

async function startContainer(options: StartOptions, token?: string): Promise<StartedEmulator> {
  const image = options.image ?? process.env["MOCKORDERS_IMAGE"] ?? "mockorders";
  const name = uniqueName("mockorders");
  const published = ["--publish", `127.0.0.1:0:${CONTAINER_PORT}`];
  const child = launch("docker", ["run", "--rm", "--name", name, ...published, image, ...serveArguments(options)]);
  if (!(await isRunning(child))) {
    throw new Error("mockorders: expected MOCKORDERS_URL, an installed mockorders (pip install mockorders), or Docker");
  }
  await ready(child, `mockorders is not installed, and docker run ${image}`);
  const { stdout } = await promisify(execFile)("docker", ["port", name, String(CONTAINER_PORT)]);
  return new StartedEmulator(`http://${stdout.split("\n")[0]?.trim()}`, token, child);
}

function launch(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill();
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  return child;
}

/** Return whether the command was found. */
async function isRunning(child: ChildProcess): Promise<boolean> {
  try {
    await once(child, "spawn");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Wait for the line that names the URL. Throws an error with the output if the process ends before, or in 60 s. */
async function ready(child: ChildProcess, label: string): Promise<string> {
  const lines: string[] = [];
  const timer = setTimeout(() => child.kill(), READY_SECONDS * 1000);
  try {
    return await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream! }).on("line", (line) => {
          lines.push(line);
          const url = READY.exec(line)?.[1];
          if (url) resolve(url);
        });
      }
      child.once("close", (code) => {
        const output = lines.slice(-SHOWN_LINES).join("\n");
        reject(new Error(`${label}: expected to be ready in ${READY_SECONDS} s, ended with ${code}:\n${output}`));
      });
    });
  } finally {
    clearTimeout(timer);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill();
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_SECONDS * 1000);
  await closed;
  clearTimeout(timer);
}
