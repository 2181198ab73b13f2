import { expect } from "chai";
import { HOST_THREAD } from "../../../engine/core/task.ts";
import { TranslatedInterrupt } from "../../../engine/crossings/translated-interrupt.ts";
import { Kvm } from "../../../engine/crossings/kvm.ts";
import { XenHost } from "../../../engine/devices/xen-net/xen-host.ts";
import type { CellValue } from "../../../engine/history/history-data.ts";
import { HostNic } from "../../../engine/host/host-nic.ts";
import { TapReader } from "../../../engine/host/tap-reader.ts";
import { VhostNet } from "../../../engine/host/vhost-net.ts";
import { pathsOf } from "../../../engine/inspect/host-paths.ts";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { MODES } from "../../../engine/modes/index.ts";
import { type Prepared, simulate } from "../../../engine/run/simulate.ts";
import { DIRECTIONS, type Direction } from "../../../engine/run/direction.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import type { Trace } from "../../../engine/trace/store.ts";
import { aScenario } from "../history/a-scenario.ts";
import { watchedRun } from "./inspected-run.ts";

/** What the model holds now, by section, line and column. */
type Facts = [section: string, line: string, column: number, value: CellValue | undefined][];

function vectors(list: readonly number[]): string {
  if (list.length === 0) return "none";
  return list.map((vector) => `0x${vector.toString(16).padStart(2, "0")}`).join(", ");
}

/** Facts of the models themselves, looked up in another way than the sections do. */
function factsOf({ machine, nic }: Prepared): Facts {
  const { apic } = machine.vcpu;
  const requested = Array.from({ length: 256 }, (_, vector) => vector).filter((vector) =>
    apic.isRequested(vector),
  );
  const facts: Facts = [["local-apic", "IRR", 0, vectors(requested)]];
  for (const pin of machine.pins.values()) {
    facts.push(["io-apic", `pin ${pin.gsi}`, 1, pin.asserted ? 1 : 0]);
  }
  const { host, interruptCrossing, iommuInUse } = machine;
  if (host instanceof Kvm) {
    const running = host.cpus.runningOn(0) === HOST_THREAD.vcpu;
    facts.push(["host-cpus", "CPU 0", 0, running ? "vCPU" : cpu0Of(host)]);
    const { postedDescriptor } = host;
    if (postedDescriptor !== undefined) {
      const control = machine.memory.bytes[postedDescriptor.address + 32] as number;
      facts.push(["posted-interrupt-descriptor", "ON", 0, control & 1]);
    }
  }
  if (interruptCrossing instanceof TranslatedInterrupt) {
    const { inHost } = interruptCrossing.world;
    facts.push(["worlds", "CPU", 0, inHost ? "host's world" : "VMM's world"]);
  }
  if (iommuInUse !== undefined) {
    facts.push(["iommu", "IOTLB hits", 0, iommuInUse.iotlb.hitCount]);
    facts.push(["iommu", "IOTLB misses", 0, iommuInUse.iotlb.missCount]);
  }
  return [...facts, ...hostFacts({ machine, nic } as Prepared)];
}

function hostFacts({ machine, nic }: Prepared): Facts {
  const facts: Facts = [];
  const { reader } = nic.wire;
  if (reader instanceof TapReader || reader instanceof VhostNet) {
    facts.push(["tap-queue", "frames", 0, reader.tapQueue.count]);
  }
  for (const path of pathsOf(nic)) {
    if (path instanceof HostNic) facts.push(["host-nic", "receive ring", 0, path.waitingCount]);
  }
  const xen = "host" in nic ? nic.host : undefined;
  if (!(xen instanceof XenHost)) return facts;
  const words = machine.blocks.get("domU event words");
  const info = machine.blocks.get("domU vcpu info");
  const grants = machine.blocks.get("grant table");
  if (words === undefined || info === undefined || grants === undefined) return facts;
  const word = words.peek32(4 * 8);
  facts.push(["event-channels-domu", "port 8", 1, word >>> 31]);
  facts.push(["event-channels-domu", "port 8", 2, (word >>> 30) & 1]);
  facts.push(["vcpu-info-domu", "evtchn_upcall_pending", 0, info.peek32(0) & 0xff]);
  facts.push(["vcpu-info-domu", "evtchn_upcall_mask", 0, (info.peek32(0) >>> 8) & 0xff]);
  for (let ref = 8; ref < 20; ref++) {
    const flags = grants.peek32(8 * ref) & 0xffff;
    facts.push(["grant-table", `ref ${ref}`, 2, flags === 0 ? undefined : flags]);
  }
  facts.push(["xen-domains", "domU", 0, stateOf(xen)]);
  return facts;
}

function cpu0Of({ cpus }: Kvm): string {
  const thread = cpus.runningOn(0);
  return ["idle", "vCPU", "QEMU main loop", "vhost worker"][thread + 1] ?? "";
}

function stateOf({ guest, cpus }: XenHost): string {
  if (guest.blocked) return "blocked";
  return cpus.count > 1 || cpus.running === guest ? "runs" : "waits for the CPU";
}

/** Runs a mode, and compares its sections with the models when each row is over. */
function wrongFacts(modeId: string, direction: Direction, knobs: KnobValues): string[] {
  const seen: Facts[] = [];
  const { run, history } = watchedRun(modeId, direction, knobs, (prepared, row) => {
    if (row >= 0) seen[row] = factsOf(prepared);
  });
  const wrong: string[] = [];
  for (let row = 0; row < run.trace.length; row++) {
    const snapshot = history.at(row);
    // What the guest's APIC accepts belongs to the row that tells of it, which comes right after.
    const accepts = run.trace.kind[row + 1] === KIND.interruptTaken;
    for (const [section, line, column, value] of seen[row] ?? []) {
      if (section === "local-apic" && accepts) continue;
      const told = snapshot.value(section, line, column);
      if (told !== value) wrong.push(`row ${row}: ${section} ${line}: ${told} is ${value}`);
    }
  }
  if (seen.length !== run.trace.length) wrong.push(`${seen.length} of ${run.trace.length} rows`);
  return wrong;
}

function columnsOf(trace: Trace): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(trace).map(([name, column]) => [
      name,
      ArrayBuffer.isView(column)
        ? [...new Uint8Array(column.buffer, column.byteOffset, column.byteLength)].join()
        : column,
    ]),
  );
}

/** Settings that have other sections than the defaults. */
const KNOBS: readonly (readonly [string, KnobValues])[] = [
  ["vtx-rtl8139", { cpuVendor: "amd" }],
  ["vtx-rtl8139", { apicv: false, x2apic: false, hostCpus: 1 }],
  ["virtio-vhost", { hostPath: "ovs", hostCpus: 1 }],
  ["virtio-vhost", { hostPath: "vrouter", cpuVendor: "amd" }],
  ["virtio-qemu", { hostPath: "macvtap", haltPollMicroseconds: 50 }],
  ["virtio-vhost-user", { driver: "pmd" }],
  ["vf-injected", { iommu: "4K" }],
  ["vf-posted", { iommu: "off" }],
  ["bt-rtl8139", { deviceModel: "application", sendsCombined: 4 }],
  ["xen-netfront", { hostCpus: 2 }],
  ["xen-netfront", { driver: "pmd" }],
];

describe("Sections", () => {
  for (const { id } of MODES) {
    it(`${id}: hold what the models hold at every row`, () => {
      for (const direction of DIRECTIONS) {
        expect(wrongFacts(id, direction, {}), direction).to.deep.equal([]);
      }
    });

    it(`${id}: change nothing in the trace`, () => {
      for (const direction of DIRECTIONS) {
        const { trace } = simulate(aScenario(id, direction));
        const { trace: alone } = simulate(aScenario(id, direction, { history: false }));
        expect(columnsOf(trace), direction).to.deep.equal(columnsOf(alone));
      }
    });
  }
  for (const [id, knobs] of KNOBS) {
    it(`${id} with ${JSON.stringify(knobs)}: hold what the models hold at every row`, () => {
      for (const direction of ["tx", "rx"] as const) {
        expect(wrongFacts(id, direction, knobs), direction).to.deep.equal([]);
      }
    });
  }
});
