// Trace Event Format (Google): complete events "X", metadata "M", flow events "s" and "f". That a
// viewer draws them is not covered.
import { expect } from "chai";
import { traceToChromeJsonParts } from "../../../engine/trace/chrome-json.ts";
import { aTrace } from "./a-trace.ts";

interface Event {
  readonly ph: string;
  readonly pid: number;
  readonly tid?: number;
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: string;
  readonly cat?: string;
  readonly args?: Record<string, unknown>;
}

function events(trace: ReturnType<typeof aTrace>, cyclesPerMicrosecond = 3000): Event[] {
  const text = [...traceToChromeJsonParts(trace, new Map(), cyclesPerMicrosecond)].join("");
  return (JSON.parse(text) as { traceEvents: Event[] }).traceEvents;
}

describe("traceToChromeJsonParts", () => {
  it("names the process and a thread per actor, sorted from guest to wire", () => {
    const meta = events(aTrace([]));
    expect(meta.every((event) => event.ph === "M")).to.equal(true);
    expect(
      meta.filter((event) => event.name === "thread_name").map((event) => event.tid),
    ).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(
      meta
        .filter((event) => event.name === "thread_sort_index")
        .map((event) => event.args?.["sort_index"]),
    ).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
  });

  it("gives each row as a complete event in microseconds with its arguments by name", () => {
    const [event] = events(
      aTrace([
        {
          at: 4500,
          kind: "wireTransmit",
          actor: "wire",
          where: "wire",
          a: 60,
          b: 3,
          packet: 1,
          until: 7500,
        },
      ]),
    ).filter(({ ph }) => ph === "X");
    expect(event).to.deep.equal({
      ph: "X",
      pid: 1,
      tid: 7,
      ts: 1.5,
      dur: 1,
      name: "carries a frame of 60 bytes away",
      cat: "wireTransmit",
      args: { row: 0, packet: 1, where: "wire", bytes: 60, frame: 3 },
    });
  });

  it("keeps spans around what they enclose, cut to nanoseconds alike", () => {
    const trace = aTrace([
      { at: 1, kind: "call", where: "outer", until: 11 },
      { at: 4, kind: "call", where: "inner", until: 11, parent: 0 },
      { at: 10, kind: "mark", parent: 1 },
    ]);
    const spans = events(trace).filter(({ ph }) => ph === "X");
    for (const [at, span] of spans.entries()) {
      const outer = spans[trace.parent[at] as number];
      if (outer === undefined) continue;
      const ns = (us: number) => Math.round(us * 1000);
      expect(ns(span.ts ?? 0)).to.be.at.least(ns(outer.ts ?? 0));
      const end = ns(outer.ts ?? 0) + ns(outer.dur ?? 0);
      expect(ns(span.ts ?? 0) + ns(span.dur ?? 0)).to.be.at.most(end);
    }
  });

  it("draws an arrow from each cause in another lane: one start, one finish, one id", () => {
    const trace = aTrace([
      { at: 0, kind: "msix", actor: "hardware" },
      { at: 30, kind: "interruptTaken", actor: "guestDriver", cause: 0 },
      { at: 60, kind: "mark", actor: "guestDriver", cause: 1 },
    ]);
    const flows = events(trace).filter(({ cat }) => cat === "cause");
    expect(flows).to.deep.equal([
      { cat: "cause", name: "cause", id: 1, pid: 1, ph: "s", tid: 6, ts: 0 },
      { cat: "cause", name: "cause", id: 1, pid: 1, ph: "f", bp: "e", tid: 2, ts: 0.01 },
    ]);
  });

  it("writes values that JSON numbers cannot hold in hexadecimal", () => {
    const trace = aTrace([{ kind: "ringStore", size: 8, b: 2 ** 63 }]);
    const [event] = events(trace).filter(({ ph }) => ph === "X");
    expect(event?.args?.["value"]).to.equal("0x8000000000000000");
  });

  it("comes in parts that make the same text", () => {
    const trace = aTrace(Array.from({ length: 5000 }, () => ({ kind: "mark" })));
    const parts = [...traceToChromeJsonParts(trace, new Map(), 1000)];
    expect(parts.length).to.be.greaterThan(2);
    expect((JSON.parse(parts.join("")) as { traceEvents: Event[] }).traceEvents.length).to.equal(
      5015,
    );
  });
});
