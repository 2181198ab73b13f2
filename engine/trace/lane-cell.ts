import { KIND } from "./schema.ts";
import { hex, registerKey, type RegisterNames } from "./sentence.ts";
import { accessValue, type Trace } from "./store.ts";

/**
 * What happens in a row in as few words as a lane has room for: "TPPoll ← 0x40". `←` is a store,
 * `→` a load.
 */
export function rowCell(trace: Trace, row: number, registers: RegisterNames): string {
  const where = trace.where[row] as number;
  const name = trace.names[where] ?? "";
  const a = trace.a[row] as number;
  const b = accessValue(trace, row);
  const register = (): string => registers.get(registerKey(where, a)) ?? `${name}+${hex(a)}`;
  const field = (): string => registers.get(registerKey(where, a)) ?? `${name}+${a}`;
  switch (trace.kind[row]) {
    case KIND.mmioRead:
    case KIND.pioRead:
      return `${register()} → ${hex(b)}`;
    case KIND.mmioWrite:
    case KIND.pioWrite:
      return `${register()} ← ${hex(b)}`;
    case KIND.configRead:
      return `config ${hex(a)} → ${hex(b)}`;
    case KIND.configWrite:
      return `config ${hex(a)} ← ${hex(b)}`;
    case KIND.ringLoad:
      return `${field()} → ${hex(b)}`;
    case KIND.ringStore:
      return `${field()} ← ${hex(b)}`;
    case KIND.dmaRead:
      return `DMA read, ${bytes(a)}: ${name}`;
    case KIND.dmaWrite:
      return `DMA write, ${bytes(a)}: ${name}`;
    case KIND.copy:
      return `copy, ${bytes(a)}: ${name}`;
    default:
      return eventCell(trace, row, name, a, Number(b));
  }
}

function eventCell(trace: Trace, row: number, name: string, a: number, b: number): string {
  switch (trace.kind[row]) {
    case KIND.vmExit:
      return `exit: ${name}`;
    case KIND.vmEntry:
      return "◀── entry";
    case KIND.intxAssert:
      return `${name} asserted, GSI ${a}`;
    case KIND.intxDeassert:
      return `${name} deasserted, GSI ${a}`;
    case KIND.msix:
      return `MSI-X ${name}, vector ${hex(a & 0xff)}`;
    case KIND.interruptTaken:
      return `interrupt ${hex(a)} (${name})`;
    case KIND.lapicEoi:
      return `EOI ${hex(a)}`;
    case KIND.ioapicEoi:
      return `IOAPIC EOI, GSI ${a}`;
    case KIND.signal:
      return `signal: ${name}`;
    case KIND.deviceStep:
      return `${name}${b !== 0 ? ` ${a}, ${b}` : a !== 0 ? ` ${a}` : ""}`;
    case KIND.wireTransmit:
      return `frame leaves, ${bytes(a)}`;
    case KIND.wireReceive:
      return `frame arrives, ${bytes(a)}`;
    case KIND.guestError:
      return `guest error: ${name} (${hex(a)}, ${hex(b)})`;
    case KIND.frameDropped:
      return `frame dropped, ${bytes(a)}: ${name}`;
    case KIND.call:
      return `${name}()`;
    case KIND.deliver:
      return `${name} has the frame, ${bytes(a)}`;
    default:
      return crossingCell(trace, row, name, a, b);
  }
}

/** The events of who handles what the guest does: hypervisors, threads, tables. */
function crossingCell(trace: Trace, row: number, name: string, a: number, b: number): string {
  switch (trace.kind[row]) {
    case KIND.hypercall:
      return `hypercall ${name}`;
    case KIND.callout:
      return `callout: ${name}`;
    case KIND.exception:
      return `exception ${name}`;
    case KIND.wakeUp:
      return `wakes ${name}`;
    case KIND.contextSwitch:
      return `── CPU ${a}: ${name}`;
    case KIND.userExit:
      return `to user space: ${name}`;
    case KIND.interruptInjected:
      return `injects ${hex(a)} (${name})`;
    case KIND.interruptPosted:
      return `posts ${hex(a)} (${name})`;
    case KIND.iommuFault:
      return `DMA fault ${hex(a)}: ${name}`;
    case KIND.headersChanged:
      return `${a < 0 ? "−" : "+"}${bytes(Math.abs(a))}: ${name}`;
    case KIND.tableLookup:
      return `lookup: ${name}`;
    case KIND.systemCall:
      return `system call ${name}`;
    case KIND.upcall:
      return `upcall: ${name}`;
    case KIND.instruction:
      return name;
    case KIND.translation:
      return `translates ${hex(a)}: ${name}`;
    case KIND.invalidation:
      return `invalidates ${name}${b > 1 ? `, ${b} entries` : ""}`;
    default:
      return `mark: ${name}`;
  }
}

function bytes(count: number): string {
  return `${count} ${count === 1 ? "byte" : "bytes"}`;
}
