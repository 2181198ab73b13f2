import { KIND } from "#engine";
import type { Side } from "../block/block.ts";
import { blocksOf } from "../block/blocks-of.ts";
import type { FlowRun } from "../flow/flow-run.ts";

/** The frame's bytes go from one place to another. */
export interface DataMove {
  readonly step: number;
  /** Ids of blocks; where it starts is where the bytes were last. */
  readonly from: string | undefined;
  readonly to: string;
  readonly bytes: number;
  /** By whom: a CPU copies, a device reads or writes guest memory, the wire carries. */
  readonly by: "copy" | "dma" | "wire";
}

/** Where a copy of the frame ends, by its purpose; copies for others (a mirror, an agent) are none. */
const COPIES: readonly (readonly [purpose: RegExp, to: string])[] = [
  [/^sendto|^skb_copy_and|mbuf to data ring$/, "memory-send"],
  [/^recvfrom/, "application"],
  [/^write to /, "attachment"],
  [/^read from /, "model-receive"],
  [/^receive payload|to guest buffer$|^grant copy from /, "memory-receive"],
  [/^transmit payload|guest buffer to |^grant copy to /, "model-transmit"],
  [/^skb_copy_to_linear/, "driver-receive"],
];
/** What stands in where a mode has no such block. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  "memory-send": ["driver-transmit"],
  "memory-receive": ["driver-receive"],
  attachment: ["switch"],
  "model-receive": ["model-transmit", "thread"],
  "model-transmit": ["thread"],
};

/** The moves of the frame among a packet's steps, in their order. */
export function dataMovesOf(run: FlowRun, rows: Int32Array): DataMove[] {
  const { blocks, sideOf } = blocksOf(run);
  const ids = new Set(blocks.map(({ id }) => id));
  const moves: DataMove[] = [];
  for (let step = 0; step < rows.length; step++) {
    const row = rows[step] ?? 0;
    const found = moveOf(run, row, sideOf(row));
    if (found === undefined) continue;
    const to = [found.to, ...(INSTEAD[found.to] ?? [])].find((id) => ids.has(id));
    const from = moves.at(-1)?.to;
    if (to === undefined || to === from) continue;
    moves.push({ step, from, to, by: found.by, bytes: run.trace.a[row] ?? 0 });
  }
  return moves;
}

function moveOf(
  { trace }: FlowRun,
  row: number,
  side: Side,
): Pick<DataMove, "to" | "by"> | undefined {
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  switch (trace.kind[row]) {
    case KIND.copy: {
      if (name === "payload") {
        return { to: side === "send" ? "model-transmit" : "memory-receive", by: "copy" };
      }
      const to = COPIES.find(([purpose]) => purpose.test(name))?.[1];
      return to === undefined ? undefined : { to, by: "copy" };
    }
    case KIND.deviceStep:
      return name.startsWith("frame written into an mbuf")
        ? { to: "memory-send", by: "copy" }
        : undefined;
    case KIND.dmaRead:
      return name === "frame to send" ? { to: "nic-transmit", by: "dma" } : undefined;
    case KIND.dmaWrite:
      return name === "received frame" ? { to: "memory-receive", by: "dma" } : undefined;
    case KIND.wireTransmit:
    case KIND.wireReceive:
      return { to: "wire", by: "wire" };
    case KIND.deliver:
      return { to: "application", by: "copy" };
    default:
      return undefined;
  }
}
