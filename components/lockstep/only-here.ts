import { alignPairs, registerKey } from "#engine";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import type { AlignedPacket } from "./segment.ts";

/** The rows of each run that the other runs of the same mode do not have, stage by stage. */
export function rowsOnlyHere(packets: readonly AlignedPacket[]): readonly ReadonlySet<number>[] {
  return packets.map((packet, index) => {
    const only = new Set<number>();
    const others = packets.filter(
      ({ run }, other) => other !== index && run.modeId === packet.run.modeId,
    );
    if (others.length === 0) return only;
    packet.segments.forEach(({ rows }, at) => {
      const tokens = Array.from(rows, (row) => tokenOf(packet.run, row));
      const shared = new Uint8Array(rows.length);
      for (const other of others) {
        const otherRows = other.segments[at]?.rows ?? new Int32Array();
        const otherTokens = Array.from(otherRows, (row) => tokenOf(other.run, row));
        alignPairs(tokens, otherTokens).forEach((partner, step) => {
          if (partner >= 0) shared[step] = 1;
        });
      }
      rows.forEach((row, step) => {
        if (shared[step] === 0) only.add(row);
      });
    });
    return only;
  });
}

/** What makes a row the same in two runs: who does what and where, not with which value. */
function tokenOf({ trace, registers }: ExplorerRun, row: number): string {
  const where = trace.where[row] ?? 0;
  const a = trace.a[row] ?? 0;
  const field = registers.get(registerKey(where, a)) ?? "";
  return `${trace.kind[row]} ${trace.actor[row]} ${trace.names[where]} ${field}`;
}
