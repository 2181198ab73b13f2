import type { CpuStep } from "../cpu/mode.ts";
import { svmCrExit, svmExitOf } from "../cpu/svm-exit.ts";
import { EXIT_REASON, type ExitReason } from "../cpu/exit-reason.ts";
import { blocksToText } from "../cpu/translator/side-by-side.ts";
import { bytesText } from "../cpu/x86/instruction.ts";
import type { ProgramRun } from "./program-run.ts";

const BYTES_SHOWN_MAX = 8;
const BYTES_WIDTH = 3 * BYTES_SHOWN_MAX + 2;

const KINDS: Readonly<Record<CpuStep["kind"], string>> = {
  trap: "trap",
  exit: "VM exit",
  callout: "callout",
  hypercall: "hypercall",
  hiddenFault: "hidden fault",
  translation: "translation",
  silent: "not noticed",
  interrupt: "interrupt",
  exception: "exception",
  device: "device",
};

const HANDLERS: Readonly<Record<CpuStep["handledBy"], string>> = {
  guest: "guest",
  hypervisor: "hypervisor",
  deviceModel: "device model",
  hardware: "CPU",
  nobody: "nobody",
};

/**
 * A program's run as text: source with bytes, what trapped and who handled it, translated blocks
 * beside their source, what it counted, and whether it came out as on the hardware alone.
 * @param stepLimit Steps to print at most.
 */
export function programToText(it: ProgramRun, stepLimit: number): string {
  const { program, mode, run } = it;
  const parts = [
    `${program.id}: ${program.title}\n${program.shows}\n\nCPU mode ${mode.id} (${mode.title})${knobText(it)}\n`,
    `Source and bytes\n\n${listing(it)}`,
    `What happened\n\n${story(it, stepLimit)}`,
  ];
  if ((run.blocks ?? []).length > 0) {
    parts.push(`Source and translation\n\n${blocksToText(run.blocks ?? [])}`);
  }
  parts.push(outcome(it));
  return parts.join("\n");
}

function knobText({ knobs }: ProgramRun): string {
  const entries = Object.entries(knobs).map(([name, value]) =>
    typeof value === "boolean" ? `${name}=${value ? "on" : "off"}` : `${name}=${value}`,
  );
  return entries.length > 0 ? `\n${entries.join(" ")}` : "";
}

function listing({ program }: ProgramRun): string {
  const lines = program.image.lines.map(({ address, bytes, text }) => {
    if (bytes.length === 0) return `${" ".repeat(10 + BYTES_WIDTH)}${text}`.trimEnd();
    const shown = bytesText(bytes.subarray(0, BYTES_SHOWN_MAX));
    const more = bytes.length > BYTES_SHOWN_MAX ? " …" : "";
    return `${address.toString(16).padStart(8)}  ${(shown + more).padEnd(BYTES_WIDTH)}${text}`.trimEnd();
  });
  const text = lines.join("\n").replace(/\n{3,}/g, "\n\n");
  return `${text.replace(/^\n+|\n+$/g, "")}\n`;
}

function story({ run, mode }: ProgramRun, stepLimit: number): string {
  if (run.steps.length === 0) {
    return `  nothing: every instruction ran as it is${mode.id === "native" ? "" : ", and nobody heard of it"}\n`;
  }
  const lines = run.steps.slice(0, stepLimit).map((step, at) => stepLines(step, at));
  const rest = run.steps.length - lines.length;
  if (rest > 0) lines.push(`      … ${rest} more`);
  return `${lines.join("\n")}\n`;
}

function stepLines(step: CpuStep, at: number): string {
  const number = String(at + 1).padStart(4);
  const place = step.address.toString(16).padStart(8);
  const what = step.instruction === "" ? "" : `${step.instruction}  `;
  const kind = KINDS[step.kind];
  const why = step.reason === kind ? kind : `${kind}: ${step.reason}`;
  const head = `${number}  ${place}  ${what}${why}${exitFacts(step)}`;
  return `${head}\n${" ".repeat(16)}${HANDLERS[step.handledBy]}: ${step.detail}`;
}

/** Number, SVM's name, qualification and address of a VM exit. */
function exitFacts(step: CpuStep): string {
  if (step.exitReason === undefined) return "";
  const svm = svmName(step);
  const facts = [`reason ${step.exitReason}${svm === undefined ? "" : `, SVM ${svm}`}`];
  if ((step.qualification ?? 0n) !== 0n) {
    facts.push(`qualification 0x${(step.qualification ?? 0n).toString(16)}`);
  }
  if (step.guestPhysical !== undefined) {
    facts.push(`guest-physical 0x${step.guestPhysical.toString(16)}`);
  }
  return ` (${facts.join("; ")})`;
}

function svmName(step: CpuStep): string | undefined {
  const { exitReason, qualification = 0n } = step;
  if (exitReason === EXIT_REASON.controlRegisterAccess) {
    return svmCrExit(Number(qualification & 15n), ((qualification >> 4n) & 3n) !== 1n).name;
  }
  return svmExitOf(exitReason as ExitReason)?.name;
}

function outcome({ run, program, mode, asNative }: ProgramRun): string {
  const lines = Object.entries(run.counts).map(
    ([name, n]) => `${name.padEnd(40)}${String(n).padStart(8)}`,
  );
  const end =
    run.end === "halted" ? "the program ends by HLT" : `the program stops: ${run.endText}`;
  lines.push("", `Outcome: ${end}.`);
  for (const line of run.output) lines.push(`  ${line}`);
  for (const failure of run.silentFailures) lines.push(`  wrong, and nobody noticed: ${failure}`);
  if (mode.id !== "native") {
    const same = "Registers, memory and output are those of the CPU alone.";
    const other = `Registers, memory or output are not those of the CPU alone: ${mode.id} gets ${program.id} wrong.`;
    lines.push(asNative ? same : other);
  }
  return `${lines.join("\n")}\n`;
}

/** A program's run as JSON: source with bytes, steps, blocks, counts and outcome; addresses as hexadecimal text. */
export function programToJson({ program, mode, knobs, run, asNative }: ProgramRun): string {
  const value = {
    program: program.id,
    title: program.title,
    cpuMode: mode.id,
    correct: mode.correct,
    knobs,
    source: program.image.lines.map(({ line, address, bytes, text }) => ({
      line,
      address,
      bytes: bytesText(bytes),
      text,
    })),
    steps: run.steps,
    blocks: run.blocks ?? [],
    counts: run.counts,
    end: run.end,
    endText: run.endText,
    state: run.state,
    output: run.output,
    silentFailures: run.silentFailures,
    asNative,
  };
  const hexed = (_key: string, part: unknown): unknown =>
    typeof part === "bigint" ? `0x${part.toString(16)}` : part;
  return JSON.stringify(value, hexed, 2);
}
