import { KIND } from "../trace/schema.ts";
import type { PhaseName, RecordedRun } from "./folder.ts";

/** What a recording of one phase shows of what a guest does: the same rows are compared and count. */
export interface Visibility {
  /** Whether a guest access would stand in the recording. Parameters as in a trace row. */
  readonly showsAccess: (kind: number, where: string, offset: number) => boolean;
  /** Whether interrupts taken and ended stand in it. */
  readonly interruptsTaken: boolean;
  /** Whether ring accesses stand in it. */
  readonly rings: boolean;
}

/** Bytes of 8139too's receive buffer that the plugin watched (rings.py, watch). */
const RX_BUFFER_WATCHED_BYTES = 4096;

/** What the recorder could see in a phase of a run, with its reasons. */
export function visibilityOf(run: RecordedRun, phase: PhaseName): Visibility {
  const { manifest, variant } = run;
  // The plugin learns the rings' addresses after init; teardown's are dropped (pages used again).
  const rings = variant === "insn" && phase !== "init" && phase !== "teardown";
  const watched = new Map<string, number>();
  for (const { name, byteCount } of manifest.blocks) {
    // tx_buf0..3 are not watched: the copies into them would swamp the recording.
    if (name.startsWith("tx_buf")) continue;
    watched.set(name, name === "rx_buffer" ? RX_BUFFER_WATCHED_BYTES : byteCount);
  }
  // QEMU traces no store that an ioeventfd takes. The plugin sees stores to memory BARs once it
  // watches them, and never names the port of an OUT.
  const { nic } = manifest;
  const ioeventfd = nic.model.startsWith("virtio") && nic.options.get("ioeventfd") !== "off";
  const hidesMmio = ioeventfd && (variant === "plain" || phase === "init");
  return {
    rings,
    // "Servicing hardware INT" lines and with them the EOIs were on from warmup to echo.
    interruptsTaken: phase !== "init" && phase !== "teardown",
    showsAccess: (kind, where, offset) => {
      if (kind === KIND.ringLoad || kind === KIND.ringStore) {
        return rings && offset < (watched.get(where) ?? 0);
      }
      if (kind === KIND.configRead || kind === KIND.configWrite) return false;
      if (hidesMmio && kind === KIND.mmioWrite) return !where.startsWith("virtio-pci-notify");
      if (ioeventfd && kind === KIND.pioWrite) return where !== "virtio-pci" || offset !== 0x10;
      return true;
    },
  };
}
