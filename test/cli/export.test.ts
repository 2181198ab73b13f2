import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, lstatSync } from "node:fs";
import { test } from "node:test";
import { readCapture } from "../../engine/packets/capture.ts";
import { writeWhole } from "../../engine/cli/file.ts";
import { inFolder, trapline } from "./a-command.ts";

const RUN = ["run", "--mode", "vtx-rtl8139", "--packets", "3"];

test(
  "trapline run --export .pcap: the file holds the frames on the wire in their order",
  inFolder((folder) => {
    const target = folder.at("wire.pcap");
    const { status, stdout } = trapline(
      ...RUN,
      "--dir",
      "echo",
      "--size",
      "100",
      "--export",
      target,
    );
    assert.equal(status, 0);
    assert.match(stdout, /^frames delivered to the guest +3 /m);
    const { packets } = readCapture(readFileSync(target), "wire.pcap");
    assert.deepEqual(
      packets.map((packet) => packet.frame.length),
      Array(6).fill(100),
    );
    const times = packets.map((packet) => packet.timestampNs ?? -1n);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => Number(a - b)),
    );
    assert.deepEqual(folder.names, ["wire.pcap"]);
  }),
);

test(
  "trapline run --export .csv: the file has a line for each event that the totals count",
  inFolder((folder) => {
    const target = folder.at("trace.csv");
    const { stdout } = trapline(...RUN, "--export", target, "--json");
    const { totals } = JSON.parse(stdout) as { totals: { events: number } };
    const lines = readFileSync(target, "utf8").split("\r\n");
    assert.match(lines[0] ?? "", /^row,cycles,kind,actor/);
    assert.equal(lines.length, totals.events + 2);
  }),
);

test(
  "trapline run --export .json: the file is JSON in the Trace Event Format",
  inFolder((folder) => {
    const target = folder.at("trace.json");
    assert.equal(trapline(...RUN, "--export", target).status, 0);
    const { traceEvents } = JSON.parse(readFileSync(target, "utf8")) as {
      traceEvents: { ph: string }[];
    };
    assert.ok(traceEvents.filter((event) => event.ph === "X").length > 100);
  }),
);

test(
  "trapline run --export: an older file is replaced, through a link too, and a folder is refused",
  inFolder((folder) => {
    const target = folder.file("trace.csv", "old");
    symlinkSync(target, folder.at("link.csv"));
    mkdirSync(folder.at("folder.csv"));
    assert.equal(trapline(...RUN, "--export", folder.at("link.csv")).status, 0);
    assert.match(readFileSync(target, "utf8"), /^row,cycles/);
    assert.ok(lstatSync(folder.at("link.csv")).isSymbolicLink());
    const refused = trapline(...RUN, "--export", folder.at("folder.csv"));
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /folder\.csv: it cannot be written: it is a folder\.\n$/);
    assert.deepEqual(folder.names, ["folder.csv", "link.csv", "trace.csv"]);
  }),
);

test(
  "writeWhole: when a part fails, the older file stays as it was and no draft is left",
  inFolder((folder) => {
    const target = folder.file("trace.csv", "old");
    function* parts(): Generator<string> {
      yield "new";
      throw new Error("the second part fails");
    }
    assert.throws(() => writeWhole(target, parts()), /the second part fails/);
    assert.equal(readFileSync(target, "utf8"), "old");
    assert.deepEqual(folder.names, ["trace.csv"]);
  }),
);
