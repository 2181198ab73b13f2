import { writePcap } from "#engine";
import { expect } from "chai";
import { Session } from "../../../site/explorer/session.ts";
import { toOwnFile } from "../../../site/packets/own-file.ts";
import { RESTING_PRICES } from "../../../site/prices/price-choice.ts";
import { ARunner } from "./a-runner.ts";

interface Opened {
  readonly session: Session;
  readonly runner: ARunner;
}

async function opened(hash: string): Promise<Opened> {
  const runner = new ARunner();
  const session = new Session(hash, RESTING_PRICES, () => undefined, runner);
  await session.start(hash);
  return { session, runner };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
const choice = (modeId: string, knobs: Readonly<Record<string, string>> = {}) => ({
  modeId,
  knobs,
});
const NATIVE = "#v=1&mode=native&count=1";

/** Whether what is said to be shown is what is shown. */
function agrees({ state, run, place }: Session): boolean {
  return (
    run?.modeId === state.choice.modeId &&
    run.packetCount === state.count &&
    (state.step === 0 || place.step === state.step)
  );
}

for (const [hash, said, kept] of [
  ["#v=1&mode=moon&count=2", "Mode moon", "v"],
  ["#v=1&mode=native:moon=on", "Knob moon", ""],
  ["#v=1&mode=native&count=99999999", "How many", "mode=native"],
  ["#v=1&mode=native&from=file", "choose the file again", "mode=native"],
  ["#v=1&mode=native&view=compare&vs=moon", "Mode moon", ""],
] as const) {
  it(`Session: the link ${hash} says what is wrong, and shows a run all the same`, async () => {
    const { session } = await opened(hash);
    expect(session.problem).to.contain(said);
    expect(session.run).not.to.equal(undefined);
    expect(agrees(session)).to.equal(true);
    expect(session.hash).to.contain(kept === "v" ? "" : kept);
    expect(session.hash).not.to.contain("moon");
  });
}

for (const field of [
  "view=x",
  "dir=up",
  "packet=-3",
  "cpu=moon",
  "cost.moon=1",
  "range=0-1e400",
  "ghz=0",
]) {
  it(`Session: a link with ${field} says that this means nothing here`, async () => {
    const { session } = await opened(`${NATIVE}&${field}`);
    expect(session.problem).to.contain(field.replace("cost.moon=1", "cost.moon"));
    expect(agrees(session)).to.equal(true);
  });
}

it("Session: what is refused leaves state, place and the way back as they were", async () => {
  const { session } = await opened(NATIVE);
  await session.change({ choice: choice("vf-posted") }, "vf-posted");
  session.undo();
  await settled();
  const before = { hash: session.hash, can: session.can, place: session.place };
  await session.change({ count: 0 }, "0 packets");
  expect(session.problem).to.contain("How many");
  expect({ hash: session.hash, can: session.can, place: session.place }).to.deep.equal(before);
  session.redo();
  await settled();
  expect(session.state.choice.modeId).to.equal("vf-posted");
});

it("Session: a run that is stopped after two changes goes back to what is shown, not to the first change", async () => {
  const { session, runner } = await opened(NATIVE);
  runner.waits = true;
  void session.change({ choice: choice("vf-posted") }, "vf-posted");
  await settled();
  void session.change({ count: 2 }, "2 packets");
  await settled();
  session.cancel();
  await settled();
  expect(session.problem).to.contain("stopped");
  expect(session.state.choice.modeId).to.equal("native");
  expect(agrees(session)).to.equal(true);
  expect(session.can.undo).to.equal(false);
});

it("Session: a step made while a run is under way stays when the run is refused", async () => {
  const { session, runner } = await opened(`${NATIVE}&step=1`);
  runner.waits = true;
  void session.change({ choice: choice("vf-posted"), step: 0 }, "vf-posted");
  await settled();
  session.move("next");
  session.move("next");
  session.cancel();
  await settled();
  expect(session.place.step).to.equal(3);
  expect(session.state.step).to.equal(3);
});

it("Session: two changes of one run are both in the sentence that says what changed", async () => {
  const { session, runner } = await opened("#v=1&mode=virtio-qemu&count=1");
  runner.waits = true;
  void session.change({ choice: choice("virtio-qemu", { ioeventfd: "off" }) }, "ioeventfd: off");
  await settled();
  void session.change({ sizeBytes: 100 }, "frames of 100 bytes");
  await settled();
  runner.letGo();
  await settled();
  expect(session.said).to.match(/^ioeventfd: off; frames of 100 bytes: /);
});

it("Session: undo says what it changed, and a comparison what its other mode's knob did", async () => {
  const { session } = await opened("#v=1&mode=native&count=1&view=compare&vs=virtio-qemu");
  const others = [choice("virtio-qemu", { ioeventfd: "off" })];
  await session.change({ others }, "ioeventfd: off");
  expect(session.said).to.match(/^ioeventfd: off \(virtio-qemu:ioeventfd=off\): .+ instead of/);
  session.undo();
  await settled();
  expect(session.said).to.match(/^undone \(virtio-qemu\): .+ instead of/);
});

it("Session: a comparison names the modes whose runs it shows while others are under way", async () => {
  const { session, runner } = await opened("#v=1&mode=native&count=1&view=compare&vs=virtio-qemu");
  runner.waits = true;
  void session.change({ others: [choice("vf-posted")] });
  await settled();
  expect(session.comparedChoices.map(({ modeId }) => modeId)).to.deep.equal(
    session.compared.map(({ modeId }) => modeId),
  );
  runner.letGo();
});

it("Session: a place beyond the run's end is its end, in the link as well", async () => {
  const { session } = await opened("#v=1&mode=native&count=2&packet=99&step=9999");
  expect(session.place.packet).to.equal(2);
  expect(session.hash).to.equal(`v=1&mode=native&count=2&packet=2&step=${session.place.step}`);
});

it("Session: a link that lacks its sender's file is there as it was made, once the file is chosen", async () => {
  const { session } = await opened("#v=1&mode=native&from=file&dir=rx&packet=2&step=3");
  expect(session.problem).to.contain("choose the file again");
  const frames = [1, 2, 3].map((fill) => new Uint8Array(60).fill(fill));
  const packets = frames.map((frame) => ({ timestampNs: 0n, frame }));
  await session.open(toOwnFile("mine.pcap", writePcap(packets)));
  expect(session.problem).to.equal("");
  expect(session.hash).to.contain("mode=native&from=file&dir=rx&packet=2&step=3");
  await session.open(toOwnFile("other.pcap", writePcap(packets)));
  expect(session.state.packet).to.equal(1);
});

it("Session: what is wrong with a state from a file names the file, and only then", async () => {
  const { session } = await opened(NATIVE);
  const state = { ...session.state, choice: choice("native", { moon: "on" }) };
  expect(await session.adopt(state, undefined, "", "mine.json")).to.equal(false);
  expect(session.problem).to.match(/^mine\.json: Knob moon/);
  await session.change({ choice: choice("native", { moon: "on" }) });
  expect(session.problem).to.match(/^Knob moon/);
});

it("Session: a comparison that has a mode back by undo says nothing of modes that only moved", async () => {
  const { session } = await opened("#v=1&mode=native&count=1&view=compare&vs=vmxnet3,vf-posted");
  await session.change({ others: [choice("vf-posted")] });
  expect(session.said).to.equal("");
  session.undo();
  await settled();
  expect(session.compared).to.have.length(3);
  expect(session.said).to.equal("");
});
