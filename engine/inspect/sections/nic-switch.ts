import { POOL_COUNT, WORD } from "../../devices/igb/chip/word.ts";
import { Igb82576 } from "../../devices/igb/device.ts";
import type { CellValue, SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import { macOf } from "../mac-text.ts";
import type { SectionOpener } from "../section-opener.ts";

const RAH_VALID = 0x8000_0000;
/** Receive address tables: 16 entries, and 8 more. */
const TABLES = [
  { word: WORD.RA, count: 16, first: 0 },
  { word: WORD.RA2, count: 8, first: 16 },
] as const;

const SPEC: SectionSpec = {
  id: "nic-switch",
  title: "82576: who gets a frame",
  actor: ACTORS.hardware.code,
  kind: "table",
  cells: [
    {
      name: "address",
      form: "text",
      sizeBytes: 0,
      doc: "Ethernet address of the entry (RAL, RAH)",
    },
    { name: "goes to", form: "text", sizeBytes: 0, doc: "Functions whose pool the entry names" },
    {
      name: "RAH",
      form: "hex",
      sizeBytes: 4,
      doc: "High word: valid (bit 31), pools (bits 25:18)",
    },
  ],
  source:
    "Intel 82576EB datasheet 2.63, 7.10.3.3 “Rx Packet Switching”, “Receive Address High” and “VMDq Control”",
};

/** The address entries of an 82576, by which its switch chooses the function that gets a frame. */
export const openNicSwitch: SectionOpener = ({ nic, journal }) => {
  const device = "device" in nic ? nic.device : undefined;
  if (!(device instanceof Igb82576)) return;
  const { words } = device.chip;
  const watch = journal.watch(SPEC, () => linesOf(words));
  device.chip.receiver.filter.onChange = () => watch.touch();
};

function linesOf(words: Uint32Array): { name: string; values: CellValue[] }[] {
  return TABLES.flatMap(({ word, count, first }) =>
    Array.from({ length: count }, (_, index) => index).flatMap((index) => {
      const low = words[word + 2 * index] as number;
      const high = words[word + 2 * index + 1] as number;
      if (high < RAH_VALID) return [];
      return [
        {
          name: `entry ${first + index}`,
          values: [addressOf(low, high), poolsText(high, words), high],
        },
      ];
    }),
  );
}

/** The registers hold the address's bytes in the order of the wire, lowest first. */
function addressOf(low: number, high: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(2, swapped(low));
  view.setUint16(6, ((high & 0xff) << 8) | ((high >>> 8) & 0xff));
  return macOf(Number(view.getBigUint64(0)));
}

function swapped(word: number): number {
  return ((word << 24) | ((word << 8) & 0xff_0000) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** Pool n is VF n's; the PF has the default pool, which comes after those of its VFs. */
function poolsText(high: number, words: Uint32Array): string {
  const ofPf = ((words[WORD.VT_CTL] as number) >>> 7) & 7;
  const pools = Array.from({ length: POOL_COUNT }, (_, pool) => pool).filter(
    (pool) => ((high >>> (18 + pool)) & 1) === 1,
  );
  if (pools.length === 0) return "no pool";
  return pools.map((pool) => (pool === ofPf ? "PF" : `VF ${pool}`)).join(", ");
}
