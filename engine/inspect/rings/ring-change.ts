import type { MemoryWrite } from "../../history/snapshot.ts";
import type { FieldDraft, RingDraft, SlotDraft } from "./ring-draft.ts";
import type { RingMarker, RingSlot, RingState, SlotField, SlotOwner } from "./ring-state.ts";

/** The packet whose bytes begin in a buffer, counted from 1, or undefined. */
export type PacketIn = (address: number, byteCount: number) => number | undefined;

type Ranges = readonly (readonly [from: number, to: number])[];

/** A ring as it is, with what it was before the row; without a draft of before nothing changed. */
export function withChanges(
  now: RingDraft,
  before: RingDraft | undefined,
  writes: readonly MemoryWrite[],
  packetIn: PacketIn,
): RingState {
  const ranges = before === undefined ? [] : changedRanges(writes);
  const former = new Map<number, SlotDraft>();
  for (const slot of before?.slots ?? []) former.set(keyOf(now, slot), slot);
  const slots = now.slots.map((slot) => {
    // Room in a ring of bytes is no entry that could change: the frames beside it do.
    const isRoom = now.unit === "byte" && slot.owner === "device";
    // A buffer that waits to be filled may still hold what it held before: that is no packet of its own.
    const holds = slot.owner === "driver" ? slot.state !== "free" : /tx/.test(now.id);
    const packets = holds ? packetIn : noPacket;
    return slotOf(slot, isRoom ? undefined : former.get(keyOf(now, slot)), ranges, packets);
  });
  const old = new Map(before?.markers.map(({ name, value }) => [name, value]));
  const markers = now.markers.map((marker): RingMarker => {
    const value = old.get(marker.name);
    return value === undefined || value === marker.value ? marker : { ...marker, before: value };
  });
  const changed =
    slots.some((slot) => slot.changed) || markers.some((marker) => marker.before !== undefined);
  return { ...now, slots, markers, changed };
}

/** Slots of a ring of bytes come and go: they are known by where they lie. */
function keyOf(ring: RingDraft, slot: SlotDraft): number {
  return ring.unit === "slot" ? slot.index : slot.address * 65_536 + slot.byteCount;
}

const noPacket: PacketIn = () => undefined;

function slotOf(
  now: SlotDraft,
  before: SlotDraft | undefined,
  ranges: Ranges,
  packetIn: PacketIn,
): RingSlot {
  if (before === undefined) return new SlotView(now, undefined, false, packetIn);
  const changed =
    before.owner !== now.owner ||
    before.register !== now.register ||
    touches(ranges, now.address, now.byteCount) ||
    now.indirect?.some(({ address, byteCount }) => touches(ranges, address, byteCount)) === true;
  return new SlotView(now, before, changed, packetIn);
}

/** A slot as its reader sees it: what costs something is worked out when it is asked for. */
class SlotView implements RingSlot {
  readonly #now: SlotDraft;
  readonly #before: SlotDraft | undefined;
  readonly changed: boolean;
  readonly #packetIn: PacketIn;
  #fields: readonly SlotField[] | undefined;

  constructor(now: SlotDraft, before: SlotDraft | undefined, changed: boolean, packetIn: PacketIn) {
    this.#packetIn = packetIn;
    this.#now = now;
    this.#before = before;
    this.changed = changed;
  }

  get index(): number {
    return this.#now.index;
  }

  get address(): number {
    return this.#now.address;
  }

  get byteCount(): number {
    return this.#now.byteCount;
  }

  get owner(): SlotOwner {
    return this.#now.owner;
  }

  get ownerBefore(): SlotOwner | undefined {
    const before = this.#before?.owner;
    return before === this.#now.owner ? undefined : before;
  }

  get state(): string {
    return this.#now.state;
  }

  get bufferAddress(): number | undefined {
    return this.#now.bufferAddress;
  }

  get bufferBytes(): number | undefined {
    return this.#now.bufferBytes;
  }

  get packet(): number | undefined {
    const { bufferAddress = 0, bufferBytes = 0, indirect } = this.#now;
    if (bufferAddress === 0) return undefined;
    const inEntry = indirect?.map((entry) =>
      this.#packetIn(entry.bufferAddress ?? 0, entry.bufferBytes ?? 0),
    );
    return (
      inEntry?.find((packet) => packet !== undefined) ?? this.#packetIn(bufferAddress, bufferBytes)
    );
  }

  get next(): number | undefined {
    return this.#now.next;
  }

  get refersTo(): RingSlot["refersTo"] {
    return this.#now.refersTo;
  }

  get indirect(): readonly RingSlot[] | undefined {
    return this.#now.indirect?.map(
      (entry, i) => new SlotView(entry, this.#before?.indirect?.[i], this.changed, this.#packetIn),
    );
  }

  get fields(): readonly SlotField[] {
    this.#fields ??= this.changed
      ? fieldsWith(this.#now.decode(), this.#before?.decode() ?? [])
      : this.#now.decode();
    return this.#fields;
  }
}

/** Fields are matched by name: a slot that was a request and is a response has others. */
function fieldsWith(now: readonly FieldDraft[], before: readonly FieldDraft[]): SlotField[] {
  const old = new Map(before.map((field) => [field.name, field]));
  return now.map((field) => {
    const former = old.get(field.name);
    if (former === undefined || former.value === field.value) return field;
    return { ...field, before: { value: former.value, text: former.text } };
  });
}

/** Stretches of memory in which a write left other bytes than were there. */
function changedRanges(writes: readonly MemoryWrite[]): Ranges {
  const ranges: [number, number][] = [];
  for (const { address, before, after } of writes) {
    let first = 0;
    let end = after.length;
    while (first < end && before[first] === after[first]) first++;
    while (end > first && before[end - 1] === after[end - 1]) end--;
    if (first < end) ranges.push([address + first, address + end]);
  }
  return ranges;
}

function touches(ranges: Ranges, address: number, byteCount: number): boolean {
  return ranges.some(([from, to]) => from < address + byteCount && to > address);
}
