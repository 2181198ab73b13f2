import { InputError } from "../core/input-error.ts";
import type { FieldReader } from "./field-reader.ts";

/** A ring or buffer in guest memory that the recorder knew by name. */
export interface RingBlock {
  readonly name: string;
  /** Guest-physical address of the first byte. */
  readonly base: number;
  readonly byteCount: number;
}

/** A device option as it stands on QEMU's command line. */
export interface DeviceLine {
  /** Device model, as `virtio-net-pci`. */
  readonly model: string;
  readonly options: ReadonlyMap<string, string>;
}

/** What a manifest says that `verify` needs. */
export interface Manifest {
  readonly config: string;
  /** `plain` or `insn+icount`. */
  readonly variant: string;
  /** Driver as the recorder names it: `8139cp`, `igb+igbvf` ... */
  readonly driver: string;
  /** The NIC's device line. */
  readonly nic: DeviceLine;
  /** Machine type, `pc` or `q35`. */
  readonly machineType: string;
  /** Guest memory in bytes. */
  readonly memoryBytes: number;
  readonly blocks: readonly RingBlock[];
  /** Frames on the wire by phase, both directions. */
  readonly wireFrames: ReadonlyMap<string, number>;
  /** Feature names the guest accepted (virtio only). */
  readonly features: readonly string[];
  /** True when the recorder changed the guest's cached PCI revision (8139too refuses 0x20). */
  readonly revisionPatched: boolean;
}

/** Guest memory that can be: Linux wants the least, the hole below 4 GiB begins at the most. */
const MEMORY_BYTES = { min: 32 * 2 ** 20, max: 3 * 2 ** 30 } as const;

/**
 * Reads a `manifest.json`.
 * @throws InputError naming the field that is missing or not as expected.
 */
export function readManifest(f: FieldReader): Manifest {
  const command = f.strings("command");
  const phases = f.object("phases");
  return {
    config: f.string("config"),
    variant: f.string("variant"),
    driver: f.string("driver"),
    nic: findNic(f, command),
    machineType: argument(f, command, "-machine").split(",")[0] as string,
    memoryBytes: memoryBytes(f, argument(f, command, "-m")),
    blocks: f.objects("ring_blocks").map((block) => ({
      name: block.string("name"),
      base: block.offset("gpa"),
      byteCount: block.integer("bytes"),
    })),
    wireFrames: new Map(phases.fields.map((p) => [p, phases.object(p).integer("wire")])),
    features: f.has("virtio") ? guestFeatures(f.object("virtio")) : [],
    revisionPatched: f.has("patch_revision"),
  };
}

function guestFeatures(virtio: FieldReader): readonly string[] {
  const features = virtio.object("guest-features");
  const named = [...features.strings("dev-features"), ...features.strings("transports")];
  return named.map((text) => text.split(":")[0] as string);
}

function argument(f: FieldReader, command: readonly string[], option: string): string {
  const value = command[command.indexOf(option) + 1];
  if (!command.includes(option) || value === undefined) {
    throw new InputError(`${f.file}: field command has no ${option}, expected QEMU's command line`);
  }
  return value;
}

function memoryBytes(f: FieldReader, text: string): number {
  const match = /^(?:size=)?(\d+)([MG]?)(?:,|$)/i.exec(text);
  const unit = match?.[2]?.toUpperCase() === "G" ? 2 ** 30 : 2 ** 20;
  const byteCount = Number(match?.[1]) * unit;
  if (byteCount >= MEMORY_BYTES.min && byteCount <= MEMORY_BYTES.max) return byteCount;
  throw new InputError(
    `${f.file}: field command has -m ${text}, expected a size from 32M to 3G such as 256`,
  );
}

/** The `-device` line that has a netdev: the NIC. */
function findNic(f: FieldReader, command: readonly string[]): DeviceLine {
  const lines = command.filter((_, at) => at > 0 && command[at - 1] === "-device");
  const nics = lines.map(deviceLine).filter((device) => device.options.has("netdev"));
  const nic = nics[0];
  if (nic === undefined || nics.length > 1) {
    throw new InputError(
      `${f.file}: field command has ${nics.length} -device lines with a netdev, expected 1`,
    );
  }
  return nic;
}

function deviceLine(text: string): DeviceLine {
  const [model = "", ...pairs] = text.split(",");
  const options = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 0) options.set(pair, "on");
    else options.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return { model, options };
}
