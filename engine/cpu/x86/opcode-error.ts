import { bytesText } from "./instruction.ts";

/** Why bytes are no instruction of the subset. */
export type OpcodeErrorReason =
  | "is not in the supported subset"
  | "is not an instruction in 64-bit mode"
  | "is longer than 15 bytes"
  | "ends too early";

/**
 * Bytes that the decoder does not take, with their address. What the CPU itself refuses (not an
 * instruction, too long) is the guest's #UD or #GP; the rest is a limit of the model and is thrown.
 */
export class OpcodeError extends Error {
  override readonly name = "OpcodeError";
  /** Linear address of the instruction's first byte. */
  readonly address: bigint;
  /** The bytes looked at, prefixes included. */
  readonly bytes: Uint8Array;
  readonly reason: OpcodeErrorReason;

  constructor(address: bigint, bytes: Uint8Array, reason: OpcodeErrorReason) {
    super(`opcode ${bytesText(bytes)} at ${address.toString(16)} ${reason}`);
    this.address = address;
    this.bytes = bytes;
    this.reason = reason;
  }
}
