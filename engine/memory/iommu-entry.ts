/**
 * The formats of what the IOMMU reads in memory, legacy mode: Intel VT-d 9.1 "Root Entry", 9.3
 * "Context Entry", 9.8 "Second-Stage Paging Entries". Each entry is 64 bits in two words.
 */

/** Bytes of a root entry and of a context entry: two 64-bit halves. */
export const TABLE_ENTRY_BYTES = 16;
/** Bytes of a second-level paging entry. */
export const PAGING_ENTRY_BYTES = 8;

/** Present bit of root and context entries. */
export const PRESENT = 1;
/** Bits 3:2 of a context entry: how requests are translated; only 0 (second-level tables) is modelled. */
export const TRANSLATION_TYPE_MASK = 0xc;
/** AW of a context entry: 48-bit addresses, tables of four levels. */
export const ADDRESS_WIDTH_48 = 2;
/** Where a context entry's domain identifier lies in its third word. */
export const DOMAIN_SHIFT = 8;

/** Read permission of a second-level entry. */
export const READ = 1;
/** Write permission of a second-level entry. */
export const WRITE = 2;
/** Page size: the entry maps a large page. */
export const LARGE = 0x80;

/** Levels of the second-level tables of a 48-bit domain. */
export const LEVELS = 4;
/** Bytes that one entry of a level maps: level 1 4 KiB, 2 2 MiB, 3 1 GiB, 4 512 GiB. */
export const LEVEL_BYTES: readonly number[] = [0, 2 ** 12, 2 ** 21, 2 ** 30, 2 ** 39];
/** First address beyond what a domain can map. */
export const ADDRESS_END = 2 ** 48;
/** First host-physical address beyond the platform's width (46 bits): such bits are reserved. */
export const HOST_ADDRESS_END = 2 ** 46;

/** Sizes of a page that an IOMMU maps, in bytes. */
export type IommuPageBytes = 4096 | 0x20_0000 | 0x4000_0000;

/** The address in an entry: bits 51:12. */
export function addressOf(low: number, high: number): number {
  return (high & 0xf_ffff) * 4294967296 + ((low & 0xffff_f000) >>> 0);
}

/** Index into the table of a level. */
export function tableIndex(iova: number, level: number): number {
  return Math.floor(iova / (LEVEL_BYTES[level] as number)) % 512;
}
