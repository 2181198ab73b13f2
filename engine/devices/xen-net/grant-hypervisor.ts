import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { GNTST, GRANT, GTF, PAGE_BYTES } from "./layout.ts";
import { SharedView } from "./shared-access.ts";

const XEN = ACTORS.hypervisor.code;

/** One GNTTABOP_copy of the driver domain: between its own memory and a granted frame. */
export interface GrantCopy {
  readonly ref: number;
  /** Offset in the granted frame in bytes. */
  readonly offset: number;
  /** Address in the driver domain's memory. */
  readonly address: number;
  readonly byteCount: number;
  /** True: into the granted frame; false: out of it. */
  readonly toGrant: boolean;
}

/**
 * Xen's side of a guest's grant table: every use of a reference is checked against the entry in
 * shared memory and pinned there. What is refused is a status and a guest error, never data.
 * xen/common/grant_table.c: _set_status_v1, acquire_grant_for_copy, map_grant_ref,
 * unmap_common_complete.
 */
export class GrantHypervisor {
  readonly #machine: Machine;
  readonly #entries: SharedView;
  readonly #entryCount: number;
  /** How often each reference is in use, for reading or for both. */
  readonly #reads: Int32Array;
  readonly #writes: Int32Array;
  readonly #handles: number[] = [];
  readonly #freeHandles: number[] = [];
  readonly #in: number;
  readonly #out: number;

  constructor(machine: Machine, table: SharedBlock) {
    this.#machine = machine;
    this.#entries = new SharedView(machine, table, XEN);
    this.#entryCount = table.byteCount / GRANT.bytes;
    this.#reads = new Int32Array(this.#entryCount);
    this.#writes = new Int32Array(this.#entryCount);
    this.#in = machine.trace.id("grant copy to dom0");
    this.#out = machine.trace.id("grant copy from dom0");
  }

  /** GNTTABOP_copy for domain `domid`: moves the bytes and returns the status. */
  copy(operation: GrantCopy, domid: number): number {
    const { ref, offset, address, byteCount, toGrant } = operation;
    if (offset + byteCount > PAGE_BYTES) {
      return this.#refuse("grant copy across a page", ref, GNTST.badCopyArg);
    }
    const status = this.#acquire(ref, domid, toGrant);
    if (status !== GNTST.okay) return status;
    const { memory, packets } = this.#machine;
    const frame = this.#entries.load32(ref * GRANT.bytes + GRANT.frame);
    const granted = frame * PAGE_BYTES + offset;
    const inside = memory.contains(granted, byteCount);
    if (inside) {
      const [from, to] = toGrant ? [address, granted] : [granted, address];
      this.#machine.note(KIND.copy, XEN, toGrant ? this.#out : this.#in, byteCount, granted);
      memory.move(from, to, byteCount);
      if (toGrant) packets.set(granted, this.#machine.trace.packet);
    }
    this.#release(ref, toGrant);
    return inside ? GNTST.okay : this.#refuse("granted frame outside memory", ref, GNTST.badPage);
  }

  /** GNTTABOP_map_grant_ref: a handle, or the negative status. */
  map(ref: number, domid: number, readonly: boolean): number {
    const status = this.#acquire(ref, domid, !readonly);
    if (status !== GNTST.okay) return status;
    this.#entries.load32(ref * GRANT.bytes + GRANT.frame);
    this.#entries.load16(ref * GRANT.bytes + GRANT.flags);
    const handle = this.#freeHandles.pop() ?? this.#handles.length;
    this.#handles[handle] = readonly ? ref : -1 - ref;
    return handle;
  }

  /** Machine address of the frame that a reference grants, or -1 when there is no such entry. */
  frameAddress(ref: number): number {
    if (ref >= this.#entryCount) return -1;
    return this.#entries.peek32(ref * GRANT.bytes + GRANT.frame) * PAGE_BYTES;
  }

  /** GNTTABOP_unmap_grant_ref. */
  unmap(handle: number): number {
    const mapped = this.#handles[handle];
    if (mapped === undefined || this.#freeHandles.includes(handle)) {
      return this.#refuse("grant handle that is not mapped", handle, GNTST.badHandle);
    }
    this.#freeHandles.push(handle);
    this.#release(mapped < 0 ? -1 - mapped : mapped, mapped < 0);
    return GNTST.okay;
  }

  /** Checks the entry and marks it as in use; readers after the first find it marked. */
  #acquire(ref: number, domid: number, write: boolean): number {
    if (ref >= this.#entryCount) {
      return this.#refuse("grant reference outside the table", ref, GNTST.badGntref);
    }
    const pinned = (this.#reads[ref] as number) + (this.#writes[ref] as number) > 0;
    if (!pinned || (write && this.#writes[ref] === 0)) {
      const status = this.#setStatus(ref, domid, write);
      if (status !== GNTST.okay) return status;
    }
    const pins = write ? this.#writes : this.#reads;
    pins[ref] = (pins[ref] as number) + 1;
    return GNTST.okay;
  }

  /** `_set_status_v1`: permission, then reading (and writing) by cmpxchg on flags and domid. */
  #setStatus(ref: number, domid: number, write: boolean): number {
    const at = ref * GRANT.bytes;
    const word = this.#entries.load32(at);
    const flags = word & 0xffff;
    if ((flags & GTF.typeMask) !== GTF.permitAccess) {
      return this.#refuse("grant entry that permits nothing", ref, GNTST.generalError);
    }
    if (word >>> 16 !== domid) {
      return this.#refuse("grant entry for another domain", ref, GNTST.generalError);
    }
    if (write && (flags & GTF.readonly) !== 0) {
      return this.#refuse("write to a read-only grant", ref, GNTST.generalError);
    }
    this.#entries.load32(at);
    this.#entries.store32(at, word | GTF.reading | (write ? GTF.writing : 0));
    return GNTST.okay;
  }

  #release(ref: number, write: boolean): void {
    const pins = write ? this.#writes : this.#reads;
    pins[ref] = (pins[ref] as number) - 1;
    let clear = 0;
    if (write && this.#writes[ref] === 0) clear |= GTF.writing;
    if ((this.#reads[ref] as number) + (this.#writes[ref] as number) === 0) clear |= GTF.reading;
    if (clear === 0) return;
    const at = ref * GRANT.bytes + GRANT.flags;
    this.#entries.store16(at, this.#entries.load16(at) & ~clear);
  }

  #refuse(what: string, value: number, status: number): number {
    this.#machine.guestError(XEN, what, value, status);
    return status;
  }
}
