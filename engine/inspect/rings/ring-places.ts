import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { indexKey, type IndexKeeper } from "../../memory/ring-indices.ts";

/** Id of the section that holds the indices which do not lie in guest memory. */
export const RING_INDEX_SECTION = "ring-indices";

/** How a driver and its device lay out their rings. */
export type RingFamily = "8139cp" | "8139too" | "virtio_net" | "vmxnet3" | "igb" | "xen-netfront";

/** A named stretch of memory that driver and device share. */
export interface RingBlock {
  readonly name: string;
  /** Guest-physical address of the first byte. */
  readonly address: number;
  readonly byteCount: number;
}

/** Where the rings of a run are: plain values, so that a worker can post them. */
export interface RingPlaces {
  readonly family: RingFamily;
  /** Code of the actor who plays the device. */
  readonly deviceActor: number;
  readonly blocks: readonly RingBlock[];
  /** The indices that do not lie in guest memory: their ring, name, keeper, and line in the section. */
  readonly indices: readonly {
    readonly ring: string;
    readonly name: string;
    readonly keeper: IndexKeeper;
    readonly line: string;
  }[];
}

/** What decides on a run's rings: the driver's name and who plays the device. */
export interface RingMode {
  readonly id: string;
  readonly parts: { readonly driver: string; readonly device: string };
}

/** The places of a machine's rings, once they are set up. */
export function ringPlacesOf(machine: Machine, mode: RingMode): RingPlaces {
  return {
    family: familyOf(mode.parts.driver),
    deviceActor: deviceActorOf(mode),
    blocks: [...machine.blocks.values()].map(({ name, base, byteCount }) => ({
      name,
      address: base,
      byteCount,
    })),
    indices: machine.ringIndices.all.map(({ ring, name, keeper }) => ({
      ring,
      name,
      keeper,
      line: indexKey(ring, name),
    })),
  };
}

const FAMILIES: readonly (readonly [pattern: RegExp, family: RingFamily])[] = [
  [/8139cp/, "8139cp"],
  [/8139too/, "8139too"],
  [/virtio/, "virtio_net"],
  [/vmxnet3/, "vmxnet3"],
  [/xen/, "xen-netfront"],
];

function familyOf(driver: string): RingFamily {
  return FAMILIES.find(([pattern]) => pattern.test(driver))?.[1] ?? "igb";
}

/** The chip is hardware; vhost's worker is the host's network; all other devices are programs. */
function deviceActorOf({ id, parts }: RingMode): number {
  if (parts.device.startsWith("82576")) return ACTORS.hardware.code;
  return id === "virtio-vhost" ? ACTORS.hostNetwork.code : ACTORS.deviceModel.code;
}
