import type { Snapshot } from "../../history/snapshot.ts";
import { igbRings } from "./igb.ts";
import type { RingDraft } from "./ring-draft.ts";
import { type PacketIn, withChanges } from "./ring-change.ts";
import { PACKET_BUFFER_SECTION } from "./ring-record.ts";
import type { RingFamily, RingPlaces } from "./ring-places.ts";
import type { RingState } from "./ring-state.ts";
import { readOnce, type RingView, viewBefore, viewNow } from "./ring-view.ts";
import { classicRings } from "./rtl8139-classic.ts";
import { cPlusRings } from "./rtl8139-plus.ts";
import { virtioRings } from "./virtio.ts";
import { vmxnet3Rings } from "./vmxnet3.ts";
import { xenRings } from "./xen.ts";

const DECODERS: Readonly<Record<RingFamily, (view: RingView) => readonly RingDraft[]>> = {
  "8139cp": cPlusRings,
  "8139too": classicRings,
  virtio_net: virtioRings,
  vmxnet3: vmxnet3Rings,
  igb: igbRings,
  "xen-netfront": xenRings,
};

/** The rings of a run at a moment, with what its row changed in them. */
export function ringsAt(places: RingPlaces, snapshot: Snapshot): RingState[] {
  const decode = DECODERS[places.family];
  const read = readOnce(snapshot);
  const before = viewBefore(places, snapshot, read);
  const former = new Map((before ? decode(before) : []).map((ring) => [ring.id, ring]));
  const { writes } = snapshot;
  const packetIn = packetFinder(snapshot);
  return decode(viewNow(places, snapshot, read)).map((ring) =>
    withChanges(ring, former.get(ring.id), writes, packetIn),
  );
}

/** Looks packets up in what was recorded of buffers, which is read when first asked for. */
function packetFinder(snapshot: Snapshot): PacketIn {
  let buffers: readonly (readonly [address: number, packet: number])[] | undefined;
  return (address, byteCount) => {
    buffers ??= (snapshot.section(PACKET_BUFFER_SECTION)?.lines ?? []).map(
      ({ name, values }) => [Number(name), Number(values[0] ?? 0)] as const,
    );
    return buffers.find(
      ([at, packet]) => packet > 0 && at >= address && at < address + Math.max(byteCount, 1),
    )?.[1];
  };
}
