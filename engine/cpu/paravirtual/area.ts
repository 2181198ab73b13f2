/**
 * A part of an address space with one purpose (Linux: struct vm_area_struct).
 * `anonymous` is private memory, `file` a private mapping of a file that is in the page cache,
 * `shared` memory shared by processes, `vdso` the kernel's page of code, `vvar` its page of data.
 */
export interface Area {
  /** First address, and the first one after it; multiples of 4,096. */
  readonly start: number;
  readonly end: number;
  readonly backing: "anonymous" | "file" | "shared" | "vdso" | "vvar";
  readonly writable: boolean;
  /** Whether it ever held private pages (Linux: anon_vma): only then fork copies its mappings. */
  readonly hasPrivatePages: boolean;
}

/** Whether fork copies the mappings instead of letting the child fault them in: vma_needs_copy. */
export function copiedByFork(area: Area): boolean {
  return area.hasPrivatePages || area.backing === "vvar";
}

/**
 * Areas without a range; one that the range cuts keeps what lies outside.
 * @param areas By rising address, without overlap.
 */
export function without(areas: readonly Area[], start: number, end: number): Area[] {
  return areas.flatMap((area) => {
    if (area.end <= start || area.start >= end) return [area];
    const kept: Area[] = [];
    if (area.start < start) kept.push({ ...area, end: start });
    if (area.end > end) kept.push({ ...area, start: end });
    return kept;
  });
}
