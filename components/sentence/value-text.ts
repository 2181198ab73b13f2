/** Fields that are named one by one; of more, only the first stand. */
export const FIELDS_SHOWN = 6;

/** Names of fields with commas; of many only the first. */
export function listed(fields: readonly string[]): string {
  if (fields.length <= FIELDS_SHOWN) return fields.join(", ");
  const shown = fields.slice(0, FIELDS_SHOWN - 1).join(", ");
  return `${shown} and ${fields.length - FIELDS_SHOWN + 1} more`;
}

/** A number in hexadecimal with prefix. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
