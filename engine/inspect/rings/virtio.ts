import { DESC_BYTES } from "../../devices/virtio/ring-layout.ts";
import type { RingDraft } from "./ring-draft.ts";
import { blockOf, type RingView } from "./ring-view.ts";
import { packedRing } from "./virtio-packed.ts";
import { splitRings } from "./virtio-split.ts";
import type { RingBlock } from "./ring-places.ts";

const QUEUES = ["tx", "rx", "ctrl"] as const;

/** One virtqueue: where its parts are and how many descriptors it has. */
export interface Virtqueue {
  readonly name: string;
  /** "Transmit", "Receive", "Control". */
  readonly title: string;
  readonly num: number;
  readonly desc: RingBlock;
  /** Available ring or driver event suppression. */
  readonly driver: RingBlock;
  /** Used ring or device event suppression. */
  readonly device: RingBlock;
}

const TITLES: Readonly<Record<string, string>> = { tx: "Transmit", rx: "Receive", ctrl: "Control" };

/** The virtqueues of a network device, split or packed. */
export function virtioRings(view: RingView): RingDraft[] {
  return QUEUES.flatMap((name) => {
    const split = queueOf(view, name, ["_desc", "_avail", "_used"]);
    if (split !== undefined) return splitRings(view, split);
    const packed = queueOf(view, name, ["_desc_ring", "_driver_event", "_device_event"]);
    return packed === undefined ? [] : [packedRing(view, packed)];
  });
}

function queueOf(
  view: RingView,
  name: string,
  parts: readonly [desc: string, driver: string, device: string],
): Virtqueue | undefined {
  const [desc, driver, device] = parts.map((part) => blockOf(view, name + part));
  if (desc === undefined || driver === undefined || device === undefined) return undefined;
  const num = desc.byteCount / DESC_BYTES;
  return { name, title: TITLES[name] ?? name, num, desc, driver, device };
}
