import { InputError, type PacketMix, readCapture, readRate, type SizeOptions } from "#engine";
import { bundledCapture } from "../packets/bundled-captures.ts";
import { OWN_FILE } from "../packets/packet-source.ts";
import type { OwnFile } from "../packets/packet-source.ts";
import { COUNT_MAX, IMIX, type SizeState } from "./size-state.ts";

/** Frames of a capture at most: longer loads repeat them. */
const FRAMES_MAX = 5000;

/**
 * What a state asks of the engine.
 * @throws InputError when a capture is damaged or a number is out of its range.
 */
export async function askedOf(state: SizeState, own: OwnFile | undefined): Promise<SizeOptions> {
  const { prices, direction, vms, hostCores } = state;
  checkCount("Virtual machines", vms);
  checkCount("Host cores", hostCores);
  return {
    prices,
    direction,
    vms,
    hostCores,
    wanted: readRate("Rate", state.rate.replaceAll(/\s/g, "")),
    mix: await mixOf(state.mix, own),
  };
}

async function mixOf(mix: string, own: OwnFile | undefined): Promise<PacketMix> {
  if (mix === IMIX) return { kind: "imix" };
  if (/^\d+$/.test(mix)) return { kind: "fixed", packetBytes: Number(mix) };
  if (mix === OWN_FILE && own === undefined) {
    throw new InputError("This link was made with a file of its sender: choose the file again.");
  }
  const file = own && mix === OWN_FILE ? own : { name: mix, bytes: await bundledCapture(mix) };
  const { packets } = readCapture(file.bytes, file.name);
  const frames = packets.slice(0, FRAMES_MAX).map(({ frame }) => frame);
  return { kind: "capture", name: file.name, frames };
}

function checkCount(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= COUNT_MAX) return;
  throw new InputError(`${what}: found ${value}, expected a whole number from 1 to ${COUNT_MAX}.`);
}
