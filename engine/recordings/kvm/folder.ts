import { InputError } from "../../core/input-error.ts";
import { readJson } from "../read.ts";
import type { KvmEvent } from "./event.ts";
import { readExits, type RecordedExit } from "./exits.ts";
import { readKvmManifest, type KvmManifest } from "./manifest.ts";
import { recordedNic, type RecordedNic } from "./nics.ts";
import { readKvmEvents } from "./read.ts";
import { settleKicks } from "./kick.ts";
import { readSetup, type RecordedSetup } from "./setup.ts";
import { vectorOffset, withVectorsLowered } from "./vectors.ts";

/** The recorder's rounds that are read: all of KVM's trace points, and the host's as well. */
export const ROUNDS = ["kvm", "full"] as const;
/** One of {@link ROUNDS}. */
export type Round = (typeof ROUNDS)[number];

/** One phase of one round. */
export interface KvmPhase {
  readonly name: string;
  readonly file: string;
  readonly events: readonly KvmEvent[];
  readonly exits: ReadonlyMap<number, RecordedExit>;
  /** Packets of the phase, 0 for `idle`. */
  readonly packetCount: number;
}

/** A folder of `recordings/kvm`. */
export interface KvmFolder {
  readonly manifest: KvmManifest;
  readonly nic: RecordedNic;
  /** CPUs of the host, as far as events ran on them. */
  readonly hostCpus: number;
  readonly rounds: ReadonlyMap<Round, readonly KvmPhase[]>;
  /** What the driver did when it was loaded, in a set-up folder, which has nothing else. */
  readonly setup: RecordedSetup | undefined;
}

const HOST_CPUS_MAX = 8;

/**
 * Reads a folder of kind `kvm`.
 * @param files Content of the folder's files by name; `.gz` files already unpacked.
 * @throws InputError when manifest or a phase is missing or damaged.
 */
export function readKvmFolder(files: ReadonlyMap<string, Uint8Array>): KvmFolder {
  const fields = readJson("manifest.json", files.get("manifest.json") as Uint8Array);
  const manifest = readKvmManifest(fields);
  const nic = recordedNic(fields);
  if (files.has("driver.jsonl")) {
    const setup = readSetup(files.get("driver.jsonl") as Uint8Array, manifest, nic);
    return { manifest, nic, hostCpus: 1, rounds: new Map(), setup };
  }
  const rounds = new Map<Round, readonly KvmPhase[]>();
  let hostCpus = 1;
  for (const round of ROUNDS) {
    if (!manifest.phases.some((name) => files.has(`${round}.${name}.jsonl`))) continue;
    const read = manifest.phases.map((name) => readEvents(files, `${round}.${name}.jsonl`));
    const lower = vectorOffset(read, nic);
    const phases = manifest.phases.map((name, at) => {
      const events = withVectorsLowered(read[at] as readonly KvmEvent[], lower);
      return phaseOf(`${round}.${name}.jsonl`, name, events, { manifest, nic });
    });
    rounds.set(round, phases);
    for (const { events } of phases) {
      for (const { cpu } of events) hostCpus = Math.max(hostCpus, cpu + 1);
    }
  }
  if (rounds.size === 0) {
    throw new InputError("kvm.PHASE.jsonl: there are none, expected those of the manifest");
  }
  if (hostCpus > HOST_CPUS_MAX) {
    throw new InputError(
      `kvm.PHASE.jsonl: field cpu is ${hostCpus - 1}, expected at most ${HOST_CPUS_MAX - 1}`,
    );
  }
  return { manifest, nic, hostCpus, rounds, setup: undefined };
}

function readEvents(files: ReadonlyMap<string, Uint8Array>, file: string): readonly KvmEvent[] {
  const bytes = files.get(file);
  if (bytes === undefined) throw new InputError(`${file}: missing, expected as the manifest says`);
  return readKvmEvents(file, bytes);
}

function phaseOf(
  file: string,
  name: string,
  read: readonly KvmEvent[],
  { manifest, nic }: Pick<KvmFolder, "manifest" | "nic">,
): KvmPhase {
  const events = settleKicks(read);
  const exits = readExits(events, manifest.cpu, {
    byteCount: nic.regionBytes,
    mapped: nic.passedThrough,
  });
  return { name, file, events, exits, packetCount: manifest.packets.get(name) ?? 0 };
}
