import { InputError, type PacketMix, readRate, type SizeOptions } from "#engine";
import type { OwnFile } from "../packets/own-file.ts";
import { captureOf } from "../packets/packet-source.ts";
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
  const { name, frames } = await captureOf(mix, own);
  return { kind: "capture", name, frames: frames.slice(0, FRAMES_MAX) };
}

function checkCount(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= COUNT_MAX) return;
  throw new InputError(`${what}: found ${value}, expected a whole number from 1 to ${COUNT_MAX}.`);
}
