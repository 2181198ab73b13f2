import type { GuestIdentity } from "../guest/identity.ts";
import type { Nic } from "../devices/nic.ts";
import { openSections } from "../inspect/section-table.ts";
import { Machine } from "../machine.ts";
import type { Mode } from "../modes/define.ts";
import { readKnobs, type KnobValues } from "../modes/knob.ts";
import { recordRings } from "../inspect/rings/ring-record.ts";
import type { PriceList } from "../ledger/price-list.ts";
import { generatePackets } from "../packets/packet-generator.ts";
import { profileKnobs } from "./profile-knobs.ts";
import { ArrivalSequence, SendSequence } from "./traffic.ts";
import { startJournal } from "./start-journal.ts";

/** What machine to bring up. */
export interface MachineChoice {
  readonly mode: Mode;
  /** Knobs by name; what the CPU of the prices decides need not be set. */
  readonly knobs: KnobValues;
  /** What steps cost; null: a guest access is a cycle, all else nothing. */
  readonly prices: PriceList | null;
  /** The addresses the guest answers to. */
  readonly identity: GuestIdentity;
  readonly seed: number;
  /** Whether trace rows are kept, and how many at most. */
  readonly trace: boolean;
  readonly traceRowsMax?: number;
  /** Whether each change of state is recorded once the machine is up. */
  readonly history?: boolean;
  /** Guest-physical memory in bytes, default the machine's. */
  readonly guestBytes?: number;
  /** Comes before anything is built. */
  readonly onMachine?: (machine: Machine) => void;
  /** Whether probe, interface-up and warm-up stay in the trace and totals. */
  readonly includeSetup?: boolean;
}

/** A machine that is up and warm; its time goes on from here. */
export interface PreparedMachine {
  readonly machine: Machine;
  readonly nic: Nic;
  readonly knobs: KnobValues;
}

/**
 * Brings a machine up: probe, interface up, one packet each way to warm up.
 * @throws InputError when the mode does not have a knob or its value.
 */
export function bringUp(choice: MachineChoice): PreparedMachine {
  const { mode, prices } = choice;
  const ofCpu = prices === null ? {} : profileKnobs(mode, prices.profile);
  const knobs = readKnobs(mode.id, mode.knobs, { ...ofCpu, ...choice.knobs });
  const machine = new Machine({
    seed: choice.seed,
    trace: choice.trace,
    history: choice.history === true,
    ...(choice.traceRowsMax === undefined ? {} : { traceRowsMax: choice.traceRowsMax }),
    ...(choice.guestBytes === undefined ? {} : { guestBytes: choice.guestBytes }),
    ...(prices === null ? {} : { prices, modeId: mode.id }),
    identity: choice.identity,
    interruptCrossing: (self) => mode.interrupt(self, knobs),
  });
  choice.onMachine?.(machine);
  const nic = mode.build(machine, knobs);
  if (machine.journal !== undefined) openSections({ machine, nic, journal: machine.journal });
  machine.kernel.runProcess(() => {
    nic.driver.probe();
    nic.driver.open();
  });
  machine.run(machine.nowCycles);
  warmUp(machine, nic);
  if (choice.includeSetup !== true) {
    nic.wire.hostPath?.expireFlows?.();
    forget(machine);
  }
  recordRings(machine);
  if (machine.journal !== undefined) startJournal(machine, machine.journal);
  return { machine, nic, knobs };
}

/** Forgets what was written and counted so far: what comes now is what is asked for. */
export function forget(machine: Machine): void {
  machine.trace.clear();
  machine.exitsByReason.fill(0);
  machine.hypercallsByName.clear();
  machine.calloutsByName.clear();
  machine.emptyPollsByLoop.clear();
  machine.foreignRingAccesses.fill(0);
  machine.pricing?.ledger.clear();
  machine.clock.restart();
}

/**
 * One packet each way before anything is counted: Linux does some things only once, at the first
 * interrupt of a vector (`irq_move_irq` rewrites its MSI-X entry). The recordings warm up as well.
 */
function warmUp(machine: Machine, nic: Nic): void {
  const guestMac = machine.identity.mac;
  for (const direction of ["tx", "rx"] as const) {
    const frames = generatePackets({
      count: 1,
      frameBytesWithoutFcs: 60,
      seed: 0,
      direction,
      guestMac,
    });
    if (direction === "rx") machine.post(new ArrivalSequence(machine, nic, frames, 1, 0), 0);
    else machine.postGuest(new SendSequence(machine, nic, frames, 1, 0), 0);
    machine.run();
  }
}
