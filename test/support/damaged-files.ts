import { readFileSync } from "node:fs";
import type { Dropped } from "./drop.ts";

/** Something that a page must refuse, and what its sentence must say. */
export interface Refused {
  readonly what: string;
  readonly dropped: Dropped;
  readonly says: RegExp;
}

const CAPTURES = "site/public/captures";
const PCAP = readFileSync(`${CAPTURES}/ping.pcap`);
const PCAPNG = readFileSync(`${CAPTURES}/web-page.pcapng`);
const NO_CAPTURE = /expected that of a pcap or pcapng capture\.$/;

const one = (what: string, name: string, bytes: Uint8Array | number, says: RegExp): Refused => ({
  what,
  dropped: [{ name, bytes }],
  says: new RegExp(`${name}: .*${says.source}`, "s"),
});

/** Damaged files that can be chosen in a field as well. */
export const DAMAGED_CAPTURES: readonly Refused[] = [
  one("an empty file", "empty.pcap", new Uint8Array(), /expected a pcap or pcapng capture\.$/),
  one("noise", "noise.bin", noise(5000), NO_CAPTURE),
  one("a pcap that is cut off", "cut.pcap", PCAP.subarray(0, 5000), /expected at most the .*\.$/),
  one("a pcapng that is cut off", "cut.pcapng", PCAPNG.subarray(0, 5001), /expected .*\.$/),
];

/** What no page can be given, whatever it takes. */
const NO_FILE: readonly Refused[] = [
  one("a file that is too large", "huge.pcap", 257 * 2 ** 20, /257 MiB.*expected at most 256\.$/),
  {
    what: "a folder",
    dropped: [{ name: "captures", bytes: new Uint8Array(), isFolder: true }],
    says: /captures: this is a folder, expected .*\.$/,
  },
  { what: "text", dropped: "some words", says: /^What was dropped is no file, expected .*\.$/ },
  {
    what: "two files",
    dropped: [
      { name: "a.pcap", bytes: PCAP },
      { name: "b.pcap", bytes: PCAP },
    ],
    says: /^a\.pcap, b\.pcap: these are 2 files, expected .*\.$/,
  },
];

const exploration = (changed: Readonly<Record<string, unknown>>): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      format: "trapline-exploration",
      version: 1,
      link: "v=1&from=file&packet=2",
      packets: { name: "in.pcap", base64: PCAP.toString("base64") },
      ...changed,
    }),
  );

/** What is refused everywhere. */
export const REFUSED: readonly Refused[] = [...DAMAGED_CAPTURES, ...NO_FILE];

/** What pages refuse that take captures and nothing else. */
export const REFUSED_CAPTURES: readonly Refused[] = [
  ...REFUSED,
  one("an exploration", "own.trapline.json", exploration({}), NO_CAPTURE),
];

/** What the explorer refuses, which takes explorations as well. */
export const REFUSED_EXPLORATIONS: readonly Refused[] = [
  ...REFUSED,
  one("other JSON", "a.json", Buffer.from('{"log":{}}'), /expected trapline-exploration\.$/),
  one("one that is cut off", "b.json", exploration({}).subarray(0, 900), /expected a pcap.*\.$/),
  one("a newer version", "c.json", exploration({ version: 2 }), /this page reads up to 1\.$/),
  one("a newer link", "d.json", exploration({ link: "v=2" }), /this page reads up to 1\.$/),
  one("no link", "e.json", exploration({ link: 7 }), /the link is missing\.$/),
  one("no packets", "f.json", exploration({ packets: null }), /its packets are missing\.$/),
  one("no base64", "g.json", exploration({ packets: { name: "x", base64: "%" } }), /base64\.$/),
  one(
    "a damaged capture in it",
    "h.json",
    exploration({ packets: { name: "in.pcap", base64: PCAP.subarray(0, 99).toString("base64") } }),
    /damaged: in\.pcap: .*expected at most .*\.$/,
  ),
  one("no such mode", "i.json", exploration({ link: "v=1&mode=teleport" }), /no mode teleport/),
  one("no such knob", "j.json", exploration({ link: "v=1&mode=vmxnet3:fuel=9" }), /fuel/),
  one(
    "no such packets",
    "k.json",
    exploration({ link: "v=1&from=x.pcap" }),
    /from=x\.pcap, which means nothing here\.$/,
  ),
  one(
    "no such price",
    "l.json",
    exploration({ link: "v=1&cost.moon=3" }),
    /cost\.moon.* means nothing here\.$/,
  ),
];

/** What the view of recordings refuses. */
export const REFUSED_RECORDINGS: readonly Refused[] = [
  one("an empty file", "empty.pcap", new Uint8Array(), /empty, expected .*\.$/),
  one("noise", "noise.bin", noise(5000), /no file of a recording, expected .*\.$/),
  one("a capture", "ping.pcap", PCAP, /manifest\.json is missing, expected .*\.$/),
  one("an exploration", "own.trapline.json", exploration({}), /manifest\.json is missing/),
  one("a gzip file that is cut off", "tx.jsonl.gz", gzipStart(), /no whole gzip file/),
  one("other JSON", "manifest.json", Buffer.from('{"log":{}}'), /expected/),
  one("no JSON", "manifest.json", noise(99), /not JSON, expected/),
  { what: "text", dropped: "some words", says: /^What was given: no file of a recording/ },
  one("a file that is too large", "tx.jsonl", 257 * 2 ** 20, /more than 256 MiB, expected/),
  {
    what: "an empty folder",
    dropped: [{ name: "recording", bytes: new Uint8Array(), isFolder: true }],
    says: /^What was given: no file of a recording, expected .*\.$/,
  },
  {
    what: "a recording with a phase that is cut off",
    dropped: ["manifest.json", "init.jsonl"].map((name) => ({ name, bytes: recorded(name) })),
    says: /^init\.jsonl, line \d+: .*expected/,
  },
];

function recorded(name: string): Uint8Array {
  const bytes = readFileSync(`test/recordings/device/vmxnet3/${name}`);
  return name === "manifest.json" ? bytes : bytes.subarray(0, 1000);
}

function gzipStart(): Uint8Array {
  return Uint8Array.of(0x1f, 0x8b, 8, 0);
}

/** Bytes without order, the same ones each time. */
function noise(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}
