// Bad input is one line on standard error and status 1, bad usage status 2; nothing is written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { aFrame, aPcap } from "../engine/packets/capture-files.ts";
import { inFolder, trapline } from "./a-command.ts";

/** Runs a command that must fail so. */
function refuses(args: readonly string[], status: 1 | 2, message: RegExp | string): void {
  const result = trapline(...args);
  assert.equal(result.status, status, result.stderr);
  assert.equal(result.stdout, "");
  assert.match(result.stderr, /^trapline: [^\n]+\n$/);
  if (typeof message === "string") assert.equal(result.stderr, `trapline: ${message}\n`);
  else assert.match(result.stderr, message);
}

const RUN = ["run", "--mode", "virtio-qemu"];

test("trapline: usage that it does not understand has status 2", () => {
  refuses([], 2, /^trapline: no command given; there are modes, run, state, compare, .*bench\.$/m);
  refuses(["fly"], 2, /there is no command fly/);
  refuses(["run"], 2, "trapline run needs --mode ID.");
  refuses(["run", "--mode"], 2, /--mode/);
  refuses([...RUN, "--frames", "3"], 2, "Unknown option '--frames'.");
  refuses([...RUN, "more"], 2, "trapline run takes no argument more.");
  refuses([...RUN, "--mode", "vmxnet3"], 2, "--mode is given twice.");
  refuses(["modes", "all"], 2, "trapline modes takes no argument all.");
  refuses([...RUN, "--set", "ring"], 2, "--set ring: it must read knob=value.");
  refuses([...RUN, "--set", "ring=split", "--set", "ring=packed"], 2, "--set ring is given twice.");
  refuses([...RUN, "--export", "trace.xml"], 2, /the name must end in \.json, \.pcap, \.csv/);
  refuses([...RUN, "--pcap", "a.pcap", "--size", "60"], 2, "--size does not go with --pcap.");
});

test("trapline run: a mode that does not exist is named, with those that do", () => {
  refuses(
    ["run", "--mode", "vtx"],
    1,
    /^trapline: Mode vtx: there is no such mode; there are .*vmxnet3/,
  );
});

test("trapline run: numbers out of their range are named with it", () => {
  refuses([...RUN, "--packets", "0"], 1, "--packets: 0 is not a whole number from 1 to 100000000.");
  refuses([...RUN, "--packets", "-3"], 1, /--packets: -3 is not a whole number/);
  refuses([...RUN, "--packets", "1e3"], 1, /--packets: 1e3 is not a whole number/);
  refuses([...RUN, "--size", "59"], 1, "--size: 59 is not a whole number from 60 to 1514.");
  refuses([...RUN, "--gap-us", "-1"], 1, "--gap-us: -1 is not a number from 0 to 1000000.");
  refuses([...RUN, "--seed", "4294967296"], 1, /--seed: 4294967296 is not a whole number/);
  refuses([...RUN, "--rows", "many"], 1, /--rows: many is not a whole number/);
  refuses([...RUN, "--dir", "up"], 1, "--dir: up is not one of tx, rx, echo.");
});

test("trapline run: a knob that does not exist or a value that it cannot have is named", () => {
  refuses(
    [...RUN, "--set", "speed=9"],
    1,
    /^trapline: Knob speed: mode virtio-qemu has no such knob/,
  );
  refuses([...RUN, "--set", "__proto__=1"], 1, /^trapline: Knob __proto__: /);
  refuses([...RUN, "--set", "ring=round"], 1, "Knob ring: round is not one of split, packed.");
  refuses(
    [...RUN, "--set", "queueSize=17"],
    1,
    "Knob queueSize: 17 is not a power of two from 32 to 1024.",
  );
  refuses([...RUN, "--set", "eventIndex=maybe"], 1, "Knob eventIndex: maybe is not on or off.");
});

test(
  "trapline run --pcap: a file that cannot be read is named with the reason",
  inFolder((folder) => {
    const missing = folder.at("none.pcap");
    refuses(
      [...RUN, "--pcap", missing],
      1,
      `${missing}: it cannot be read: there is no such file or folder.`,
    );
    refuses(
      [...RUN, "--pcap", folder.path],
      1,
      `${folder.path}: it cannot be read: it is a folder.`,
    );
  }),
);

test(
  "trapline run --pcap: a damaged capture is named with what is wrong and where",
  inFolder((folder) => {
    const packets = [{ data: aFrame(60) }, { data: aFrame(60) }];
    const whole = aPcap({ packets });
    const cases: [string, Uint8Array][] = [
      ["empty.pcap", new Uint8Array()],
      ["text.pcap", new TextEncoder().encode("This is no capture at all, only a text.")],
      ["cut.pcap", whole.subarray(0, whole.length - 9)],
      ["no-packets.pcap", aPcap({ packets: [] })],
      ["other-link.pcap", aPcap({ packets, linkType: 147 })],
      ["oversize.pcap", aPcap({ packets: [{ data: aFrame(1515) }] })],
      ["runt.pcap", aPcap({ packets: [{ data: aFrame(60).subarray(0, 9) }] })],
    ];
    for (const [name, bytes] of cases) {
      const message = new RegExp(`^trapline: [^\\n]*${name.replace(".", "\\.")}`);
      refuses(
        [...RUN, "--pcap", folder.file(name, bytes), "--export", folder.at("x.csv")],
        1,
        message,
      );
    }
    assert.equal(folder.names.includes("x.csv"), false);
  }),
);

test(
  "trapline run --export: a place that cannot be written is named, and nothing is left there",
  inFolder((folder) => {
    const inMissing = folder.at("none/trace.json");
    refuses([...RUN, "--export", inMissing], 1, /it cannot be written: there is no folder/);
    const file = folder.file("plain", "text");
    refuses(
      [...RUN, "--export", `${file}/trace.csv`],
      1,
      /it cannot be written: there is no folder/,
    );
    const asFolder = `${folder.path}/sub.json`;
    trapline(...RUN, "--export", asFolder);
    assert.deepEqual(folder.names, ["plain", "sub.json"]);
  }),
);

test(
  "trapline run: a name that no file system takes is refused in one line, read or written",
  inFolder((folder) => {
    const long = "x".repeat(300);
    const asSource = folder.at(`${long}.pcap`);
    refuses(
      [...RUN, "--pcap", asSource],
      1,
      `${asSource}: it cannot be read: the name is too long.`,
    );
    const asTarget = folder.at(`${long}.csv`);
    refuses(
      [...RUN, "--export", asTarget],
      1,
      `${asTarget}: it cannot be written: the name is too long.`,
    );
  }),
);

test("trapline run --pcap: a device that never ends is refused", () => {
  refuses([...RUN, "--pcap", "/dev/zero"], 1, /it cannot be read: it is a device, not a file/);
});
