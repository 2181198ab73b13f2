import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";

/** The command as it stands in a checkout. */
export const LAUNCHER = "engine/cli/trapline.js";

/** Runs `trapline` with these arguments to its end. */
export function trapline(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(execPath, [LAUNCHER, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
}

/** A folder that lasts for one test. */
export class AFolder {
  readonly path = mkdtempSync(join(tmpdir(), "trapline-"));

  /** Writes a file and returns its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /** A path in it, whether anything is there or not. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Removes it and what is in it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** The names of what is in it. */
  get names(): string[] {
    return readdirSync(this.path).toSorted();
  }
}

/** Runs a test in a folder of its own and removes it. */
export function inFolder(body: (folder: AFolder) => void): () => void {
  return () => {
    const folder = new AFolder();
    try {
      body(folder);
    } finally {
      folder.remove();
    }
  };
}
