import type { FieldReader } from "../field-reader.ts";

/** The processor's virtualization: AMD SVM or Intel VT-x. */
export type CpuVendor = "svm" | "vtx";

/** What a KVM recording's manifest says that `verify` needs. */
export interface KvmManifest {
  /** Scenario, processor and variant in one line. */
  readonly config: string;
  readonly cpu: CpuVendor;
  /** Mode of the engine. */
  readonly mode: string;
  /** Values of the mode's knobs. */
  readonly knobs: Readonly<Record<string, boolean | number | string>>;
  /** Guest driver as Linux names it. */
  readonly driver: string;
  /** Whether the guest has paravirtual EOI. */
  readonly pvEoi: boolean;
  /** Phases in their order. */
  readonly phases: readonly string[];
  /** Packets by phase. */
  readonly packets: ReadonlyMap<string, number>;
}

const PACKETS_MAX = 100_000;

/**
 * Reads a `manifest.json` of kind `kvm`.
 * @throws InputError naming the field that is missing or not as expected.
 */
export function readKvmManifest(f: FieldReader): KvmManifest {
  const cpu = f.oneOf("cpu", ["svm", "vtx"]);
  const variant = f.string("variant");
  const command = f.string("l1_qemu");
  return {
    config: `${cpu}-${f.string("scenario")}: ${variant}`,
    cpu,
    mode: f.string("mode"),
    knobs: readKnobs(f.object("knobs")),
    driver: f.string("driver"),
    pvEoi: !/-cpu \S*-kvm-pv-eoi/.test(command),
    phases: readPhases(f.object("phases")),
    packets: readPackets(f.object("packets")),
  };
}

function readKnobs(knobs: FieldReader): Record<string, boolean | number | string> {
  return Object.fromEntries(knobs.fields.map((name) => [name, knobs.knob(name)]));
}

function readPhases(phases: FieldReader): string[] {
  const numbers = phases.fields.toSorted((a, b) => Number(a) - Number(b));
  return numbers.map((number) => phases.string(number));
}

function readPackets(packets: FieldReader): Map<string, number> {
  return new Map(
    packets.fields.map((phase) => {
      const count = packets.integer(phase);
      if (count < 1 || count > PACKETS_MAX) throw packets.wrong(phase, `1 to ${PACKETS_MAX}`);
      return [phase, count];
    }),
  );
}
