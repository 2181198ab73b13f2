import { OFFLOAD, RCD, RXD, TXD } from "../../devices/vmxnet3/descriptors.ts";
import { bytesText, type FieldText, flagText, joinText } from "./ring-draft.ts";

const WHOLE_BYTES = 16_384;

/** What the words of transmit descriptors and completions mean. */
export const transmitText: FieldText = (name, value) => {
  if (name === "dword2" && value !== 0) {
    const length = value & TXD.lenMask || WHOLE_BYTES;
    return joinText(bytesText(length), `gen ${(value >>> 14) & 1}`);
  }
  if (name === "txdIdx") return `ends with descriptor ${value & RCD.rxdIdxMask}`;
  if (name !== "dword3") return "";
  // A completion has its generation in bit 31 and nothing where a descriptor has its flags.
  const flags = flagText(value, { EOP: TXD.eop, CQ: TXD.cq, TI: TXD.ti });
  const offload = (value >>> TXD.omShift) & 3;
  const headers = offload === OFFLOAD.NONE ? "" : `offload ${offload}`;
  return joinText(flags, headers, (value & 0x7fff_ffff) === 0 ? `gen ${value >>> 31}` : "");
};

/** What the words of receive descriptors and completions mean. */
export const receiveText: FieldText = (name, value) => {
  if (name === "dword2") {
    const room = `room for ${bytesText(value & RXD.lenMask)}`;
    const type = (value & RXD.btypeBody) === 0 ? "head" : "body";
    return joinText(type, room, `gen ${value >>> RXD.genShift}`);
  }
  if (name === "rxdIdx") {
    const flags = flagText(value, { EOP: RCD.eop, SOP: RCD.sop, CNC: RCD.cnc });
    return joinText(`descriptor ${value & RCD.rxdIdxMask}`, flags);
  }
  if (name === "len") {
    return joinText(bytesText(value & RCD.lenMask), flagText(value, { ERR: RCD.err, TS: RCD.ts }));
  }
  return name === "dword3" ? `gen ${value >>> RCD.genShift}` : "";
};
