const SETS = 16;
const WAYS = 4;
const NO_DOMAIN = -1;

/** One translation that is cached. */
export interface IotlbEntry {
  readonly domain: number;
  /** Device addresses from `first` to below `end`. */
  readonly first: number;
  readonly end: number;
  /** Machine address of the page's first byte. */
  readonly host: number;
  /** READ, WRITE or both. */
  readonly rights: number;
}

/** Ways of a set. */
export const IOTLB_WAYS = WAYS;

/**
 * The IOMMU's cache of translations: Intel VT-d 6.2.4 "IOTLB". Entries carry the domain and keep
 * what the tables said when they were read, until they are invalidated or replaced. The
 * specification leaves size and organization open; here 64 entries, 4 ways, replaced in turn.
 */
export class Iotlb {
  /** Entries in all. */
  readonly entryCount = SETS * WAYS;
  readonly #domain = new Int32Array(SETS * WAYS).fill(NO_DOMAIN);
  readonly #first = new Float64Array(SETS * WAYS);
  readonly #end = new Float64Array(SETS * WAYS);
  readonly #host = new Float64Array(SETS * WAYS);
  readonly #rights = new Uint8Array(SETS * WAYS);
  readonly #nextWay = new Uint8Array(SETS);
  /** Page sizes that were ever put in, ascending. */
  readonly #sizes: number[] = [];
  #last = 0;
  /** Look-ups that found an entry, and that did not. */
  hitCount = 0;
  missCount = 0;
  /** Hears of each entry that changes, by its slot. */
  onChange: ((slot: number) => void) | undefined;
  /** Hears of each look-up. */
  onLookup: (() => void) | undefined;

  /** The slot of the entry for an address, or -1. */
  find(domain: number, iova: number): number {
    const slot = this.peek(domain, iova);
    if (slot < 0) this.missCount++;
    else {
      this.hitCount++;
      this.#last = slot;
    }
    this.onLookup?.();
    return slot;
  }

  /** The same without counting it. */
  peek(domain: number, iova: number): number {
    const last = this.#last;
    if (this.#covers(last, domain, iova)) return last;
    for (let s = 0; s < this.#sizes.length; s++) {
      const set = setOf(domain, Math.floor(iova / (this.#sizes[s] as number)));
      for (let slot = set * WAYS; slot < (set + 1) * WAYS; slot++) {
        if (this.#covers(slot, domain, iova)) return slot;
      }
    }
    return -1;
  }

  /** The entry in a slot, or undefined while it is empty. */
  entry(slot: number): IotlbEntry | undefined {
    const domain = this.#domain[slot] as number;
    if (domain === NO_DOMAIN) return undefined;
    const [first, end] = [this.#first[slot] as number, this.#end[slot] as number];
    const host = this.#host[slot] as number;
    return { domain, first, end, host, rights: this.rights(slot) };
  }

  /** Machine address that the entry in a slot gives for an address it covers. */
  hostAddress(slot: number, iova: number): number {
    return (this.#host[slot] as number) + (iova - (this.#first[slot] as number));
  }

  /** Permissions of the entry in a slot: READ, WRITE or both. */
  rights(slot: number): number {
    return this.#rights[slot] as number;
  }

  /**
   * Puts a translation in, over the oldest of its set, and returns its slot.
   * @param pageBytes Size of the page; `iova` is any address in it.
   * @param host Machine address of the page's first byte.
   */
  insert(domain: number, iova: number, pageBytes: number, host: number, rights: number): number {
    if (!this.#sizes.includes(pageBytes)) this.#sizes.push(pageBytes);
    const page = Math.floor(iova / pageBytes);
    const set = setOf(domain, page);
    const way = this.#nextWay[set] as number;
    this.#nextWay[set] = (way + 1) % WAYS;
    const slot = set * WAYS + way;
    this.#domain[slot] = domain;
    this.#first[slot] = page * pageBytes;
    this.#end[slot] = (page + 1) * pageBytes;
    this.#host[slot] = host;
    this.#rights[slot] = rights;
    this.#last = slot;
    this.onChange?.(slot);
    return slot;
  }

  /** Drops all entries; how many there were. */
  invalidateAll(): number {
    return this.#drop(() => true);
  }

  /** Drops a domain's entries; how many there were. */
  invalidateDomain(domain: number): number {
    return this.#drop((slot) => this.#domain[slot] === domain);
  }

  /** Drops a domain's entries that touch [`first`, `end`); how many there were. */
  invalidateRange(domain: number, first: number, end: number): number {
    return this.#drop(
      (slot) =>
        this.#domain[slot] === domain &&
        (this.#first[slot] as number) < end &&
        (this.#end[slot] as number) > first,
    );
  }

  #covers(slot: number, domain: number, iova: number): boolean {
    return (
      this.#domain[slot] === domain &&
      iova >= (this.#first[slot] as number) &&
      iova < (this.#end[slot] as number)
    );
  }

  #drop(meant: (slot: number) => boolean): number {
    let count = 0;
    for (let slot = 0; slot < this.entryCount; slot++) {
      if (this.#domain[slot] === NO_DOMAIN || !meant(slot)) continue;
      this.#domain[slot] = NO_DOMAIN;
      count++;
      this.onChange?.(slot);
    }
    return count;
  }
}

function setOf(domain: number, page: number): number {
  return (page + domain) % SETS;
}
