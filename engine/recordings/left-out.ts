import type { DeviceEvent, RecordedEvent, RegisterEvent } from "./event.ts";

/** Why some recorded lines are not compared. */
export interface LeftOutRule {
  readonly name: string;
  readonly reason: string;
  /** Indices of the events that the rule leaves out. */
  readonly find: (events: readonly RecordedEvent[]) => Iterable<number>;
}

const STATISTICS = "igb-mmio";
/** RQDPC0, with which igb_update_stats begins. */
const SWEEP_FIRST_OFFSET = 0xc030;
const EICS_OFFSET = 0x1520;
const EIMS_OFFSET = 0x1524;
const RX_HANG_OFFSET = 0xb620;
const MAILBOX_OFFSET = 0x0c40;
const VF_FIRST_COUNTER_OFFSET = 0x0f10;

/**
 * Traffic that is not the packets', by rule. The watchdog rule is used only where the driver model
 * has no watchdog of its own; otherwise the watchdog runs at the recorded moments and is compared.
 */
export const LEFT_OUT: Readonly<Record<"lineAlreadyLow" | "watchdog", LeftOutRule>> = {
  lineAlreadyLow: {
    name: "INTx already low",
    reason: "QEMU propagates the level again when the guest routes the pin; nothing changes",
    find: findLowDeasserts,
  },
  watchdog: {
    name: "igb watchdog",
    reason:
      "igb_watchdog_task and igbvf_watchdog_task read counters every two seconds and trigger every vector",
    find: findWatchdog,
  },
};

/**
 * The 82576's queue interrupts in init and teardown, where no packets flow. Used only where the two
 * sides differ with them: then both leave out the messages of queue vectors, the moderation they
 * set, and the unmasking at the end of their polls.
 */
export const IDLE_QUEUE_INTERRUPTS = {
  name: "igb queue interrupts without packets",
  reason:
    "only the watchdog's EICS raises them; whether EITR's expiry merges with it is a race, and " +
    "interrupts taken are not recorded there",
  matches: (key: string): boolean =>
    /^msix (?:(?:pf\.)?vec[12]|vf\.vec[01]) /.test(key) ||
    /^mmio_write igb-mmio\+0x1524\/4 = 0x[24]$/.test(key) ||
    /^mmio_write igb-mmio\+0x168[48]\/4 = /.test(key) ||
    /^mmio_write igbvf-mmio[^ ]*\+0x1524\/4 = 0x[12]$/.test(key),
} as const;

/** What is left when rules have been applied, and how many lines each took. */
export interface Sifted {
  readonly events: readonly RecordedEvent[];
  readonly counts: Map<string, number>;
  /** The events that were left out, with the rule that took them. */
  readonly leftOut: readonly LeftOutEvent[];
}

/** A recorded event that is not compared. */
export interface LeftOutEvent {
  readonly event: RecordedEvent;
  readonly rule: LeftOutRule;
}

/** Leaves out what the rules name. */
export function sift(events: readonly RecordedEvent[], rules: readonly LeftOutRule[]): Sifted {
  const counts = new Map<string, number>();
  const leftOut: LeftOutEvent[] = [];
  let kept: readonly RecordedEvent[] = withStoresBeforeNotify(events);
  for (const rule of rules) {
    const gone = new Set(rule.find(kept));
    if (gone.size > 0) counts.set(rule.name, gone.size);
    for (const at of gone) leftOut.push({ event: kept[at] as RecordedEvent, rule });
    kept = kept.filter((_, at) => !gone.has(at));
  }
  return { events: kept, counts, leftOut };
}

/**
 * The plugin prints a store after it is done, and a store that an ioeventfd takes wakes QEMU's main
 * loop on another CPU: its lines can come first. The store belongs before the notification it made.
 */
export function withStoresBeforeNotify(events: readonly RecordedEvent[]): RecordedEvent[] {
  const result: RecordedEvent[] = [];
  for (const event of events) {
    const late = event.op === "mmio_write" && event.pluginOnly;
    const at = late ? lastNotify(result) : -1;
    if (at < 0) result.push(event);
    else result.splice(at, 0, event);
  }
  return result;
}

/** Index of a notification after which the guest made no access, or -1. */
function lastNotify(events: readonly RecordedEvent[]): number {
  for (let at = events.length - 1; at >= 0; at--) {
    const { op } = events[at] as RecordedEvent;
    if (op === "notify") return at;
    if (op.startsWith("mem_") || op.startsWith("mmio_") || op.startsWith("pio_")) return -1;
    if (op === "cpu_intr" || op === "lapic_eoi") return -1;
  }
  return -1;
}

function* findLowDeasserts(events: readonly RecordedEvent[]): Generator<number> {
  let high = false;
  for (const [at, event] of events.entries()) {
    if (event.op === "irq_assert") high = true;
    if (event.op !== "irq_deassert") continue;
    if (!high) yield at;
    high = false;
  }
}

/** Whose timer it is: the PF's watchdog, its look at the PHY after a new link, the VF's watchdog. */
export type WatchdogOwner = "pf" | "pf phy" | "vf";

/**
 * Where watchdogs run, by index of the first event: the sweep's first read, or the VF's look at
 * its mailbox before it.
 */
export function watchdogRuns(events: readonly RecordedEvent[]): Map<number, WatchdogOwner> {
  const runs = new Map<number, WatchdogOwner>();
  for (const at of watchdogStarts(events)) runs.set(at, "pf");
  for (const at of events.keys()) {
    if (isVfSweepStart(events, at)) runs.set(at, "vf");
    else if (isPhyInformation(events[at])) runs.set(startOfPhyAccess(events, at), "pf phy");
  }
  return runs;
}

/** Commands with which igb_get_phy_info_igp asks: two registers, two more on pages of their own. */
const PHY_INFORMATION_COMMANDS = 6;
/** The MDIC command that selects the page of the first of these: of all drivers' commands, only it. */
const PHY_PORT_STATUS_PAGE = 0x43f_0011n;
/** SWSM, SW_FW_SYNC, MDIC: how the PF reaches its PHY. */
const PHY_OFFSETS = new Set([0x5b50, 0x5b5c, 0x20]);

function isPhyInformation(event: RecordedEvent | undefined): boolean {
  if (event?.op === "mmio_write") {
    return event.offset === 0x20 && event.value === PHY_PORT_STATUS_PAGE;
  }
  if (event?.op !== "collapsed") return false;
  return event.ops.get("mmio_write MDIC") === PHY_INFORMATION_COMMANDS;
}

function startOfPhyAccess(events: readonly RecordedEvent[], at: number): number {
  let start = at;
  for (let before = at - 1; before >= 0; before--) {
    const event = events[before] as RecordedEvent;
    if (!isRegister(event) || event.region !== STATISTICS) break;
    if (!PHY_OFFSETS.has(event.offset)) break;
    start = before;
  }
  return start;
}

/** Where the PF's runs begin: the first read of a sweep whose EICS write follows. */
function watchdogStarts(events: readonly RecordedEvent[]): number[] {
  const starts: number[] = [];
  let begun = -1;
  for (const [at, event] of events.entries()) {
    if (!isRegister(event)) continue;
    if (isAccess(event, "mmio_read", STATISTICS, SWEEP_FIRST_OFFSET)) begun = at;
    else if (event.op !== "mmio_write" || event.region !== STATISTICS) continue;
    else if (event.offset === EICS_OFFSET && begun >= 0) {
      starts.push(begun);
      begun = -1;
    } else if (event.offset !== EIMS_OFFSET) begun = -1;
  }
  return starts;
}

/** One vector that a watchdog triggered, and what of its consequences is still to come. */
interface Owed {
  readonly vector: string;
  readonly eitr: number;
  readonly region: string;
  readonly mask: bigint;
  /** Messages to come: the one of EICS, and the one when EITR expires. */
  messages: number;
  taken: number;
  ended: number;
  unmasked: number;
  cpuVector: number;
  polling: boolean;
}

function* findWatchdog(events: readonly RecordedEvent[]): Generator<number> {
  const starts = new Set(watchdogStarts(events));
  let sweeping = "";
  const owed: Owed[] = [];
  for (const [at, event] of events.entries()) {
    if (starts.has(at)) sweeping = "pf";
    if (isVfSweepStart(events, at)) sweeping = "vf";
    if (isRegister(event)) {
      const vf = event.region.startsWith("igbvf");
      if (event.op === "mmio_read" && sweeping === (vf ? "vf" : "pf")) {
        yield at;
        continue;
      }
      if (event.op === "mmio_write" && event.offset === EICS_OFFSET && sweeping !== "") {
        owe(owed, event, vf, events);
        sweeping = "";
        yield at;
        continue;
      }
      if (isAccess(event, "mmio_read", STATISTICS, RX_HANG_OFFSET)) yield at;
    }
    if (settle(owed, event)) yield at;
  }
}

function isVfSweepStart(events: readonly RecordedEvent[], at: number): boolean {
  const event = events[at];
  if (event === undefined || !isRegister(event) || event.offset !== MAILBOX_OFFSET) return false;
  if (!event.region.startsWith("igbvf") || event.op !== "mmio_read") return false;
  const next = events.slice(at + 1).find(isRegister);
  return next?.op === "mmio_read" && next.offset === VF_FIRST_COUNTER_OFFSET;
}

function owe(
  owed: Owed[],
  write: RegisterEvent,
  vf: boolean,
  events: readonly RecordedEvent[],
): void {
  const named = events.some((e) => e.op === "msix" && e.vector.includes("."));
  for (let bit = 0; bit < 25; bit++) {
    const mask = 1n << BigInt(bit);
    if ((write.value & mask) === 0n) continue;
    const vector = `${named ? (vf ? "vf." : "pf.") : ""}vec${bit}`;
    owed.push({
      vector,
      eitr: vf ? 22 + bit : bit,
      region: write.region,
      mask,
      messages: 2,
      taken: 2,
      ended: 2,
      unmasked: 2,
      cpuVector: -1,
      polling: false,
    });
  }
}

/** Whether the event is a consequence that is owed; it is then settled. */
function settle(owed: readonly Owed[], event: RecordedEvent): boolean {
  for (const debt of owed) {
    if (event.op === "msix" && event.vector === debt.vector && debt.messages > 0) {
      debt.messages--;
      return true;
    }
    if (event.op === "dev" && isExpiry(event, debt.eitr) && debt.messages === 1) return true;
    if (event.op === "cpu_intr" && event.source === debt.vector && debt.taken > debt.messages) {
      debt.taken--;
      debt.cpuVector = event.vector;
      return true;
    }
    if (event.op === "lapic_eoi" && event.vector === debt.cpuVector && debt.ended > debt.taken) {
      debt.ended--;
      debt.polling = true;
      return true;
    }
    if (event.op === "mem_read" && debt.polling && event.fn.includes("_poll")) return true;
    if (isUnmask(event, debt) && debt.unmasked > debt.ended) {
      debt.unmasked--;
      debt.polling = false;
      return true;
    }
  }
  return false;
}

function isUnmask(event: RecordedEvent, debt: Owed): boolean {
  return (
    event.op === "mmio_write" &&
    event.region === debt.region &&
    event.offset === EIMS_OFFSET &&
    event.value === debt.mask
  );
}

/** The dev line with which an EITR timer expires; the register index stands in its text. */
export function isExpiry(event: DeviceEvent, eitr: number): boolean {
  return expiryIndex(event) === eitr;
}

/** The EITR index of an expiry line, or -1 for other lines. */
export function expiryIndex(event: DeviceEvent): number {
  const match = /^e1000e_irq_msix_notify_postponed_vec$/.test(event.event)
    ? /EITR\[(\d+)\]/.exec(event.text)
    : null;
  return match === null ? -1 : Number(match[1]);
}

function isRegister(event: RecordedEvent): event is RegisterEvent {
  return event.op.startsWith("mmio") || event.op.startsWith("pio");
}

function isAccess(event: RegisterEvent, op: string, region: string, offset: number): boolean {
  return event.op === op && event.region === region && event.offset === offset;
}
