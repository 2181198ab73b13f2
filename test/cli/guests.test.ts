import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inFolder, trapline } from "./a-command.ts";

test("trapline run --guests: each guest's story, its totals, and who talked to whom", () => {
  const args = ["run", "--mode", "vtx-rtl8139", "--guests", "2", "--to", "neighbour"];
  const { status, stdout, stderr } = trapline(...args, "--packets", "3");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^2 guests on one host, 3 packets each, tx, each to the next guest$/m);
  assert.match(stdout, /^guest 1: vtx-rtl8139, 52:54:00:12:34:56, /m);
  assert.match(stdout, /a frame from another guest's port/);
  assert.match(stdout, /^guest 2 +3 +- +0$/m);
});

test("trapline run --guest: mixed modes with knobs of their own, as JSON", () => {
  const guests = ["--guest", "vf-posted", "--guest", "virtio-qemu:hostPath=vrouter,ring=packed"];
  const args = ["run", ...guests, "--set", "encapsulation=vxlan", "--dir", "echo", "--json"];
  const { status, stdout, stderr } = trapline(...args);
  assert.equal(status, 0, stderr);
  const report = JSON.parse(stdout) as {
    guests: { mode: string; knobs: Record<string, unknown>; totals: Record<string, number> }[];
    talk: unknown[];
  };
  assert.deepEqual(
    report.guests.map(({ mode, knobs, totals }) => [
      mode,
      knobs["hostPath"],
      knobs["encapsulation"],
      totals["deliveredFrames"],
    ]),
    [
      ["vf-posted", undefined, undefined, 1],
      ["virtio-qemu", "vrouter", "vxlan", 1],
    ],
  );
  assert.deepEqual(report.talk, [
    { from: "guest 1", to: "wire", frames: 1 },
    { from: "guest 2", to: "wire", frames: 1 },
    { from: "wire", to: "guest 1", frames: 1 },
    { from: "wire", to: "guest 2", frames: 1 },
  ]);
});

test(
  "trapline run --guests --export: the host's wire as one pcap",
  inFolder((folder) => {
    const file = folder.at("wire.pcap");
    const args = ["run", "--mode", "vmxnet3", "--guests", "3", "--packets", "2", "--export", file];
    assert.equal(trapline(...args).status, 0);
    assert.equal(readFileSync(file).length, 24 + 6 * (16 + 60));
  }),
);

test("trapline run: options of several guests are refused by name", () => {
  const cases: [string[], number, RegExp][] = [
    [["--guests", "0", "--mode", "vmxnet3"], 1, /--guests: 0 is not a whole number from 1 to 16\./],
    [["--guests", "8", "--mode", "vf-posted"], 1, /has 7 for guests/],
    [["--guests", "2"], 2, /needs --mode ID\./],
    [["--guest", "vmxnet3", "--guests", "2"], 2, /--guests does not go with --guest\./],
    [["--guest", "vmxnet3", "--mode", "vmxnet3"], 2, /--mode does not go with --guest/],
    [["--guest", "vmxnet3:msix"], 2, /after the colon it must read knob=value/],
    [["--guest", "nothing"], 1, /Mode nothing: there is no such mode/],
    [["--guest", "vmxnet3", "--set", "speed=1"], 1, /Knob speed: no guest's mode has such a knob/],
    [["--guest", "vmxnet3:speed=1"], 1, /Knob speed: mode vmxnet3 has no such knob/],
    [["--guest", "vmxnet3", "--to", "nobody"], 1, /--to: nobody is not one of peer, neighbour\./],
    [["--guest", "vmxnet3", "--export", "a.csv"], 2, /must end in \.pcap/],
  ];
  for (const [args, expected, message] of cases) {
    const { status, stdout, stderr } = trapline("run", ...args);
    assert.equal(status, expected, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, message);
  }
});
