import { macText } from "../packets/address-text.ts";
import { traceToText } from "../trace/text.ts";
import type { HostRun } from "./host-simulation.ts";
import { pricesForJson, pricesToText } from "./price-report.ts";
import type { Run } from "./simulate.ts";
import type { Totals } from "./totals.ts";

/** Columns of the table of guests. */
const COLUMNS: readonly (readonly [title: string, of: (totals: Totals) => number])[] = [
  ["VM exits", (totals) => totals.exits],
  ["interrupts", (totals) => totals.interrupts],
  ["copies", (totals) => totals.copies],
  ["bytes copied", (totals) => totals.copiedBytes],
  ["DMA bytes", (totals) => totals.dmaReadBytes + totals.dmaWrittenBytes],
  ["switches", (totals) => totals.contextSwitches],
  ["to wire", (totals) => totals.transmittedFrames],
  ["from wire", (totals) => totals.arrivedFrames],
  ["delivered", (totals) => totals.deliveredFrames],
  ["dropped", (totals) => totals.droppedFrames],
];
const LABEL_WIDTH = 42;
const COLUMN_WIDTH = 13;

/**
 * A run of several guests as a story: each guest's rows, then what each counted, then who talked to
 * whom.
 * @param rowLimit Rows to tell at most, for all guests together; 0 leaves the stories out.
 */
export function hostRunToText(run: HostRun, rowLimit: number): string {
  const { guests, direction, to, packetCount } = run;
  const plural = packetCount === 1 ? "packet" : "packets";
  const whom = to === "neighbour" ? ", each to the next guest" : "";
  const costs = guests[0]?.costs;
  const cpu = costs === undefined ? "" : pricesToText(costs.prices);
  const parts = [
    `${guests.length} guests on one host, ${packetCount} ${plural} each, ${direction}${whom}\n${cpu}`,
  ];
  const rows = Math.floor(rowLimit / guests.length);
  guests.forEach((guest, index) => {
    if (rows > 0) parts.push(`${heading(run, guest, index)}\n`, story(guest, rows));
  });
  parts.push(guestTable(run), talkTable(run));
  if (run.backendSwitches > 0) {
    parts.push(`switches between guests' backends on shared host cores: ${run.backendSwitches}\n`);
  }
  return parts.join("\n");
}

/** The same as JSON: a guest's totals each, the sums, and who talked to whom. */
export function hostRunToJson(run: HostRun): string {
  const { direction, to, packetCount, backendSwitches } = run;
  const guests = run.guests.map(({ mode, knobs, totals }, index) => ({
    guest: index + 1,
    mode: mode.id,
    address: macText(run.macs[index] as Uint8Array, 0),
    knobs,
    totals,
  }));
  const talk = run.talk.flatMap((row, from) =>
    row.flatMap((frames, receiver) =>
      frames === 0 ? [] : [{ from: name(run, from), to: name(run, receiver), frames }],
    ),
  );
  const sums = Object.fromEntries(COLUMNS.map(([title, of]) => [title, sum(run, of)]));
  const costs = run.guests[0]?.costs;
  const cpu = costs && pricesForJson(costs.prices);
  return JSON.stringify(
    { direction, to, packetCount, cpu, guests, sums, talk, backendSwitches },
    null,
    2,
  );
}

function heading(run: HostRun, guest: Run, index: number): string {
  const address = macText(run.macs[index] as Uint8Array, 0);
  return `${name(run, index)}: ${guest.mode.id}, ${address}, ${guest.mode.title}`;
}

function story({ trace, registers, totals }: Run, rows: number): string {
  return traceToText(trace, registers, rows, totals.events);
}

function guestTable(run: HostRun): string {
  const head = COLUMNS.map(([title]) => title.padStart(COLUMN_WIDTH)).join("");
  const lines = [`${"".padEnd(LABEL_WIDTH)}${head}`];
  run.guests.forEach(({ mode, totals, knobs }, index) => {
    const path = knobs["hostPath"];
    const label = `${name(run, index)}, ${mode.id}${path === undefined ? "" : `, ${String(path)}`}`;
    lines.push(tableRow(label, (of) => of(totals)));
  });
  lines.push(tableRow("the host", (of) => sum(run, of)));
  return `${lines.join("\n")}\n`;
}

function tableRow(label: string, value: (of: (totals: Totals) => number) => number): string {
  const cells = COLUMNS.map(([, of]) => String(value(of)).padStart(COLUMN_WIDTH)).join("");
  return `${label.padEnd(LABEL_WIDTH)}${cells}`;
}

function talkTable(run: HostRun): string {
  const names = run.talk.map((_, index) => name(run, index));
  const head = names.map((each) => each.padStart(COLUMN_WIDTH)).join("");
  const lines = [`${"frames from, to".padEnd(LABEL_WIDTH)}${head}`];
  run.talk.forEach((row, from) => {
    const cells = row.map((frames, to) => (from === to && frames === 0 ? "-" : String(frames)));
    const padded = cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join("");
    lines.push(`${(names[from] as string).padEnd(LABEL_WIDTH)}${padded}`);
  });
  return `${lines.join("\n")}\n`;
}

function name(run: HostRun, index: number): string {
  return index < run.guests.length ? `guest ${index + 1}` : "wire";
}

function sum(run: HostRun, of: (totals: Totals) => number): number {
  return run.guests.reduce((total, guest) => total + of(guest.totals), 0);
}
