/** Thin no-break space: groups digits and stands between a number and its unit. */
const THIN = "\u202f";

/** A whole number with its digits grouped by thin spaces: 12 345. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** A mean of counts: whole when it is, otherwise with two decimals. */
export function mean(total: number, count: number): string {
  const value = count === 0 ? 0 : total / count;
  return Number.isInteger(value) ? grouped(value) : value.toFixed(2);
}

/** A number of bytes with its unit. */
export function byteText(bytes: number): string {
  return `${grouped(bytes)}${THIN}B`;
}

/** A count with its noun: 1 exit, 2 exits, 2 copies. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)}\u00a0${count === 1 ? one : many}`;
}
