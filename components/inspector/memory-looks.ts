import { memoryMapAt, type MemoryStretch, ringsAt, type Snapshot } from "#engine";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { toneOf } from "../flow/lane.ts";
import type { ByteLook } from "./trapline-hex.ts";

/** Memory at a row: bytes, whose they are, and what the row wrote. */
export interface MemoryMoment {
  readonly snapshot: Snapshot;
  /** The stretches in a window, without gaps. */
  map(address: number, byteCount: number): MemoryStretch[];
  /** What stood at a byte before the row, if the row wrote it. */
  before(address: number): number | undefined;
}

/** Opens memory at a row; rings are decoded once for all windows. */
export function memoryMoment(run: ExplorerRun, row: number): MemoryMoment {
  const snapshot = run.history.at(row);
  const { frames, places } = run;
  const frameBytes = (packet: number) => frames[(packet - 1) % frames.length]?.length ?? 0;
  let rings: ReturnType<typeof ringsAt> | undefined;
  let written: Map<number, number> | undefined;
  return {
    snapshot,
    map(address, byteCount) {
      rings ??= ringsAt(places, snapshot);
      return memoryMapAt(places, snapshot, { address, byteCount }, frameBytes, rings);
    },
    before(address) {
      written ??= bytesBefore(snapshot);
      return written.get(address);
    },
  };
}

/** How the bytes of a window look: tone of the owner, pattern of the use, marks of the row's writes. */
export function memoryLooks(
  run: ExplorerRun,
  moment: MemoryMoment,
  address: number,
  byteCount: number,
  isHit: (address: number) => boolean,
): ByteLook[] {
  const looks: ByteLook[] = [];
  const bytes = moment.snapshot.bytes(address, byteCount);
  for (const stretch of moment.map(address, byteCount)) {
    const classes = `${stretch.use} ${ownerTone(run, stretch)}`;
    for (let at = stretch.address; at < stretch.address + stretch.byteCount; at++) {
      const before = moment.before(at);
      const written = before === undefined ? "" : " written";
      const changed = before === undefined || before === bytes[at - address] ? "" : " changed";
      const marks = written + changed + (isHit(at) ? " hit" : "");
      looks.push({ classes: classes + marks, ...(before === undefined ? {} : { before }) });
    }
  }
  return looks;
}

/** The tone of whoever a stretch belongs to. */
export function ownerTone(run: ExplorerRun, { owner }: Pick<MemoryStretch, "owner">): string {
  if (owner === "none") return "none";
  return owner === "driver" ? "guest" : toneOf(run.places.deviceActor);
}

/** A stretch in words: what it is, where it belongs, whose it is now. */
export function stretchText({ title, ring, slot, owner }: MemoryStretch): string {
  const place = ring === undefined || slot === undefined ? "" : `, slot ${slot} of ${ring}`;
  const whose = owner === "none" ? "" : `; it is the ${owner}’s`;
  return `${title}${place}${whose}`;
}

/** Each byte that the row wrote, with what stood there before its first write. */
function bytesBefore({ writes }: Snapshot): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const { address, before } of writes) {
    before.forEach((byte, at) => {
      if (!bytes.has(address + at)) bytes.set(address + at, byte);
    });
  }
  return bytes;
}
