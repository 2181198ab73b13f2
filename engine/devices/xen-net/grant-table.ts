import { assert } from "../../core/assert.ts";
import { GRANT, GTF } from "./layout.ts";
import type { SharedAccess } from "./shared-access.ts";

/** Entries at the table's start that toolstack and console use (NR_RESERVED_ENTRIES). */
const RESERVED = 8;
const END = -1;

/** References that a driver took in advance: a list whose head is claimed and released. */
export interface GrantList {
  head: number;
}

/**
 * The guest's side of its grant table, version 1: free lists and entries in shared memory. To
 * grant and to end a grant are plain memory accesses; Xen looks when somebody uses the reference.
 * drivers/xen/grant-table.c.
 */
export class GrantTable {
  readonly #block: SharedAccess;
  readonly #next: Int32Array;
  #free: number;

  constructor(block: SharedAccess, entryCount: number) {
    this.#block = block;
    this.#next = new Int32Array(entryCount);
    for (let ref = 0; ref < entryCount; ref++) this.#next[ref] = ref + 1;
    this.#next[entryCount - 1] = END;
    this.#free = RESERVED;
  }

  /** `gnttab_alloc_grant_references`: takes `count` references off the table's free list. */
  allocate(count: number): GrantList {
    const list = { head: this.#free };
    let last = this.#free;
    for (let i = 1; i < count; i++) last = this.#next[last] as number;
    assert(last !== END, `the grant table has ${count} free references`);
    this.#free = this.#next[last] as number;
    this.#next[last] = END;
    return list;
  }

  /** `gnttab_claim_grant_reference`: the list's first reference, or -1. */
  claim(list: GrantList): number {
    const ref = list.head;
    if (ref !== END) list.head = this.#next[ref] as number;
    return ref;
  }

  /** `gnttab_release_grant_reference`: the reference becomes the list's first. */
  release(list: GrantList, ref: number): void {
    this.#next[ref] = list.head;
    list.head = ref;
  }

  /** `gnttab_grant_foreign_access_ref`: another domain may use one of our frames. */
  grant(ref: number, domid: number, frame: number, readonly: boolean): void {
    const at = ref * GRANT.bytes;
    this.#block.store16(at + GRANT.domid, domid);
    this.#block.store32(at + GRANT.frame, frame);
    this.#block.store16(at + GRANT.flags, GTF.permitAccess | (readonly ? GTF.readonly : 0));
  }

  /** `gnttab_end_foreign_access_ref`: false while the other side still uses the frame. */
  end(ref: number): boolean {
    const at = ref * GRANT.bytes + GRANT.flags;
    if ((this.#block.load16(at) & (GTF.reading | GTF.writing)) !== 0) return false;
    // cmpxchg: reads again, then writes.
    this.#block.load16(at);
    this.#block.store16(at, 0);
    return true;
  }
}
