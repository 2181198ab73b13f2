import type { ExitEvent, KvmEvent } from "./event.ts";
import type { CpuVendor } from "./manifest.ts";
import { accessKey, fastAccessKey, hexText } from "./token.ts";

/** The guest's timer in the recorded guests: Linux's LOCAL_TIMER_VECTOR. */
export const TIMER_VECTOR = 0xec;

/** An exit with what the trace tells about it until the vCPU enters again. */
export interface RecordedExit {
  readonly event: ExitEvent;
  /** Key of the exit's token, or the rule that leaves it out. */
  readonly key: string;
  readonly leftOut: string;
  /** The exit is how the guest's timer makes itself heard. */
  readonly byTimer: boolean;
  /** KVM finds in it that the guest ended an interrupt by its flag. */
  readonly findsEoi: boolean;
  /** KVM answers it on its fast path: x86.c, handle_fastpath_set_msr_irqoff, VT-x only. */
  readonly fast: boolean;
  /** Offset in the NIC's region of an access, or -1. */
  readonly offset: number;
  readonly write: boolean;
  readonly value: bigint;
  /** The access is to an MSI-X table of a NIC whose registers do not exit. */
  readonly byTable: boolean;
}

/** The NIC's region as an exit's address tells it: its size is a power of two that it is aligned to. */
export interface NicRegion {
  readonly byteCount: number;
  /** Only its MSI-X table exits. */
  readonly mapped: boolean;
}

/** MSRs of a virtual local APIC that exits concern (Intel SDM vol. 3A, table 11-6 "x2APIC"). */
const MSR = { tscAdjust: 0x3b, tscDeadline: 0x6e0, trigger: 0x819, eoi: 0x80b } as const;
/** Device regions of the recorded machines lie above this address (QEMU's q35: 32-bit PCI hole). */
const REGIONS_BEGIN = 0xc000_0000;
const REGIONS_END = 0x1_0000_0000;

/** Why an exit is no work of the NIC's driver, device or interrupts: one rule each. */
export const BACKGROUND_EXITS = {
  deadline: "MSR write 0x6e0: the guest programs its TSC-deadline timer for its own sleep and tick",
  tscAdjust: "MSR 0x3b: Linux checks TSC_ADJUST now and then when it goes idle",
  port: "port access: the recorder's marks on port 0xf4, and no port of these NICs",
  hostInterrupt: "external interrupt without a message for the guest: the host's tick or PF",
  memory: "page fault of guest memory: first touch of a page",
  restartedEoi:
    "EOI with nothing in service: the emulated processor ran the instruction that clears the PV EOI flag twice",
  other: "an instruction that no NIC driver has (CPUID, control registers ...)",
} as const;

/** Reads the exits of a phase; the key is the index of the exit's event. */
export function readExits(
  events: readonly KvmEvent[],
  cpu: CpuVendor,
  region: NicRegion,
): Map<number, RecordedExit> {
  const exits = new Map<number, RecordedExit>();
  for (const [at, event] of events.entries()) {
    if (event.ev !== "exit") continue;
    const before = beforeEntry(events, at);
    exits.set(at, readExit(event, insideOf(events, at), before, { cpu, region }));
  }
  leaveDoubleDeliveriesOut(exits);
  return exits;
}

/**
 * An EOI with nothing in service tells that the emulated processor delivered a vector twice: a host
 * interrupt came while the guest was entering the handler. What the guest did because of that is
 * left out: a handler that finds itself running masks and unmasks its MSI-X entry.
 */
function leaveDoubleDeliveriesOut(exits: Map<number, RecordedExit>): void {
  const order = [...exits.keys()];
  for (const [place, at] of order.entries()) {
    const spurious = exits.get(at)?.leftOut === BACKGROUND_EXITS.restartedEoi;
    if (!spurious) continue;
    let first = place;
    const reasonAt = (index: number): string =>
      exits.get(order[index] as number)?.event.reason ?? "";
    while (first > 0 && reasonAt(first) !== "interrupt") first--;
    for (let next = first; next < order.length && !HALTS.includes(reasonAt(next)); next++) {
      leaveTableOut(order[next] as number, exits);
    }
  }
}

const HALTS: readonly string[] = ["hlt", "HLT"];

function leaveTableOut(at: number, exits: Map<number, RecordedExit>): void {
  const exit = exits.get(at) as RecordedExit;
  const table = exit.offset >= 0 && exit.byTable;
  if (table) exits.set(at, { ...exit, key: "", leftOut: BACKGROUND_EXITS.restartedEoi });
}

/** What happens between an exit and the next entry. */
function insideOf(events: readonly KvmEvent[], at: number): readonly KvmEvent[] {
  let end = at + 1;
  while (end < events.length && (events[end] as KvmEvent).ev !== "entry") end++;
  return events.slice(at + 1, end);
}

/** What happened before an exit, as far as it bears on it. */
interface Before {
  /** Somebody on another CPU told the running guest of an interrupt. */
  readonly kicked: boolean;
  /** The timer expired after the injection of the entry before: the guest leaves again at once. */
  readonly timerAtEntry: boolean;
}

function beforeEntry(events: readonly KvmEvent[], at: number): Before {
  let entry = at - 1;
  let kicked = false;
  for (; entry >= 0 && (events[entry] as KvmEvent).ev !== "entry"; entry--) {
    const { ev, who } = events[entry] as KvmEvent;
    if ((ev === "message" || ev === "line") && who !== "vcpu") kicked = true;
  }
  let timer = false;
  for (let before = entry - 1; before >= 0; before--) {
    const event = events[before] as KvmEvent;
    if (event.ev === "exit") break;
    if (event.ev === "accept" && event.vector === TIMER_VECTOR) timer = true;
    if (event.ev === "inject" && timer) return { kicked, timerAtEntry: true };
  }
  return { kicked, timerAtEntry: false };
}

interface Scenario {
  readonly cpu: CpuVendor;
  readonly region: NicRegion;
}

function readExit(
  event: ExitEvent,
  inside: readonly KvmEvent[],
  before: Before,
  { cpu, region }: Scenario,
): RecordedExit {
  const ours = inside.filter((entry) => entry.who === "vcpu");
  const mmio = ours.find((entry) => entry.ev === "mmio" && entry.direction !== "unsatisfied-read");
  const access = mmio?.ev === "mmio" ? mmio : undefined;
  const byDevice = event.address >= REGIONS_BEGIN && event.address < REGIONS_END;
  const offset = byDevice ? event.address % region.byteCount : -1;
  const write = event.access !== "read";
  const value = access?.value ?? 0n;
  return {
    event,
    ...classify(event, ours, cpu, { offset, access, before, told: toldOf(event, ours) }),
    findsEoi: ours.some((entry) => entry.ev === "pvEoi"),
    fast:
      event.msr === MSR.tscDeadline &&
      event.reason === "MSR_WRITE" &&
      !ours.some((entry) => entry.ev === "pvEoi" || entry.ev === "accept"),
    offset,
    write,
    value,
    byTable: region.mapped,
  };
}

/**
 * What KVM tells of an access while it carries it out, where that is not what the exit was about;
 * empty where both agree, as they do in a recording that nobody has changed.
 */
function toldOf({ address, access }: ExitEvent, ours: readonly KvmEvent[]): string {
  const fast = access === "fast-write";
  for (const event of ours) {
    if (event.ev === "fastMmio" && fast && event.address === address) return "";
    if (event.ev !== "mmio" && event.ev !== "fastMmio") continue;
    const read = event.ev === "mmio" && event.direction !== "write";
    const same = event.address === address && !fast && event.ev === "mmio";
    if (!same || read !== (access === "read")) {
      return `, carried out as a ${read ? "read" : "write"} at ${hexText(event.address)}`;
    }
  }
  return fast ? ", not carried out" : "";
}

interface AccessDetails {
  readonly offset: number;
  readonly told: string;
  readonly access: Extract<KvmEvent, { ev: "mmio" }> | undefined;
  readonly before: Before;
}

type Classified = Pick<RecordedExit, "key" | "leftOut" | "byTimer">;

const compared = (key: string): Classified => ({ key, leftOut: "", byTimer: false });
const background = (rule: string): Classified => ({ key: "", leftOut: rule, byTimer: false });

function classify(
  event: ExitEvent,
  ours: readonly KvmEvent[],
  cpu: CpuVendor,
  details: AccessDetails,
): Classified {
  const { reason } = event;
  const timer = ours.some((entry) => entry.ev === "accept" && entry.vector === TIMER_VECTOR);
  switch (reason) {
    case "npf":
    case "EPT_MISCONFIG":
    case "EPT_VIOLATION":
      return memoryExit(event, details);
    case "msr":
    case "MSR_READ":
    case "MSR_WRITE":
      return msrExit(event, ours);
    case "EOI_INDUCED":
      return compared(`${reason} ${hexText(event.vector)}`);
    case "hlt":
    case "HLT":
    case "vintr":
    case "INTERRUPT_WINDOW":
      return compared(reason);
    case "PREEMPTION_TIMER":
      return { key: reason, leftOut: "", byTimer: true };
    case "interrupt":
    case "EXTERNAL_INTERRUPT":
      if (details.before.timerAtEntry) return { key: reason, leftOut: "", byTimer: true };
      if (isKick(event, details.before.kicked) || ours.some((entry) => entry.ev === "message"))
        return compared(reason);
      if (cpu === "svm" && timer) return { key: reason, leftOut: "", byTimer: true };
      return background(BACKGROUND_EXITS.hostInterrupt);
    case "io":
    case "IO_INSTRUCTION":
      return background(BACKGROUND_EXITS.port);
    default:
      return background(BACKGROUND_EXITS.other);
  }
}

/** KVM's kick is the host's reschedule interrupt (Linux); only VT-x tells which interrupt it was. */
export const RESCHEDULE_VECTOR = 0xfd;

function isKick(event: ExitEvent, kicked: boolean): boolean {
  return event.vector >= 0 ? event.vector === RESCHEDULE_VECTOR : kicked;
}

function memoryExit(event: ExitEvent, { offset, access, told }: AccessDetails): Classified {
  if (offset < 0) return background(BACKGROUND_EXITS.memory);
  if (event.access === "fast-write") return compared(fastAccessKey(event.reason, offset) + told);
  const write = event.access === "write";
  return compared(
    accessKey(event.reason, write, offset, access?.sizeBytes ?? 0, access?.value ?? 0n) + told,
  );
}

function msrExit(event: ExitEvent, ours: readonly KvmEvent[]): Classified {
  const access = ours.find((entry) => entry.ev === "msr");
  const msr = event.msr >= 0 ? event.msr : access?.ev === "msr" ? access.msr : -1;
  if (msr === MSR.tscDeadline) return background(BACKGROUND_EXITS.deadline);
  if (msr === MSR.tscAdjust) return background(BACKGROUND_EXITS.tscAdjust);
  if (msr === MSR.eoi && ours.some((entry) => entry.ev === "eoi" && entry.vector < 0)) {
    return background(BACKGROUND_EXITS.restartedEoi);
  }
  const direction = event.reason === "msr" ? `msr ${event.direction}` : event.reason;
  if (msr === MSR.eoi || msr === MSR.trigger) return compared(`${direction} ${hexText(msr)}`);
  return background(BACKGROUND_EXITS.other);
}
