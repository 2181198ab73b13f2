import { expect } from "chai";
import fc from "fast-check";
import { EVENTS, KIND_COUNT, KIND_NAMES } from "../../../engine/trace/schema.ts";
import { accessValue, BYTES_PER_ROW, TraceStore } from "../../../engine/trace/store.ts";

const SEED = 20_266;

describe("TraceStore", () => {
  it("takes 48 bytes a row", () => {
    expect(BYTES_PER_ROW).to.equal(48);
  });

  it(`gives back what was written, however many rows, seed ${SEED}`, () => {
    const row = fc.record({
      start: fc.nat(1e9),
      kind: fc.integer({ min: 1, max: 28 }),
      actor: fc.nat(6),
      where: fc.constantFrom("", "rtl8139", "tx_ring"),
      size: fc.constantFrom(0, 1, 2, 4),
      a: fc.maxSafeNat(),
      b: fc.maxSafeNat(),
      packet: fc.integer({ min: -1, max: 99 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const store = new TraceStore(true, 1);
        const counts = new Map<number, number>();
        rows.forEach((each, at) => {
          store.parent = at - 1;
          store.packet = each.packet;
          const { start, kind, actor, where, size, a, b } = each;
          expect(store.row(start, kind, actor, store.id(where), size, a, b)).to.equal(at);
          counts.set(kind, (counts.get(kind) ?? 0) + 1);
        });
        const trace = store.finish();
        expect(trace.length).to.equal(rows.length);
        rows.forEach((each, at) => {
          expect([
            trace.startCycles[at],
            trace.kind[at],
            trace.actor[at],
            trace.names[trace.where[at] as number],
            trace.sizeBytes[at],
            trace.a[at],
            accessValue(trace, at),
            trace.packet[at],
            trace.parent[at],
            trace.durationCycles[at],
          ]).to.deep.equal([
            each.start,
            each.kind,
            each.actor,
            each.where,
            each.size,
            each.a,
            each.b,
            each.packet,
            at - 1,
            0,
          ]);
        });
        for (const [kind, count] of counts) expect(store.counts[kind]).to.equal(count);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it("keeps its rows when it grows past its first 4,096", () => {
    const store = new TraceStore(true);
    for (let i = 0; i < 10_000; i++) store.row(i, 1, 0, 0, 8, i, 2 ** 52 + i);
    const trace = store.finish();
    expect(trace.length).to.equal(10_000);
    for (const i of [0, 4095, 4096, 8192, 9999]) {
      expect([trace.a[i], accessValue(trace, i)]).to.deep.equal([i, 2 ** 52 + i]);
    }
  });

  it("keeps all 64 bits of an 8-byte value", () => {
    const store = new TraceStore(true);
    const row = store.row(0, 7, 1, 0, 8, 0, 0);
    store.setBits(row, 0xffff_ffff, 0xffff_fffe);
    const read = store.row(0, 1, 1, 0, 8, 0, 0);
    store.setResult(read, 2 ** 52 + 1);
    const trace = store.finish();
    expect(accessValue(trace, 0)).to.equal(0xffff_fffe_ffff_ffffn);
    expect(accessValue(trace, 1)).to.equal(2 ** 52 + 1);
  });

  it("only counts when it is disabled", () => {
    const store = new TraceStore(false);
    expect(store.row(0, 11, 0, 0, 0, 60, 0)).to.equal(-1);
    expect(store.row(0, 11, 0, 0, 0, 40, 0)).to.equal(-1);
    store.setResult(-1, 3);
    store.close(-1, 3);
    expect([store.counts[11], store.sums[11], store.finish().length]).to.deep.equal([2, 100, 0]);
  });

  it("nests spans: what leaves gives way to what encloses it", () => {
    const store = new TraceStore(true);
    const outer = store.row(0, 27, 1, 0, 0, 0, 0);
    store.enter(outer);
    const inner = store.row(2, 27, 1, 0, 0, 0, 0);
    store.enter(inner);
    store.row(3, 7, 1, 0, 2, 0, 0);
    store.leave(inner, 5);
    store.row(6, 7, 1, 0, 2, 0, 0);
    store.leave(outer, 9);
    const trace = store.finish();
    expect([...trace.parent]).to.deep.equal([-1, 0, 1, 0]);
    expect([...trace.durationCycles]).to.deep.equal([9, 3, 0, 0]);
    expect(store.parent).to.equal(-1);
  });

  it("voids references to rows that were cleared: later rows never name them", () => {
    const store = new TraceStore(true);
    const old = store.row(0, 27, 1, store.id("probe"), 0, 0, 0);
    store.row(0, 27, 1, 0, 0, 0, 0);
    store.clear();
    store.cause = old;
    store.parent = old;
    const first = store.row(5, 26, 1, 0, 0, 0, 0);
    store.enter(first);
    store.cause = first;
    store.row(6, 26, 1, 0, 0, 0, 0);
    store.close(old, 99);
    store.setPacket(old, 3);
    store.setResult(old, 4);
    const trace = store.finish();
    expect([...trace.cause]).to.deep.equal([-1, 0]);
    expect([...trace.parent]).to.deep.equal([-1, 0]);
    expect([...trace.durationCycles, ...trace.packet, ...trace.b]).to.deep.equal([
      0, 0, -1, -1, 0, 0,
    ]);
    expect(store.counts[27]).to.equal(0);
    expect(store.id("probe")).to.equal(1);
  });

  it("knows the packet of a row until it is cleared", () => {
    const store = new TraceStore(true);
    store.packet = 5;
    const row = store.row(0, 26, 0, 0, 0, 0, 0);
    expect([store.packetOf(row), store.packetOf(-1)]).to.deep.equal([5, -1]);
    store.clear();
    expect(store.packetOf(row)).to.equal(-1);
  });

  it("makes room at once and keeps what it has, or makes it later where memory is short", () => {
    const store = new TraceStore(true, 1);
    store.row(0, 26, 0, 0, 0, 7, 0);
    store.reserve(100);
    store.reserve(2 ** 52);
    store.row(0, 26, 0, 0, 0, 8, 0);
    expect([...store.finish().a]).to.deep.equal([7, 8]);
  });

  it("changes no finished trace when it goes on", () => {
    const store = new TraceStore(true);
    const row = store.row(1, 27, 1, 0, 0, 7, 0);
    const finished = store.finish();
    store.close(row, 9);
    store.row(2, 27, 1, 0, 0, 8, 0);
    const second = store.finish();
    store.clear();
    store.row(3, 27, 1, 0, 0, 9, 0);
    expect([...finished.durationCycles, ...finished.a]).to.deep.equal([0, 7]);
    expect([...second.durationCycles, ...second.a]).to.deep.equal([8, 0, 7, 8]);
    expect([...store.finish().a]).to.deep.equal([9]);
  });

  it("keeps as many rows as it may, counts the rest, and begins anew after clear", () => {
    const store = new TraceStore(true, 1, 3);
    for (let i = 0; i < 5; i++) store.row(i, 26, 0, 0, 0, i, 0);
    expect(store.finish().length).to.equal(3);
    expect(store.counts[26]).to.equal(5);
    store.clear();
    store.row(9, 26, 0, 0, 0, 9, 0);
    expect([...store.finish().a]).to.deep.equal([9]);
  });
});

describe("EVENTS", () => {
  it("has a code of its own for each kind, below KIND_COUNT, and a name for each code", () => {
    const codes = Object.values(EVENTS).map((event) => event.code);
    expect(new Set(codes).size).to.equal(codes.length);
    expect(Math.max(...codes)).to.equal(KIND_COUNT - 1);
    for (const [name, event] of Object.entries(EVENTS))
      expect(KIND_NAMES[event.code]).to.equal(name);
  });
});
