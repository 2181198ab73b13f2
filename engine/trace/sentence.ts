import { ACTORS } from "./actor.ts";
import {
  bytes,
  copyPhrase,
  exceptionPhrase,
  lookupPhrase,
  signalPhrase,
  stepPhrase,
  thing,
  threadPhrase,
  withoutDomain,
} from "./phrase.ts";
import { KIND } from "./schema.ts";
import { accessValue, type Trace } from "./store.ts";

/** Names of registers and ring fields that occur in a trace, by `where` and offset; see {@link registerKey}. */
export type RegisterNames = ReadonlyMap<string, string>;

/** The key of a register in {@link RegisterNames}. */
export function registerKey(where: number, offset: number): string {
  return `${where}:${offset}`;
}

/** The key in {@link RegisterNames} of a ring's field that a device reaches by its address. */
export function addressKey(address: number): string {
  return `@${address}`;
}

const ACTOR_LABELS: readonly string[] = Object.values(ACTORS).map((actor) => actor.label);

/** The label of a row's actor. */
export function actorLabel(trace: Trace, row: number): string {
  return ACTOR_LABELS[trace.actor[row] as number] ?? "";
}

/**
 * What happens in a row, as the predicate of a sentence whose subject is the actor: "writes 0x40 to
 * TPPoll of rtl8139".
 */
export function describeRow(trace: Trace, row: number, registers: RegisterNames): string {
  const where = trace.where[row] as number;
  const name = trace.names[where] ?? "";
  const a = trace.a[row] as number;
  const b = accessValue(trace, row);
  const register = (): string => registers.get(registerKey(where, a)) ?? `+${hex(a)}`;
  const field = (): string => registers.get(registerKey(where, a)) ?? `${name}+${a}`;
  switch (trace.kind[row]) {
    case KIND.mmioRead:
    case KIND.pioRead:
      return `reads ${register()} of ${name}: ${hex(b)}`;
    case KIND.mmioWrite:
    case KIND.pioWrite:
      return `writes ${hex(b)} to ${register()} of ${name}`;
    case KIND.configRead:
      return `reads configuration space of ${name} at ${hex(a)}: ${hex(b)}`;
    case KIND.configWrite:
      return `writes ${hex(b)} to configuration space of ${name} at ${hex(a)}`;
    case KIND.ringLoad:
      return `loads ${hex(b)} from ${field()}`;
    case KIND.ringStore:
      return `stores ${hex(b)} to ${field()}`;
    case KIND.dmaRead:
      return `reads ${thing(name)}: ${bytes(a)} of guest memory at ${hex(b)}`;
    case KIND.dmaWrite:
      return `writes ${thing(name)}: ${bytes(a)} of guest memory at ${hex(b)}`;
    case KIND.copy:
      return copyPhrase(name, a);
    default:
      return describeEvent(trace, row, name, a, Number(b));
  }
}

function describeEvent(trace: Trace, row: number, name: string, a: number, b: number): string {
  switch (trace.kind[row]) {
    case KIND.vmExit:
      return `takes a VM exit: ${name} (reason ${a})`;
    case KIND.vmEntry:
      return `enters the guest again`;
    case KIND.intxAssert:
      return `asserts ${name} (GSI ${a})`;
    case KIND.intxDeassert:
      return `deasserts ${name} (GSI ${a})`;
    case KIND.msix:
      return `sends the MSI-X message ${name}, CPU vector ${a & 0xff}`;
    case KIND.interruptTaken:
      return `takes interrupt vector ${a} (${name})`;
    case KIND.lapicEoi:
      return `writes EOI to the local APIC for vector ${a}`;
    case KIND.ioapicEoi:
      return `ends the interrupt at the IOAPIC, GSI ${a}`;
    case KIND.signal:
      return signalPhrase(name);
    case KIND.wireTransmit:
      return `carries a frame of ${bytes(a)} away`;
    case KIND.wireReceive:
      return `brings a frame of ${bytes(a)}`;
    case KIND.guestError:
      return `finds a guest error: ${name} (${hex(a)}, ${hex(b)})`;
    case KIND.frameDropped:
      return `drops a frame of ${bytes(a)}: ${name}`;
    case KIND.call:
      return `runs ${name}`;
    case KIND.deliver:
      return `has the frame: ${bytes(a)} at its ${name}`;
    case KIND.deviceStep:
      return stepPhrase(name, a, b);
    default:
      return describeCrossing(trace, row, name, a, b);
  }
}

/** The events of who handles what the guest does: hypervisors, threads, tables. */
function describeCrossing(trace: Trace, row: number, name: string, a: number, b: number): string {
  switch (trace.kind[row]) {
    case KIND.hypercall:
      return `makes the hypercall ${withoutDomain(name)}`;
    case KIND.callout:
      return `calls out of translated code: ${name}`;
    case KIND.exception:
      return exceptionPhrase(withoutDomain(name), a);
    case KIND.wakeUp:
      return `wakes ${threadPhrase(name)}`;
    case KIND.contextSwitch:
      return name === "idle" ? `lets CPU ${a} idle` : `switches CPU ${a} to ${threadPhrase(name)}`;
    case KIND.userExit:
      return name === "VMApp" ? "leaves to the VMApp" : `leaves to user space: ${name}`;
    case KIND.interruptInjected:
      return `injects vector ${a} (${name})`;
    case KIND.interruptPosted:
      return `posts vector ${a} (${name})`;
    case KIND.iommuFault:
      return `reports a DMA fault at ${hex(a)}: ${name}`;
    case KIND.headersChanged:
      return a < 0
        ? `removes ${bytes(-a)} of headers: ${name}`
        : `adds ${bytes(a)} of headers: ${name}`;
    case KIND.tableLookup:
      return lookupPhrase(name);
    case KIND.systemCall:
      return `makes the system call ${name}`;
    case KIND.upcall:
      return `enters the event callback of ${name}`;
    case KIND.instruction:
      return `executes ${name}`;
    case KIND.translation:
      return `translates the block at ${hex(a)}: ${name}`;
    case KIND.invalidation:
      return `invalidates ${name}${b > 1 ? ` (${b} entries)` : ""}`;
    default:
      return `marks ${name}`;
  }
}

/** A number in hexadecimal with prefix, as registers are written. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
