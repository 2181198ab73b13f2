/** How a VMM is built. */
export interface VmmOptions {
  /** Size of the translation cache in bytes, a multiple of 4096 from 4096 to 1 MiB; default 256 KiB. */
  readonly cacheBytes?: number;
  /** Memory for shadow page tables in bytes, a multiple of 4096 from 64 KiB; default 1 MiB. */
  readonly tableBytes?: number;
  /** Whether exits are chained, default true. */
  readonly chaining?: boolean;
  /** Whether instructions that keep faulting are translated again as callouts, default true. */
  readonly adaptive?: boolean;
  /** Hidden faults of one instruction before that, from 1; default 4. */
  readonly faultsMax?: number;
}
