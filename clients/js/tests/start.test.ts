import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect, start, UnreachableError } from "../src/index.js";

const COMMAND = process.env["MOCKORDERS_COMMAND"] ?? "mockorders";
// A Docker client that runs the command itself, on the port that `docker port` prints.
const DOCKER = `#!/bin/sh
case "$1" in
port) echo "127.0.0.1:$CONTAINER_PORT" ;;
run) echo "$@" > "$CONTAINER_FILE"; shift 7; exec "$MOCKORDERS_COMMAND" --port "$CONTAINER_PORT" "$@" ;;
esac
`;
let folder: string;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mockorders-"));
  vi.stubEnv("MOCKORDERS_URL", undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test("starts the installed command, and stops it", async () => {
  const emulator = await start({ command: COMMAND, fixtures: "docs", args: ["--profile", "observed"] });
  expect((await emulator.attach("any").clock.now()).getTime()).toBeGreaterThan(0);
  expect(await emulator.attach("any").info()).toMatchObject({ fixtures: "docs", profile: "observed" });
  await emulator.stop();
  await expect(connect(emulator.url)).rejects.toThrow(UnreachableError);
});

test("uses the emulator at MOCKORDERS_URL, and lets it run", async () => {
  await using running = await start({ command: COMMAND });
  vi.stubEnv("MOCKORDERS_URL", running.url);
  const emulator = await start({ command: "no-such-command" });
  await emulator.stop();
  expect((await connect(running.url)).url).toBe(emulator.url);
});

test("sends the control token", async () => {
  vi.stubEnv("MOCKORDERS_CONTROL_TOKEN", "secret");
  await using emulator = await start({ command: COMMAND });
  expect(await emulator.sandboxes()).toEqual([]);
  await expect((await connect(emulator.url)).sandboxes()).rejects.toThrow("401 Missing or invalid token");
});

test("reports the output of a command that does not become ready", async () => {
  await expect(start({ command: COMMAND, args: ["--prot", "8"] })).rejects.toThrow(/ended with 2:\n[^]*--prot/);
});

test("reports that nothing is installed", async () => {
  vi.stubEnv("PATH", folder);
  await expect(start()).rejects.toThrow("expected MOCKORDERS_URL, an installed mockorders");
});

test.skipIf(process.platform === "win32")("starts the image if the command is not installed", async () => {
  await writeFile(join(folder, "docker"), DOCKER);
  await chmod(join(folder, "docker"), 0o755);
  vi.stubEnv("MOCKORDERS_COMMAND", COMMAND);
  vi.stubEnv("CONTAINER_PORT", String(await freePort()));
  vi.stubEnv("CONTAINER_FILE", join(folder, "arguments"));
  vi.stubEnv("PATH", [folder, "/usr/bin", "/bin"].join(delimiter));
  const emulator = await start({ fixtures: "docs", image: "example/mockorders:1" });
  expect((await emulator.health()).status).toBe("ok");
  await emulator.stop();
  const [name] = /mockorders-\w{8}/.exec(await readFile(join(folder, "arguments"), "utf8")) ?? [];
  const expected = `run --rm --name ${name} --publish 127.0.0.1:0:8080 example/mockorders:1 --fixtures docs`;
  expect((await readFile(join(folder, "arguments"), "utf8")).trim()).toBe(expected);
});
