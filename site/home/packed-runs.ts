import type { FlowRun } from "#components/runs";

/** Typed arrays by name: what a packed run may hold. */
const ARRAYS = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array };

/** Runs as JSON, to the bit: typed arrays as base64, maps as pairs. */
export function packRuns(runs: readonly FlowRun[]): string {
  return JSON.stringify(runs, (_, value: unknown) => {
    if (value instanceof Map) return { $map: [...value] };
    if (!ArrayBuffer.isView(value)) return value;
    const { buffer, byteOffset, byteLength } = value;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return { $array: value.constructor.name, base64: btoa(String.fromCharCode(...bytes)) };
  });
}

/** The runs that `packRuns` made JSON of. */
export function unpackRuns(text: string): readonly FlowRun[] {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$map" in value) return new Map(value.$map as [unknown, unknown][]);
    if (!("$array" in value && "base64" in value)) return value;
    const bytes = Uint8Array.from(atob(String(value.base64)), (one) => one.charCodeAt(0));
    return new ARRAYS[value.$array as keyof typeof ARRAYS](bytes.buffer);
  }) as readonly FlowRun[];
}
