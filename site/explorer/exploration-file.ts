import { InputError } from "#engine";
import { type OwnFile, toOwnFile } from "../packets/own-file.ts";

/** What tells the page's own files from others. */
const FORMAT = "trapline-exploration";
const VERSION = 1;

/** What stands in the page's own file: the link to what was shown, and the packets it needs. */
export interface Exploration {
  readonly hash: string;
  readonly own: OwnFile | undefined;
}

/** The page's own file: JSON with the link, and the reader's packets in base64. */
export function explorationToText({ hash, own }: Exploration): string {
  const packets = own && { name: own.name, base64: toBase64(own.bytes) };
  return JSON.stringify({ format: FORMAT, version: VERSION, link: hash, packets }, null, 2);
}

/** Whether a file says that it is one of the page's own. */
export function isExploration(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b;
}

/**
 * Reads the page's own file.
 * @throws InputError in one sentence when it is damaged or something else.
 */
export function textToExploration(bytes: Uint8Array, name: string): Exploration {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new InputError(
      `${name}: this is neither a capture nor JSON; expected a pcap, a pcapng or a file saved here.`,
    );
  }
  const { format, version, link, packets } = record(value);
  if (format !== FORMAT) {
    throw new InputError(`${name}: its format is ${shown(format)}; expected ${FORMAT}.`);
  }
  if (typeof version !== "number" || version < 1 || version > VERSION) {
    throw new InputError(
      `${name}: its version is ${shown(version)}; this page reads up to ${VERSION}.`,
    );
  }
  if (typeof link !== "string") throw new InputError(`${name}: the link is missing.`);
  if (packets === undefined || packets === null) return { hash: link, own: undefined };
  const { name: packetName, base64 } = record(packets);
  const isWhole = typeof packetName === "string" && typeof base64 === "string";
  const own = isWhole ? fromBase64(base64) : undefined;
  if (own === undefined || typeof packetName !== "string") {
    throw new InputError(`${name}: its packets are damaged; expected a name and base64.`);
  }
  return { hash: link, own: packetsOf(name, packetName, own) };
}

function packetsOf(name: string, packetName: string, bytes: Uint8Array): OwnFile {
  try {
    return toOwnFile(packetName, bytes);
  } catch (error) {
    throw new InputError(`${name}: its packets are damaged: ${(error as Error).message}`);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 40);
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
