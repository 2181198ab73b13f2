// The numbers in the formulas of guest, QEMU, vhost and host stack, read off the recordings again.
import { expect } from "chai";
import { COST_TABLE, type CostName } from "../../../../engine/ledger/costs/index.ts";
import { kvmFiles } from "../../recordings/kvm/kvm-files.ts";
import { linesOf, recordingFiles } from "../../recordings/recording-files.ts";

type Line = Record<string, unknown>;

const typical = (cost: CostName): number => COST_TABLE[cost].value.typical;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function counted(config: string, phase: string): Promise<Line[]> {
  const file = (await recordingFiles(config)).get(`${phase}.insn.jsonl`);
  if (file === undefined) throw new Error(`${config} ${phase}`);
  return linesOf(file).filter((line) => typeof line["insn"] === "number");
}

const at = (line: Line | undefined): number => line?.["insn"] as number;
const where = (line: Line): string => `${line["op"]} ${line["mark"] ?? line["reg"] ?? line["fn"]}`;

/** The lines of the third packet, the first of 64 B, up to the mark that ends it. */
async function third(config: string, phase: "tx" | "rx"): Promise<Line[]> {
  const lines = await counted(config, phase);
  const mark = phase === "tx" ? "send-returned" : "received";
  const ends = lines.flatMap((line, index) => (line["mark"] === mark ? [index + 1] : []));
  const first = phase === "tx" ? "send-call" : undefined;
  const own = lines.slice(ends[1], ends[2]);
  return first === undefined ? own : own.slice(own.findIndex((line) => line["mark"] === first));
}

/** Instructions from the first line that begins so to the first behind it that begins so. */
function step(lines: readonly Line[], from: string, to: string): number {
  const start = lines.findIndex((line) => where(line).startsWith(from));
  const end = lines.findIndex((line, index) => index > start && where(line).startsWith(to));
  return at(lines[end]) - at(lines[start]);
}

describe("Recorded steps of a guest", () => {
  it("virtio_net's transmission is send, start_xmit, interrupt, poll and return", async () => {
    const lines = await third("virtio-split-ioeventfd", "tx");
    const send = step(lines, "mark send-call", "mem_write virtqueue_disable_cb");
    const transmit = step(lines, "mem_write virtqueue_disable_cb", "mmio_write");
    expect(send - 44).to.equal(typical("guestSend"));
    expect(transmit + 44).to.equal(typical("virtioNetTransmit"));
    const entry = step(lines, "mmio_write", "mem_read vring_interrupt");
    expect(entry).to.be.closeTo(typical("guestInterruptEntry"), 1);
    const all = at(lines.at(-1)) - at(lines[0]);
    const sum = (
      [
        "guestSend",
        "virtioNetTransmit",
        "guestInterruptEntry",
        "guestSoftirq",
        "virtioNetPollTransmit",
        "virtioNetTransmitDone",
        "guestSendReturn",
      ] as const
    ).reduce((total, cost) => total + typical(cost), 0);
    expect(sum / all).to.be.within(0.98, 1.02);
  });

  it("virtio_net's poll takes a packet in what its primitives say", async () => {
    const lines = await third("virtio-split-ioeventfd", "rx");
    const softirq = step(lines, "mem_read vring_interrupt", "mem_write virtqueue_disable_cb");
    expect(softirq).to.equal(COST_TABLE.guestSoftirq.value.high);
    const reads = lines.filter((line) => where(line).includes("get_buf_ctx_split"));
    const [, first, , , behind] = reads;
    expect(at(behind) - at(first)).to.equal(8 + 1 + 29 + 1208);
    expect(at(behind) - at(first)).to.equal(COST_TABLE.virtioNetReceive.value.low);
  });

  it("8139cp's doorbell and 8139too's are as far from send as their primitives say", async () => {
    const cp = await third("rtl8139-8139cp", "tx");
    expect(step(cp, "mark send-call", "mmio_write TPPoll")).to.equal(
      typical("guestSend") + typical("rtl8139CpTransmit"),
    );
    const rest = step(cp, "mem_read cp_interrupt", "mark send-returned");
    expect(
      (rest + 19 - typical("guestSendReturn")) / typical("rtl8139CpTransmitDone"),
    ).to.be.within(0.98, 1.02);
    const too = await counted("rtl8139-8139too", "tx");
    expect(step(too, "mark send-call", "mmio_write TSD")).to.equal(
      typical("guestSend") + typical("rtl8139TooTransmit"),
    );
  });

  it("the stack takes about 1,980 instructions for each packet that a poll of 8139cp hands it", async () => {
    const lines = await counted("rtl8139-8139cp", "burst-rx");
    const tails: { packets: number; tail: number }[] = [];
    let packets = 0;
    for (const [index, line] of lines.entries()) {
      const { fn, field, op, reg } = line as Record<string, string | undefined>;
      if (fn?.startsWith("cp_rx_poll") !== true) continue;
      if (op === "mem_write" && field === "+0") packets++;
      if (op !== "mmio_write" || reg !== "IMR") continue;
      tails.push({ packets, tail: at(line) - at(lines[index - 1]) });
      packets = 0;
    }
    const of = (count: number): number =>
      Math.min(...tails.filter((one) => one.packets === count).map(({ tail }) => tail));
    const { low, high } = COST_TABLE.guestReceive.value;
    expect((of(4) - of(1)) / 3).to.be.within(low, high);
    expect(of(2) - of(1)).to.be.within(low, high);
    expect(of(0)).to.be.below(100);
  });

  it("the timer that ends a sleep and the waking of a receiver are segments between exits", async () => {
    const segments = async (folder: string, phase: string, from: number, to: string) => {
      const file = (await kvmFiles(folder)).get(`kvm.${phase}.jsonl`);
      const found: number[] = [];
      let vector: unknown;
      let entry: number | undefined;
      for (const line of linesOf(file as Uint8Array)) {
        if (line["ev"] === "kvm_apicv_accept_irq") vector = line["vector"];
        if (line["ev"] === "kvm_entry") entry = line["t"] as number;
        if (line["ev"] !== "kvm_exit") continue;
        if (entry !== undefined && vector === from && line["reason"] === to) {
          found.push((line["t"] as number) - entry);
        }
        entry = undefined;
        vector = undefined;
      }
      return median(found);
    };
    const empty = 1013;
    const timer = await segments("vtx-virtio-vhost", "tx64", 236, "MSR_WRITE");
    expect((timer - empty + 787) / typical("guestTimerInterrupt")).to.be.within(0.98, 1.02);
    const woken = await segments("vtx-virtio-vhost", "rx64", 38, "MSR_WRITE");
    const work = 246 + 640 + 385 + 1246 + typical("guestReceive") + typical("guestReceiveCall");
    const receiver = woken - empty + 787 + 7530 - work;
    expect(receiver / typical("guestReceiverWake")).to.be.within(0.98, 1.02);
  });
});

describe("Recorded steps of a host", () => {
  /** What the tracer adds to a step that ends in one of its events. */
  const TRACED = 610;

  /** The usual distance between two events of the full round that follow one another, net. */
  async function net(folder: string, phase: string, from: string, to: string): Promise<number> {
    const file = (await kvmFiles(folder, "full")).get(`full.${phase}.jsonl`);
    const lines = linesOf(file as Uint8Array);
    const found: number[] = [];
    const name = (line: Line): string => `${line["who"]} ${line["ev"]}`;
    for (const [index, line] of lines.entries()) {
      const before = lines[index - 1];
      if (before !== undefined && name(before) === from && name(line) === to)
        found.push((line["t"] as number) - (before["t"] as number) - TRACED);
    }
    return median(found);
  }

  it("vhost's worker: from its work to the TAP, in the TAP, and to the irqfd", async () => {
    const folder = "svm-virtio-vhost";
    const begin = await net(folder, "tx64", "vhost handle_tx_kick", "vhost tun_sendmsg");
    const tap = await net(folder, "tx64", "vhost tun_sendmsg", "vhost netif_receive_skb_entry");
    const signal = await net(folder, "tx64", "vhost netif_receive_skb_exit", "vhost irqfd_wakeup");
    expect(705 + begin + tap - 1250 - 650).to.equal(typical("vhostTransmitWake"));
    expect(signal).to.equal(typical("vhostSignal"));
    expect(tap).to.equal(COST_TABLE.hostTapSend.value.high);
  });

  it("the bridge: from the TAP's netif_receive_skb to the other port's start_xmit and back", async () => {
    const folder = "svm-virtio-qemu";
    const sum =
      (await net(folder, "tx64", "qemu netif_receive_skb_entry", "qemu netif_receive_skb")) +
      (await net(folder, "tx64", "qemu netif_receive_skb", "qemu net_dev_queue")) +
      (await net(folder, "tx64", "qemu net_dev_queue", "qemu net_dev_start_xmit")) +
      (await net(folder, "tx64", "qemu net_dev_xmit", "qemu netif_receive_skb_exit"));
    expect(sum / typical("hostBridge")).to.be.within(0.98, 1.02);
  });

  it("a TAP's queue takes a frame in what its primitive says", async () => {
    const folder = "svm-virtio-vhost";
    const queue = await net(folder, "rx64", "l1gen net_dev_start_xmit", "l1gen tun_net_xmit");
    const wait = await net(folder, "rx64", "l1gen tun_net_xmit", "l1gen vhost_poll_wakeup");
    expect(queue + wait).to.equal(typical("hostTapQueue"));
  });
});
