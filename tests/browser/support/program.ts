/** The program `xuncha` as the tests call it: commands that end, and a hub that goes on. */

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The binary: `cargo xtask test browser` says where it is. */
function binary(): string {
  const given = process.env["XUNCHA_BIN"];
  if (!given) throw new Error("XUNCHA_BIN names no binary: run cargo xtask test browser");
  return given;
}

/** Runs a command to its end; what it prints with --json, line by line. */
export async function xuncha<T = Record<string, unknown>>(...words: string[]): Promise<T[]> {
  const { stdout } = await run(binary(), [...words, "--json"]);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

/** Like {@link xuncha}, for a command that prints one document. */
export async function told<T>(...words: string[]): Promise<T> {
  const { stdout } = await run(binary(), [...words, "--json"]);
  return JSON.parse(stdout) as T;
}

/** Starts a hub on a free port and waits until it listens. */
export async function startHub(data: string, now: string, log: string, tiles: string): Promise<{ url: string; hub: ChildProcess }> {
  const portFile = join(data, "port");
  const words = ["hub", "run", "--data", data, "--listen", "127.0.0.1:0", "--port-file", portFile, "--now", now, "--set", `map_tiles=${tiles}`];
  const hub = spawn(binary(), words, { stdio: ["ignore", "ignore", openSync(log, "w")] });
  for (;;) {
    const port = existsSync(portFile) ? readFileSync(portFile, "utf8") : "";
    if (port.endsWith("\n")) return { url: `http://127.0.0.1:${port.trim()}`, hub };
    if (hub.exitCode !== null) throw new Error(`the hub ended with ${hub.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
