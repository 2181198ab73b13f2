import { type FlowProvider, flowRunOf } from "#components/plain";
import { DIRECTIONS, findMode, generatePackets, InputError, simulate } from "#engine";

const PACKETS_MAX = 1000;

/**
 * Runs what the attributes of a figure ask for, on generated packets.
 * @throws InputError with one sentence that names the attribute and what was expected.
 */
export const runRequest: FlowProvider = ({ modeIds, direction, packets, sizeBytes }) => {
  const way = DIRECTIONS.find((known) => known === direction);
  if (way === undefined) {
    throw new InputError(`direction: found ${direction}, expected ${DIRECTIONS.join(", ")}.`);
  }
  if (!Number.isInteger(packets) || packets < 1 || packets > PACKETS_MAX) {
    throw new InputError(`packets: found ${packets}, expected a whole number to ${PACKETS_MAX}.`);
  }
  const frames = generatePackets({
    frameBytesWithoutFcs: sizeBytes,
    seed: 1,
    direction: way === "rx" ? "rx" : "tx",
    count: packets,
  });
  return modeIds.map((id) =>
    flowRunOf(simulate({ mode: findMode(id), direction: way, frames, keepFrames: false })),
  );
};
