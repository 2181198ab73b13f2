import { EVENTS, KIND, KIND_NAMES, type EventName } from "../trace/schema.ts";
import { accessValue, type Trace } from "../trace/store.ts";
import type { AddressSpace } from "./address-kind.ts";
import { accessKey, hex, type Aspect, type Row } from "./row.ts";
import type { Visibility } from "./visibility.ts";

const OPS: Partial<Record<EventName, string>> = {
  mmioRead: "mmio_read",
  mmioWrite: "mmio_write",
  pioRead: "pio_read",
  pioWrite: "pio_write",
  ringLoad: "mem_read",
  ringStore: "mem_write",
  configRead: "cfg_read",
  configWrite: "cfg_write",
  intxAssert: "irq_assert",
  intxDeassert: "irq_deassert",
  ioapicEoi: "ioapic_eoi",
  msix: "msix",
  interruptTaken: "cpu_intr",
  lapicEoi: "lapic_eoi",
};

/** Names of registers by `region+offset`, as the recording gives them. */
export type RegisterNames = ReadonlyMap<string, string>;

/** What it takes to print the engine's rows as a recording's. */
export interface EngineView {
  readonly trace: Trace;
  readonly space: AddressSpace;
  readonly visibility: Visibility;
  readonly names: RegisterNames;
}

/** The engine's rows that a recording would show, in order, in the form of the recording. */
export function engineRows(view: EngineView): Row[] {
  const rows: Row[] = [];
  const { length } = view.trace;
  for (let at = 0; at < length; at++) {
    const row = engineRow(view, at);
    // QEMU traces a read when its value is known: after what the read did.
    if (isRead(view.trace.kind[at] as number)) {
      const read = at;
      while (at + 1 < length && view.trace.parent[at + 1] === read) {
        const effect = engineRow(view, ++at);
        if (effect !== undefined) rows.push(effect);
      }
    }
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function isRead(kind: number): boolean {
  return kind === KIND.mmioRead || kind === KIND.pioRead;
}

function engineRow(view: EngineView, at: number): Row | undefined {
  const { trace, visibility } = view;
  const kind = trace.kind[at] as number;
  const name = KIND_NAMES[kind];
  const op = name === undefined ? undefined : OPS[name];
  if (op === undefined) return undefined;
  const where = trace.names[trace.where[at] as number] as string;
  const a = trace.a[at] as number;
  const row = (aspect: Aspect, key: string, counted = ""): Row => ({
    aspect,
    key,
    op: counted,
    origin: at,
    place: spanOf(trace, at),
  });
  switch (kind) {
    case KIND.configRead:
    case KIND.configWrite:
      return row(
        "configuration",
        `${op} ${where}+0x${a.toString(16)} = ${hex(unsigned(view, at))}`,
      );
    case KIND.intxAssert:
    case KIND.intxDeassert:
      return row("interrupts", `${op} ${a}`);
    case KIND.ioapicEoi:
      return row("interrupts", `${op} ${a}`);
    case KIND.msix:
      return row(
        "interrupts",
        `msix ${where} ${hex(messageAddress(trace, at))} = ${hex(BigInt(a))}`,
      );
    case KIND.interruptTaken:
      return visibility.interruptsTaken ? row("interrupts", `${op} ${a} ${where}`) : undefined;
    case KIND.lapicEoi:
      return visibility.interruptsTaken ? row("interrupts", `${op} ${a}`) : undefined;
    default: {
      if (!visibility.showsAccess(kind, where, a)) return undefined;
      const ring = kind === KIND.ringLoad || kind === KIND.ringStore;
      const size = trace.sizeBytes[at] as number;
      const key = accessKey(op, where, a, size, unsigned(view, at), view.space);
      const register = view.names.get(`${where}+${a}`) ?? `${where}+0x${a.toString(16)}`;
      return row(ring ? "rings" : "registers", key, ring ? "" : `${op} ${register}`);
    }
  }
}

/** Where a message was written; on x86 the upper half is 0. */
function messageAddress(trace: Trace, at: number): bigint {
  return BigInt(trace.b[at] as number);
}

/** The value of an access, cut to its width. */
function unsigned(view: EngineView, at: number): bigint {
  const { trace } = view;
  const size = trace.sizeBytes[at] as number;
  return BigInt.asUintN(size === 0 ? 64 : 8 * size, BigInt(accessValue(trace, at)));
}

/** Name of the driver function whose span encloses the row. */
function spanOf(trace: Trace, at: number): string {
  let parent = trace.parent[at] as number;
  for (let depth = 0; parent >= 0 && depth < 64; depth++) {
    if (trace.kind[parent] === EVENTS.call.code) {
      return trace.names[trace.where[parent] as number] as string;
    }
    parent = trace.parent[parent] as number;
  }
  return "";
}
