import type { Nic } from "../devices/nic.ts";
import type { Machine } from "../machine.ts";
import type { WatchdogOwner } from "./left-out.ts";
import type { DeviceLine } from "./manifest.ts";

/** What a NIC is built from: the device line, the driver and the addresses of the recording. */
export interface NicScenario {
  /** QEMU's `-device` line: model and options, `mac` among them. */
  readonly device: DeviceLine;
  /** Driver as the recorder names it: `8139cp`, `8139too`, `virtio_net`, `vmxnet3`, `igb` ... */
  readonly driver: string;
  /** Guest memory in bytes. */
  readonly memoryBytes: number;
  /** Ten words of the guest's random RSS key as it programmed them, or none (igb only). */
  readonly rssKey: readonly number[];
  /** Addresses that a VF asked for, in order: the first its kernel drew, the last it was given. */
  readonly vfAddresses: readonly Uint8Array[];
  /** A race while VFs are enabled: whether the PF's watchdog ran before they were (igb only). */
  readonly watchdogBeforeVfs: boolean;
  /** Where in 256 bytes the guest's allocator put the heads of small packets, as copies show it. */
  readonly smallHeadOffset: number;
  /** How often virtio_net set its address lists when the interface went up: a race of Linux's. */
  readonly receiveModeRuns: number;
}

/**
 * A NIC with its driver on a machine, as `verify` drives it: probe at `init-begin`, open at `ifup`,
 * stop and remove in `teardown`. Whatever else the recorder did at a mark stands in `atMark`.
 */
export interface VerifiedNic {
  readonly machine: Machine;
  /** The NIC that carries the packets (the VF where there is one). */
  readonly nic: Nic;
  /** What the guest does at other marks of `init`: `sriov_numvfs=1`, `igbvf probe` ... */
  readonly atMark?: ReadonlyMap<string, () => void>;
  /** Replaces `nic.driver.probe` at `init-begin` (igb with SR-IOV: PF probe and PF up). */
  readonly probe?: () => void;
  /** Replaces `nic.driver.stop` and `remove` in `teardown`. */
  readonly tearDown?: () => void;
  /** Names, by `region+offset`, of registers that the recording may only count (collapsed lines). */
  readonly registerNames?: ReadonlyMap<string, string>;
  /** The drivers' periodic watchdogs, if there are any: run at the moments the recording shows. */
  readonly watchdog?: (owner: WatchdogOwner) => void;
  /** What the recorder's `ifconfig` does to registers before `teardown`, where that shows. */
  readonly readStatistics?: () => void;
  /** How many frames wait in the device, or before it, until the driver takes them. */
  readonly waitingCount?: () => number;
}

/** Builds machine, device and driver for a recording. */
export type NicFactory = (scenario: NicScenario) => VerifiedNic;
