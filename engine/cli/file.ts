import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { pid } from "node:process";
import { InputError } from "../core/input-error.ts";

/** What a system's error code means to whoever named the file. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its symbolic links lead in a circle",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB",
};

/**
 * Reads a whole file or pipe; throws InputError naming it and why it cannot be read. A device such
 * as /dev/zero has no end and is refused.
 */
export function readWhole(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (!status.isCharacterDevice() && !status.isBlockDevice()) return readFileSync(path);
  } catch (error) {
    throw new InputError(`${path}: it cannot be read: ${reasonOf(error)}.`);
  }
  throw new InputError(`${path}: it cannot be read: it is a device, not a file.`);
}

/** As `readWhole`, for a file that must not be a pipe: nobody may ever write to it. */
export function readRegular(path: string): Uint8Array {
  const status = statusOf(path);
  if (status !== undefined && !status.isFile() && !status.isDirectory()) {
    throw new InputError(`${path}: it cannot be read: it is no regular file.`);
  }
  return readWhole(path);
}

/** Names in a folder, sorted; throws InputError naming it and why it cannot be read. */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    const reason =
      isSystemError(error) && error.code === "ENOTDIR" ? "it is no folder" : reasonOf(error);
    throw new InputError(`${path}: it cannot be read as a folder: ${reason}.`);
  }
}

/**
 * Checks that a file can be written before work is done for it.
 * @throws InputError when its folder does not exist or a folder has its name.
 */
export function checkTarget(path: string): void {
  const folder = statusOf(dirname(path));
  if (folder?.isDirectory() !== true) {
    throw new InputError(`${path}: it cannot be written: there is no folder ${dirname(path)}.`);
  }
  if (statusOf(path)?.isDirectory() === true) {
    throw new InputError(`${path}: it cannot be written: it is a folder.`);
  }
}

/**
 * Writes a file whole or not at all: under another name first, then renamed.
 * @param parts What the file consists of, one after another.
 * @throws InputError naming the file and why it cannot be written.
 */
export function writeWhole(path: string, parts: Iterable<string | Uint8Array>): void {
  const target = followed(path);
  const draft = `${target}.${pid}.part`;
  let drafted = false;
  try {
    const file = openSync(draft, "wx");
    drafted = true;
    try {
      for (const part of parts) {
        const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, target);
  } catch (error) {
    if (drafted) rmSync(draft, { force: true });
    if (!isSystemError(error)) throw error;
    throw new InputError(`${path}: it cannot be written: ${reasonOf(error)}.`);
  }
}

/** The file behind a symbolic link, so that the link stays one. */
function followed(path: string): string {
  return statusOf(path) === undefined ? path : realpathSync(path);
}

/** What stands at a path; undefined when that cannot be found out. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === "string";
}

function reasonOf(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  return REASONS[error.code] ?? error.code;
}
