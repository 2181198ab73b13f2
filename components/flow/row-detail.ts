import { accessValue, EVENTS, KIND, KIND_NAMES, registerKey } from "#engine";
import { grouped } from "../number-text.ts";
import type { FlowRun } from "./flow-run.ts";
import { isRegisterAccess } from "./steps.ts";
import { subjectOf } from "../sentence/subject.ts";

/** One line of what is known of a row. */
export interface DetailLine {
  readonly term: string;
  readonly value: string;
}

const SHOWN_BYTES = 64;
const LINE_BYTES = 16;
const FRAME_KINDS: readonly number[] = [
  KIND.copy,
  KIND.wireTransmit,
  KIND.wireReceive,
  KIND.deliver,
];

/** Everything that the trace says of a row, term by term. */
export function rowDetails(run: FlowRun, row: number): DetailLine[] {
  const { trace, registers } = run;
  const name = KIND_NAMES[trace.kind[row] ?? 0];
  if (name === undefined) return [];
  const event = EVENTS[name];
  const where = trace.where[row] ?? 0;
  const a = trace.a[row] ?? 0;
  const b = accessValue(trace, row);
  const sizeBytes = trace.sizeBytes[row] ?? 0;
  const lines: DetailLine[] = [
    { term: "Who", value: subjectOf(run, row) },
    { term: "What", value: event.label },
  ];
  const add = (term: string, value: string) => lines.push({ term, value });
  if (where > 0) add(termOf(event.where), trace.names[where] ?? "");
  const isRing = trace.kind[row] === KIND.ringLoad || trace.kind[row] === KIND.ringStore;
  if (isRing || isRegisterAccess(trace, row)) {
    const place = registers.get(registerKey(where, a));
    if (place !== undefined) add(isRing ? "Field" : "Register", place);
  }
  const [first, second] = event.args;
  if (name !== "call") {
    add(first === event.where ? "Number" : termOf(first), argumentText(first, a, 0));
  }
  if (name !== "call" && second !== "none" && (Number(b) !== 0 || sizeBytes > 0)) {
    add(termOf(second), argumentText(second, b, sizeBytes));
  }
  if (sizeBytes > 0) {
    add("Size", `${sizeBytes} ${sizeBytes === 1 ? "byte" : "bytes"}`);
    add("In memory", bytesOf(b, sizeBytes));
  }
  const parent = trace.parent[row] ?? -1;
  if (parent >= 0 && trace.kind[parent] === KIND.call) {
    add("Inside", trace.names[trace.where[parent] ?? 0] ?? "");
  }
  const packet = trace.packet[row] ?? -1;
  add("Packet", packet < 0 ? "none in particular" : grouped(packet + 1));
  return lines;
}

/** The first bytes of the frame that a row copies or carries, in lines of 16; none for other rows. */
export function frameLines(run: FlowRun, row: number): string[] {
  const { trace, frames } = run;
  const packet = trace.packet[row] ?? -1;
  if (packet < 0 || frames.length === 0 || !FRAME_KINDS.includes(trace.kind[row] ?? 0)) return [];
  const frame = frames[packet % frames.length] ?? new Uint8Array();
  const lines: string[] = [];
  for (let at = 0; at < Math.min(frame.length, SHOWN_BYTES); at += LINE_BYTES) {
    const bytes = Array.from(frame.subarray(at, at + LINE_BYTES), hexByte).join(" ");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${bytes}`);
  }
  if (frame.length > SHOWN_BYTES) lines.push(`… ${grouped(frame.length)} bytes in all`);
  return lines;
}

function argumentText(argument: string, value: number | bigint, sizeBytes: number): string {
  if (argument === "bytes" || argument === "frame") return grouped(Number(value));
  if (argument === "reason" || argument === "vector" || argument === "gsi") return String(value);
  return `0x${value.toString(16).padStart(sizeBytes * 2, "0")}`;
}

/** A value as its bytes lie in memory: the lowest first. */
function bytesOf(value: number | bigint, sizeBytes: number): string {
  const digits = value.toString(16).padStart(sizeBytes * 2, "0");
  const bytes = digits.match(/../g) ?? [];
  return bytes.toReversed().join(" ");
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** A column's name as a term of a list: `vectorName` becomes "Vector name". */
function termOf(name: string): string {
  const spaced = name.replace(/([A-Z])/g, " $1").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
