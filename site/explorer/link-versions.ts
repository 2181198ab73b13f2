/** What a link of the home page meant that named no modes. */
const HOME_MODES = "vtx-rtl8139,virtio-qemu,vf-injected,vf-posted";

/** More modes than these a comparison never had beside the one that is looked into. */
const COMPARED_MAX = 3;

/**
 * What turns the fields of a link of one version into those of the next. Links never stop working: a
 * version is only ever added here, with a link of it in the tests.
 */
const UPGRADES: Readonly<Record<number, (fields: URLSearchParams) => void>> = {
  // Version 0 are the links of the home page: several modes, and the one that is looked into.
  0: (fields) => {
    if (fields.size === 0) return;
    const modes = (fields.get("modes") ?? HOME_MODES).split(",").filter((id) => id !== "");
    const chosen = fields.get("in") ?? modes[0] ?? "";
    fields.delete("modes");
    fields.delete("in");
    fields.set("mode", chosen);
    fields.set(
      "vs",
      modes
        .filter((id) => id !== chosen)
        .slice(0, COMPARED_MAX)
        .join(","),
    );
    if (!fields.has("count")) fields.set("count", "1");
  },
};

/** The version of links that the page writes; older ones are read all the same. */
export const LINK_VERSION = Object.keys(UPGRADES).length;

/** The fields of a link as today's version has them; a link that says no version is of the oldest. */
export function upgraded(fields: URLSearchParams): URLSearchParams {
  const said = Number(fields.get("v") ?? 0);
  const result = new URLSearchParams(fields);
  result.delete("v");
  if (!Number.isInteger(said) || said < 0) return result;
  for (let version = said; version < LINK_VERSION; version++) UPGRADES[version]?.(result);
  return result;
}
