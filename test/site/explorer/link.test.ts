import { expect } from "chai";
import fc from "fast-check";
import { restingState, type ExplorerState } from "../../../site/explorer/explorer-state.ts";
import { hashToState, stateToHash } from "../../../site/explorer/link.ts";
import { RESTING_PRICES } from "../../../site/prices/price-choice.ts";

const REST = restingState(RESTING_PRICES);
const toHash = (state: ExplorerState) => stateToHash(state, RESTING_PRICES);
const toState = (hash: string) => hashToState(hash, RESTING_PRICES);

const name = fc.stringMatching(/^[a-z][\w.-]{0,15}$/);
const choice = fc.record({
  modeId: fc.constantFrom("native", "vtx-rtl8139", "virtio-vhost", "vf-posted"),
  knobs: fc.dictionary(name, fc.constantFrom("on", "off", "64", "vrouter"), { maxKeys: 3 }),
});
const number = fc.integer({ min: 0, max: 999_999_999 });

const anyState: fc.Arbitrary<ExplorerState> = fc.record({
  view: fc.constantFrom("one", "compare", "recorded"),
  choice,
  others: fc.array(choice, { maxLength: 3 }),
  source: fc.constantFrom("generated", "file", "ping.pcap"),
  direction: fc.constantFrom("tx", "rx", "echo"),
  count: number,
  sizeBytes: number,
  gapMicroseconds: fc.oneof(number, fc.constantFrom(0.5, 12.125)),
  prices: fc.constantFrom(RESTING_PRICES, {
    ...RESTING_PRICES,
    mitigations: false,
    overrides: { vmRoundTrip: 500 },
  }),
  packet: number,
  step: number,
  panel: fc.constantFrom("state", "rings", "frame", "events"),
  drawer: fc.constantFrom("timeline", "ledger"),
  open: fc.array(name, { maxLength: 3 }),
  only: fc.array(name, { maxLength: 3 }),
  filter: fc.string({ maxLength: 30 }),
  range: fc.constantFrom(undefined, [0, 10] as const, [1200, 5_000_000] as const),
  address: fc.constantFrom(-1, 0x10_0000, 0xffff_ffff),
  stage: fc.constantFrom("", "doorbell", "rxTaken"),
  recording: fc.constantFrom("", "virtio-split"),
});

it("A link carries the whole state: state to link to state is the same", () => {
  fc.assert(
    fc.property(anyState, (state) => {
      expect(toState(toHash(state))).to.deep.equal(state);
    }),
    { seed: 5, numRuns: 400 },
  );
});

it("A link of the state at rest is empty, and of one step a few characters", () => {
  expect(toHash(REST)).to.equal("");
  expect(toHash({ ...REST, packet: 2, step: 14 })).to.equal("v=1&packet=2&step=14");
});

it("A link of a thorough comparison is short enough to mail: under 300 characters", () => {
  const link = toHash({
    ...REST,
    view: "compare",
    choice: { modeId: "virtio-qemu", knobs: { eventIndex: "off", hostPath: "vrouter" } },
    others: [
      { modeId: "virtio-vhost", knobs: { eventIndex: "off" } },
      { modeId: "vf-posted", knobs: {} },
    ],
    source: "web-page.pcapng",
    direction: "rx",
    prices: { ...RESTING_PRICES, overrides: { vmRoundTrip: 500 } },
    packet: 12,
    step: 31,
    filter: "exit or reg:ISR",
  });
  expect(link.length).to.be.below(300);
});

// Links as they were once made: none of them may ever stop to work.
const OLD_LINKS: readonly [hash: string, expected: Partial<ExplorerState>][] = [
  [
    "#from=ping.pcap&dir=echo&modes=vtx-rtl8139,virtio-qemu&in=virtio-qemu&packet=3&step=12",
    {
      source: "ping.pcap",
      direction: "echo",
      choice: { modeId: "virtio-qemu", knobs: {} },
      others: [{ modeId: "vtx-rtl8139", knobs: {} }],
      count: 1,
      packet: 3,
      step: 12,
    },
  ],
  [
    "#step=17",
    {
      others: ["virtio-qemu", "vf-injected", "vf-posted"].map((modeId) => ({ modeId, knobs: {} })),
      count: 1,
      step: 17,
    },
  ],
  [
    "#v=1&mode=virtio-qemu:eventIndex=off&count=64&size=1514&gap=0&packet=64&panel=rings",
    {
      choice: { modeId: "virtio-qemu", knobs: { eventIndex: "off" } },
      count: 64,
      sizeBytes: 1514,
      gapMicroseconds: 0,
      packet: 64,
      panel: "rings",
    },
  ],
];
for (const [hash, expected] of OLD_LINKS) {
  it(`A link such as ${hash} of ${hash.includes("v=1") ? "version 1" : "the home page"} still means what it meant`, () => {
    expect(toState(hash)).to.deep.equal({ ...REST, ...expected });
  });
}

it("A link that says nonsense falls back to rest, field by field", () => {
  const hash =
    "#v=1&view=x&mode=a:b&vs=::,&from=../etc&dir=up&count=-1&packet=1e9&range=9-3&address=zz";
  expect(toState(hash)).to.deep.equal({ ...REST, others: [] });
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(() => toState(text)).not.to.throw();
    }),
    { seed: 7 },
  );
});
