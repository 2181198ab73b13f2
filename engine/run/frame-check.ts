import { InputError } from "../core/input-error.ts";
import type { Mode } from "../modes/define.ts";

/**
 * Refuses frames that a mode does not carry.
 * @throws InputError naming the first frame that does not fit.
 */
export function checkFrames(mode: Mode, frames: readonly Uint8Array[]): void {
  frames.forEach((frame, index) => {
    const bytesMax = mode.frameBytesMax + vlanTagBytes(frame);
    if (frame.length >= 14 && frame.length <= bytesMax) return;
    throw new InputError(
      `Packet ${index + 1}: ${frame.length} bytes do not fit mode ${mode.id}, ` +
        `which carries frames of 14 to ${bytesMax} bytes without FCS.`,
    );
  });
}

/** Bytes that VLAN tags add to a frame's permitted length: 0, 4 or 8 (IEEE Std 802.1Q, 9.3). */
function vlanTagBytes(frame: Uint8Array): number {
  let bytes = 0;
  while (bytes < 8) {
    const type = ((frame[12 + bytes] ?? 0) << 8) | (frame[13 + bytes] ?? 0);
    if (type !== 0x8100 && type !== 0x88a8) break;
    bytes += 4;
  }
  return bytes;
}
