import type { RuleReport } from "../burst-rules.ts";
import { TIMER_VECTOR } from "./exits.ts";
import type { KvmManifest } from "./manifest.ts";
import type { RecordedNic } from "./nics.ts";
import { isBurst } from "./packets.ts";
import { hexText, type Token } from "./token.ts";

/** What a burst's rules depend on. */
export interface BurstScenario {
  readonly manifest: KvmManifest;
  readonly nic: RecordedNic;
  readonly phase: string;
  readonly packetCount: number;
  /** Whether APICv posts interrupts and virtualizes EOI. */
  readonly apicv: boolean;
}

/** What is counted of one side of a burst. */
interface Counts {
  /** Exits for accesses to the NIC. */
  readonly accesses: number;
  readonly doorbells: number;
  readonly statusReads: number;
  readonly userExits: number;
  readonly triggerReads: number;
  readonly eoiExits: number;
  readonly virtualizedEois: number;
  /** Exits because of an interrupt: the device's, the kick, the interrupt window. */
  readonly interruptExits: number;
  /** The NIC's interrupts as KVM gave them to the guest. */
  readonly injected: number;
  readonly posted: number;
  readonly ended: number;
  readonly endedByFlag: number;
  readonly messages: number;
  readonly messagesByQemu: number;
  readonly messagesByVhost: number;
}

interface Rule {
  readonly rule: string;
  readonly applies: (scenario: BurstScenario) => boolean;
  readonly holds: (counts: Counts, scenario: BurstScenario) => boolean;
  readonly found: (counts: Counts) => string;
}

const emulated = ({ nic }: BurstScenario): boolean => nic.interruptStatus >= 0;
const passedThrough = ({ nic }: BurstScenario): boolean => nic.passedThrough;
const virtio = (scenario: BurstScenario): boolean =>
  !emulated(scenario) && !passedThrough(scenario);
const transmits = ({ phase }: BurstScenario): boolean => phase.startsWith("tx");
const eventfd = ({ manifest }: BurstScenario): boolean => manifest.knobs["ioeventfd"] !== false;
const vhost = ({ manifest }: BurstScenario): boolean => manifest.mode.endsWith("vhost");

/** The rules of bursts: what holds however the threads race. */
const RULES: readonly Rule[] = [
  {
    rule: "RTL8139: every register access is one exit, and that goes to user space",
    applies: emulated,
    holds: (c) => c.accesses === c.userExits,
    found: (c) => `${c.accesses} accesses, ${c.userExits} exits to user space`,
  },
  {
    rule: "RTL8139: one doorbell for each packet that the guest sends",
    applies: (s) => emulated(s) && transmits(s),
    holds: (c, s) => c.doorbells === s.packetCount,
    found: (c) => `${c.doorbells} doorbells`,
  },
  {
    rule: "RTL8139: the handler reads the interrupt status once for each interrupt",
    applies: emulated,
    holds: (c) => c.statusReads === c.injected + c.posted,
    found: (c) => `${c.statusReads} reads, ${c.injected + c.posted} interrupts`,
  },
  {
    rule: "level-triggered EOI without APICv: a read of the trigger mode and a write, two exits",
    applies: (s) => emulated(s) && !s.apicv,
    holds: (c) => c.triggerReads === c.injected && c.ended === c.injected,
    found: (c) => `${c.triggerReads} reads, ${c.ended} EOIs, ${c.injected} interrupts`,
  },
  {
    rule: "level-triggered EOI with APICv: one virtualized EOI exit",
    applies: (s) => emulated(s) && s.apicv,
    holds: (c) => c.virtualizedEois === c.posted && c.triggerReads === 0,
    found: (c) => `${c.virtualizedEois} exits, ${c.posted} interrupts`,
  },
  {
    rule: "virtio: at most one doorbell for each packet",
    applies: virtio,
    holds: (c, s) => c.doorbells <= s.packetCount,
    found: (c) => `${c.doorbells} doorbells`,
  },
  {
    rule: "virtio: the guest's first doorbell wakes the device",
    applies: (s) => virtio(s) && transmits(s),
    holds: (c) => c.doorbells >= 1 && c.messages >= 1,
    found: (c) => `${c.doorbells} doorbells, ${c.messages} messages`,
  },
  {
    rule: "ioeventfd: no doorbell goes to user space, every other access does",
    applies: (s) => virtio(s) && eventfd(s),
    holds: (c) => c.userExits === c.accesses - c.doorbells,
    found: (c) => `${c.userExits} of ${c.accesses} accesses, ${c.doorbells} doorbells`,
  },
  {
    rule: "without ioeventfd every access goes to user space, doorbells as well",
    applies: (s) => virtio(s) && !eventfd(s),
    holds: (c) => c.userExits === c.accesses,
    found: (c) => `${c.userExits} of ${c.accesses} accesses, ${c.doorbells} doorbells`,
  },
  {
    rule: "interrupts come from the thread that has the queue: vhost by irqfd, QEMU by ioctl",
    applies: virtio,
    holds: (c, s) => (vhost(s) ? c.messagesByVhost : c.messagesByQemu) === c.messages,
    found: (c) => `${c.messagesByVhost} of vhost, ${c.messagesByQemu} of QEMU`,
  },
  {
    rule: "VF: no access to a register or doorbell exits",
    applies: passedThrough,
    holds: (c) => c.accesses === 0 && c.userExits === 0,
    found: (c) => `${c.accesses} accesses`,
  },
  {
    rule: "APICv: no exit is caused by an edge-triggered interrupt, its window or its EOI",
    applies: (s) => s.apicv && !emulated(s),
    holds: (c) => c.interruptExits === 0 && c.eoiExits === 0 && c.injected === 0,
    found: (c) => `${c.interruptExits + c.eoiExits} exits, ${c.posted} posted`,
  },
  {
    rule: "no interrupt without a message, none is delivered twice",
    applies: (s) => !emulated(s),
    holds: (c) =>
      c.injected + c.posted <= c.messages && c.injected + c.posted > 0 === c.messages > 0,
    found: (c) => `${c.messages} messages, ${c.injected + c.posted} interrupts`,
  },
  {
    rule: "every injected interrupt is ended",
    applies: (s) => !s.apicv,
    // The last one's end by flag shows at the next exit, which may lie behind the recording.
    holds: (c) => c.ended === c.injected || c.ended === c.injected - 1,
    found: (c) => `${c.injected} interrupts, ${c.ended} EOIs`,
  },
  {
    rule: "without PV EOI no interrupt is ended by a flag",
    applies: (s) => !s.manifest.pvEoi && !s.apicv,
    holds: (c) => c.endedByFlag === 0,
    found: (c) => `${c.endedByFlag} by flag`,
  },
];

/** Judges a burst: each rule on both sides. */
export function judgeKvmBurst(
  recorded: readonly Token[],
  engine: readonly Token[],
  scenario: BurstScenario,
): RuleReport[] {
  if (!isBurst(scenario.phase)) return [];
  const theirs = countTokens(recorded, scenario);
  const ours = countTokens(engine, scenario);
  return RULES.filter((rule) => rule.applies(scenario)).map(({ rule, holds, found }) => ({
    rule,
    holds: holds(theirs, scenario) && holds(ours, scenario),
    found: `recorded ${found(theirs)}; engine ${found(ours)}`,
  }));
}

function countTokens(tokens: readonly Token[], { nic }: BurstScenario): Counts {
  const count = (pattern: RegExp): number =>
    tokens.filter(({ stream, key }) => stream === "vcpu" && pattern.test(key)).length;
  const virtioPage = nic.interruptStatus < 0 && !nic.passedThrough;
  const timer = hexText(TIMER_VECTOR);
  const offset = (value: number): string => (value < 0 ? "none" : hexText(value));
  return {
    accesses: count(/^(npf|EPT_MISCONFIG|EPT_VIOLATION) (read|write) /),
    // virtio's receive queue has one as well: page 3 of the region.
    doorbells: virtioPage
      ? count(/^(npf|EPT_MISCONFIG) write 0x3[0-9a-f]{3}[/ ]/)
      : count(new RegExp(`^(npf|EPT_MISCONFIG) write ${offset(nic.doorbell)}[/ ]`)),
    statusReads: count(new RegExp(`^(npf|EPT_MISCONFIG) read ${offset(nic.interruptStatus)}/`)),
    userExits: count(/^to user space/),
    triggerReads: count(/^(msr read|MSR_READ) 0x819/),
    eoiExits: count(/^(msr write|MSR_WRITE) 0x80b/),
    virtualizedEois: count(/^EOI_INDUCED/),
    interruptExits: count(/^(interrupt|EXTERNAL_INTERRUPT|vintr|INTERRUPT_WINDOW)$/),
    injected: count(new RegExp(`^inject (?!${timer})`)),
    posted: count(new RegExp(`^post (?!${timer})`)),
    ended: count(new RegExp(`^EOI of (?!${timer})`)),
    endedByFlag: count(/^EOI of .* by its flag$/),
    messages: count(/^message /),
    messagesByQemu: count(/^message .* by qemu$/),
    messagesByVhost: count(/^message .* by vhost$/),
  };
}
