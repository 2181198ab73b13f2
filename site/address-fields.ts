/** The fields of an address, after `?` or `#`; those after `#` count where both say something. */
export function addressFields({
  search,
  hash,
}: Pick<Location, "search" | "hash">): URLSearchParams {
  const fields = new URLSearchParams(search);
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) fields.set(name, value);
  return fields;
}
