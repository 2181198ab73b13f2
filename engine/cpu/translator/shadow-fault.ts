import { type CpuException, VECTOR } from "../x86/exception.ts";
import { type Access, allows, markUsed, type PageWalk, PTE, walk } from "../x86/paging.ts";
import type { Platform } from "../x86/platform.ts";
import type { CpuState } from "../x86/state.ts";
import type { ShadowPageTable } from "./shadow-page-table.ts";
import type { TranslationCache } from "./translation-cache.ts";
import type { HiddenFault } from "./vmm-event.ts";
import { VMM_BASE } from "./vmm-region.ts";

/**
 * What an exception of the real processor is to the guest:
 * - `guest`: its own, a true fault;
 * - `fill`: a hidden page fault, the shadow tables have no (or too narrow an) entry yet;
 * - else: a hidden page fault whose instruction the VMM has to emulate, and why.
 */
export type FaultKind = "guest" | "fill" | HiddenFault;

interface Allowed {
  readonly linear: bigint;
  readonly access: Access;
  readonly found: PageWalk;
}

/**
 * Tells hidden page faults from true ones by a walk of the guest's own tables, and fills the
 * shadow. Adams and Agesen (ASPLOS 2006), 2.3 "Tracing example: x86 page tables".
 */
export class ShadowFaults {
  readonly #shadow: ShadowPageTable;
  readonly #cache: TranslationCache;
  readonly #guest: CpuState;
  readonly #platform: Platform;

  /** @param platform The guest's, without traces: bits that the VMM sets there change no mapping. */
  constructor(
    shadow: ShadowPageTable,
    cache: TranslationCache,
    guest: CpuState,
    platform: Platform,
  ) {
    this.#shadow = shadow;
    this.#cache = cache;
    this.#guest = guest;
    this.#platform = platform;
  }

  /**
   * What an exception is to the guest.
   * @param user Whether the guest was in ring 3.
   */
  classify(exception: CpuException, user: boolean): FaultKind {
    const fault = this.#allowed(exception, user);
    if (fault === undefined) return "guest";
    const { linear, access, found } = fault;
    if (this.#platform.isMmio(found.physical)) return "device";
    // The VMM's own addresses have no entry for the guest: what it maps there is emulated.
    if (linear >= VMM_BASE) return "other";
    if (access !== "write") return "fill";
    const page = pageOf(found.physical);
    if (this.#shadow.isTablePage(page)) return "tracedTable";
    if (this.#cache.hasCodeOf(page)) return "tracedCode";
    // Ring 0 without CR0.WP: no entry can say that.
    return found.writable ? "fill" : "other";
  }

  /**
   * Fills the entry for a fault that is `fill`. The guest's A and D bits are set as the processor
   * would have; a page that is not dirty yet stays without write access, so that D is seen.
   * @returns The linear address.
   */
  fill(exception: CpuException, user: boolean): bigint {
    const { linear, access, found } = this.#allowed(exception, user) as Allowed;
    markUsed(this.#platform, found, access);
    const page = pageOf(found.physical);
    const dirty = access === "write" || (found.leaf & PTE.D) !== 0n;
    if (!this.#shadow.hasRoom) {
      this.#shadow.clear();
      this.#shadow.load(this.#guest.cr3);
    }
    const rights = {
      writable: found.writable && dirty && !this.#cache.hasCodeOf(page),
      user: found.user,
      executable: found.executable,
    };
    this.#shadow.fill(linear, found.physical, rights, found.entryAddresses);
    return linear;
  }

  /** The access, if the guest's own tables would have allowed it. */
  #allowed(exception: CpuException, user: boolean): Allowed | undefined {
    if (exception.vector !== VECTOR.pageFault) return undefined;
    const linear = exception.faultAddress;
    const access = accessOf(exception.errorCode ?? 0);
    const found = walk(this.#platform, this.#guest.cr3, linear);
    if (found === undefined || !allows(found, access, user, this.#guest.cr0)) return undefined;
    return { linear, access, found };
  }
}

function pageOf(physical: number): number {
  return physical - (physical % 4096);
}

function accessOf(errorCode: number): Access {
  if ((errorCode & 16) !== 0) return "fetch";
  return (errorCode & 2) !== 0 ? "write" : "read";
}
