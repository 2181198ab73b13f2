import assert from "node:assert/strict";
import { test } from "node:test";
import { trapline } from "./a-command.ts";

const SMALL = ["--modes", "native,virtio-vhost,vf-posted", "--dir", "rx", "--packets", "200"];

interface Sizing {
  readonly complete: boolean;
  readonly advice: string;
  readonly modes: readonly { readonly mode: string; readonly verdict: string }[];
}

test("trapline size: it prints the modes best first, the advice, and what is given up", () => {
  const { status, stdout } = trapline("size", "--rate", "20k", ...SMALL);
  assert.equal(status, 0);
  assert.match(stdout, /^20\.0k packets a second of 362 bytes \(57\.9 Mbit\/s\) are wanted/m);
  assert.match(stdout, /^vf-posted +yes /m);
  assert.match(stdout, /^virtio-vhost +yes /m);
  assert.match(stdout, / carries 20\.0k packets a second for each guest with /);
  assert.match(stdout, /^ {2}live migration \(vf-posted\): /m);
});

test("trapline size: the number of workers changes nothing", () => {
  const args = ["size", "--vms", "3", "--host-cores", "1", ...SMALL, "--json"];
  const one = trapline(...args, "--workers", "1").stdout;
  const three = trapline(...args, "--workers", "3").stdout;
  assert.equal(one, three);
  const sizing = JSON.parse(one) as Sizing;
  assert.equal(sizing.complete, true);
  assert.deepEqual(sizing.modes.map(({ mode }) => mode).toSorted(), ["vf-posted", "virtio-vhost"]);
});

test("trapline size: a part without posted interrupts has no vf-posted, and says why", () => {
  const { stdout } = trapline("size", ...SMALL, "--cpu", "sandy-bridge-ep", "--rate", "10k");
  assert.match(stdout, /^Not possible:\n {2}vf-posted: The .+ cannot post interrupts /m);
});

test("trapline size: mistakes are one line, with status 1 for input and 2 for usage", () => {
  const wrong: readonly (readonly [args: string[], status: number, message: RegExp])[] = [
    [["--rate", "fast"], 1, /^trapline: --rate: fast is not a rate/],
    [["--vms", "0"], 1, /^trapline: --vms: 0 is not a whole number from 1 to 256\.$/],
    [["--dir", "up"], 1, /^trapline: --dir: up is not one of tx, rx, forward, rr\.$/],
    [["--packet-bytes", "64,128"], 1, /^trapline: --packet-bytes: size takes one size/],
    [["--packet-bytes", "63"], 1, /^trapline: --packet-bytes: 63 is not a whole number/],
    [["--cpu", "z80"], 1, /^trapline: CPU profile z80: /],
    [["--set", "nonsense=1"], 1, /^trapline: Knob nonsense: /],
    [["--modes", "e1000"], 1, /^trapline: Mode e1000: /],
    [["--modes", "native,native"], 2, /^trapline: --modes: native is named twice\.$/],
    [["--pcap", "a", "--packet-bytes", "64"], 2, /^trapline: --packet-bytes does not go with/],
    [["--nonsense"], 2, /^trapline: Unknown option '--nonsense'/],
  ];
  for (const [args, status, message] of wrong) {
    const { stderr, stdout, status: given } = trapline("size", ...args);
    assert.equal(given, status, args.join(" "));
    assert.match(stderr.trimEnd(), message);
    assert.equal(stderr.split("\n").length, 2);
    assert.equal(stdout, "");
  }
});

test("trapline size, sweep, validate: they name a price that was set", () => {
  const set = ["--set", "cost.guestSend=10000"];
  const grid = ["--modes", "vf-dpdk", "--packets", "200"];
  const size = trapline("size", ...grid, "--rate", "1k", ...set);
  assert.match(size.stdout, /^cost\.guestSend = 10000 instructions \(was \d+\)$/m);
  const sweep = trapline(
    "sweep",
    ...grid,
    "--packet-bytes",
    "64",
    "--loads",
    "50",
    ...set,
    "--json",
  );
  const { cpu } = JSON.parse(sweep.stdout) as { cpu: { changed: { name: string }[] } };
  assert.deepEqual(
    cpu.changed.map(({ name }) => name),
    ["guestSend"],
  );
  const validate = trapline("validate", ...set);
  assert.match(validate.stdout, /^cost\.guestSend = 10000 for every point's CPU$/m);
});
