import { type OwnPrices, predict } from "./predict.ts";
import type { Measure, Setup } from "./setup.ts";

/** One system of an order. */
export interface OrderedSystem {
  readonly label: string;
  readonly setup: Setup;
}

/** An order of systems that a source states or that its numbers give. */
export interface Ordering {
  readonly id: string;
  /** What the source states. */
  readonly statement: string;
  readonly source: string;
  /** Whether more of it, or less of it, is better. */
  readonly better: "more" | "less";
  readonly unit: string;
  readonly measure: Measure;
  /** The better ones first. */
  readonly systems: readonly OrderedSystem[];
}

/** What the engine makes of an order. */
export interface OrderingResult {
  readonly ordering: Ordering;
  /** The typical prediction of each system, in the order of the source. */
  readonly values: readonly number[];
  /** Whether no two neighbours are reversed. */
  readonly holds: boolean;
}

const LANMAN = { profileId: "haswell-ep", mitigations: false, overrides: {}, frameBytes: 60 };
const HALT_POLL = { haltPollMicroseconds: 200 };
/** 82599: ixgbe's throttle at low rates. */
const THROTTLE = { throttleMicroseconds: 10 };
const SOFTNIC = {
  profileId: "ivy-bridge-ep",
  clockGhz: 2.6,
  mitigations: false,
  overrides: {},
  frameBytes: 60,
  hostNic: THROTTLE,
};
const CONTAINERS = {
  profileId: "broadwell-ep",
  clockGhz: 2.4,
  mitigations: true,
  overrides: {},
  frameBytes: 60,
};
const ELI = { profileId: "westmere", mitigations: false, overrides: {}, frameBytes: 60 };

/** The orders that sources state, as data. */
export const ORDERINGS: readonly Ordering[] = [
  {
    id: "nt.rr.order",
    statement: "e1000 at 9.5, virtio-net in QEMU at 18.4, with vhost at 35.5 thousand transactions",
    source: "netmap tutorial slides, 16-17 and 32",
    better: "less",
    unit: "us",
    measure: { kind: "roundTrip", sides: 2 },
    systems: [
      { label: "virtio-vhost", setup: { modeId: "virtio-vhost", knobs: HALT_POLL, ...LANMAN } },
      { label: "virtio-qemu", setup: { modeId: "virtio-qemu", knobs: HALT_POLL, ...LANMAN } },
      { label: "vtx-rtl8139", setup: { modeId: "vtx-rtl8139", knobs: HALT_POLL, ...LANMAN } },
    ],
  },
  {
    id: "sn.rtt.order",
    statement:
      "DPDK on bare metal 8.2 us; the kernel's switch adds about 30 us a round trip over SR-IOV",
    source: "SoftNIC 2015, Figure 6",
    better: "less",
    unit: "us",
    measure: { kind: "roundTrip", sides: 2 },
    systems: [
      { label: "DPDK", setup: { modeId: "vf-dpdk", knobs: { iommu: "off" }, ...SOFTNIC } },
      { label: "vf-injected", setup: { modeId: "vf-injected", knobs: THROTTLE, ...SOFTNIC } },
      { label: "virtio-vhost", setup: { modeId: "virtio-vhost", knobs: {}, ...SOFTNIC } },
    ],
  },
  {
    id: "fe.rtt.order",
    statement: "KVM adds 30 us to each transaction over the host itself",
    source: "Felter et al. 2014, section III.F",
    better: "less",
    unit: "us",
    measure: { kind: "roundTrip", sides: 1 },
    systems: [
      { label: "native", setup: { modeId: "native", knobs: THROTTLE, ...SOFTNIC } },
      { label: "virtio-vhost", setup: { modeId: "virtio-vhost", knobs: {}, ...SOFTNIC } },
    ],
  },
  {
    id: "eli.order",
    statement:
      "bare metal, then exitless interrupts at 97 to 100 % of it, then injected ones at 60 to 65 %",
    source: "ELI 2012, abstract and section 5",
    better: "more",
    unit: "requests/s",
    measure: { kind: "packetRate", direction: "rr" },
    systems: [
      { label: "native", setup: { modeId: "native", knobs: THROTTLE, ...ELI } },
      { label: "vf-posted", setup: { modeId: "vf-posted", knobs: THROTTLE, ...ELI } },
      { label: "vf-injected", setup: { modeId: "vf-injected", knobs: THROTTLE, ...ELI } },
    ],
  },
  {
    id: "ar.rate.order",
    statement: "SR-IOV has the highest packet rate at 64 B, before any switch on DPDK",
    source: "Ara et al. 2020, section 5.3.1",
    better: "more",
    unit: "packets/s",
    measure: { kind: "packetRate", direction: "tx" },
    systems: [
      { label: "vf-dpdk", setup: { modeId: "vf-dpdk", knobs: {}, ...CONTAINERS } },
      {
        label: "virtio-vhost-user",
        setup: { modeId: "virtio-vhost-user", knobs: { driver: "pmd" }, ...CONTAINERS },
      },
      { label: "virtio-vhost", setup: { modeId: "virtio-vhost", knobs: HALT_POLL, ...CONTAINERS } },
    ],
  },
];

/** Predicts every system of the orders and says whether they come out as stated. */
export function checkOrderings(
  orderings: readonly Ordering[] = ORDERINGS,
  own: OwnPrices = {},
): readonly OrderingResult[] {
  return orderings.map((ordering) => {
    const { measure, systems, better } = ordering;
    const values = systems.map(
      ({ setup }) => predict({ setup, measure, note: ordering.statement }, own).typical,
    );
    const holds = values.every((value, at) => {
      const next = values[at + 1];
      return next === undefined || (better === "more" ? value >= next : value <= next);
    });
    return { ordering, values, holds };
  });
}
