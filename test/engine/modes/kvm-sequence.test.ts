// Linux 6.12 and QEMU 10 on a host with one CPU of AMD's: one packet of each scenario, step by step,
// as KVM's, the scheduler's and the system calls' tracepoints showed it (recordings/kvm, svm-*).
// Left out here: the host's bridge, TSC-deadline writes, rows of rings and of the guest.
import { expect } from "chai";
import { findMode } from "../../../engine/modes/index.ts";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { ACTORS } from "../../../engine/trace/actor.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import { registerKey } from "../../../engine/trace/sentence.ts";

/** What is compared, and the word for it. */
const WORDS: Readonly<Record<number, string>> = {
  [KIND.vmExit]: "exit",
  [KIND.userExit]: "user",
  [KIND.wakeUp]: "wake",
  [KIND.contextSwitch]: "switch",
  [KIND.signal]: "signal",
  [KIND.systemCall]: "call",
  [KIND.interruptInjected]: "inject",
  [KIND.interruptPosted]: "post",
  [KIND.call]: "run",
  [KIND.mmioWrite]: "W",
  [KIND.mmioRead]: "R",
};

function steps(mode: string, direction: "tx" | "rx", knobs: KnobValues = {}): string[] {
  const frames = generatePackets({ count: 1, frameBytesWithoutFcs: 64, seed: 1, direction });
  const one = { hostCpus: 1, cpuVendor: "amd", ...knobs };
  const { trace, registers } = simulate({
    mode: findMode(mode),
    frames,
    direction,
    knobs: one,
    prices: null,
  });
  const lines: string[] = [];
  for (let row = 0; row < trace.length; row++) {
    const [kind, where] = [trace.kind[row] as number, trace.where[row] as number];
    const word = WORDS[kind];
    const guests = trace.actor[row] !== ACTORS.deviceModel.code;
    if (word === undefined || (kind === KIND.call && guests)) continue;
    const name = trace.names[where] ?? "";
    const [a, b] = [trace.a[row] as number, trace.b[row] as number];
    const register = registers.get(registerKey(where, a)) ?? "notify";
    if (word === "W" || word === "R") lines.push(`${word} ${register}`);
    else if (name.includes("IRQ_LINE")) lines.push(`line ${a} ${b}`);
    else lines.push(`${word} ${name}${b === -11 ? " = EAGAIN" : ""}`);
  }
  return lines;
}

const TIMER = ["wake vCPU", "switch vCPU", "inject timer"];
const REST = ["exit hlt", "switch idle"];
const LOWER = ["line 21 0", "line 10 0", "line 10 0"];
const RAISE = ["line 21 1", "line 10 0", "line 10 0"];
const AGAIN = "call ioctl KVM_RUN";

/** An exit to QEMU for a register of the RTL8139. */
function qemu(access: string, ...inside: string[]): string[] {
  return ["exit npf", "user KVM_EXIT_MMIO", access, ...inside, AGAIN];
}

const EOI = ["exit msr read 0x819", "exit msr write 0x80b"];

describe("One packet under KVM", () => {
  it("vtx-rtl8139, tx: everything inside the doorbell's exit, one interrupt, two exits for its EOI", () => {
    expect(steps("vtx-rtl8139", "tx", { hostPath: "none" })).to.deep.equal([
      ...TIMER,
      ...qemu("W TPPoll", "call writev (TAP)", ...RAISE),
      "inject intx",
      ...qemu("R IMR"),
      ...qemu("R ISR"),
      ...qemu("W ISR", ...LOWER),
      ...EOI,
      ...REST,
    ]);
  });

  it("vtx-rtl8139, rx: the main loop receives, eight exits to QEMU follow", () => {
    expect(steps("vtx-rtl8139", "rx", { hostPath: "none" })).to.deep.equal([
      "wake QEMU main loop",
      "switch QEMU main loop",
      "call read (TAP)",
      "line 21 1",
      "wake vCPU",
      "line 10 0",
      "line 10 0",
      "call read (TAP) = EAGAIN",
      "call ppoll",
      "switch vCPU",
      "inject intx",
      ...qemu("R IMR"),
      ...qemu("R ISR"),
      ...qemu("W ISR", ...LOWER, ...RAISE),
      ...qemu("W IMR", ...LOWER),
      ...qemu("R IMR"),
      ...EOI,
      ...qemu("W ISR"),
      ...qemu("W IMR"),
      ...qemu("R IMR"),
      ...REST,
    ]);
  });

  it("virtio-qemu, tx: the main loop runs inside the doorbell's exit, in two turns", () => {
    expect(steps("virtio-qemu", "tx", { hostPath: "none" })).to.deep.equal([
      ...TIMER,
      "exit npf",
      "W notify[1]",
      "signal ioeventfd",
      "wake QEMU main loop",
      "switch QEMU main loop",
      "call read (eventfd)",
      "call ppoll",
      "call writev (TAP)",
      "call ioctl KVM_SIGNAL_MSI",
      "call ppoll",
      "switch vCPU",
      "inject vec2",
      ...REST,
    ]);
  });

  it("virtio-qemu without ioeventfd, tx: the guest is back and halts before the frame is sent", () => {
    expect(steps("virtio-qemu", "tx", { hostPath: "none", ioeventfd: false })).to.deep.equal([
      ...TIMER,
      "exit npf",
      "user KVM_EXIT_MMIO",
      "W notify[1]",
      "call write (eventfd)",
      "wake QEMU main loop",
      AGAIN,
      "exit hlt",
      "switch QEMU main loop",
      "call writev (TAP)",
      "call ioctl KVM_SIGNAL_MSI",
      "wake vCPU",
      "call read (eventfd)",
      "call ppoll",
      "switch vCPU",
      "inject vec2",
      ...REST,
    ]);
  });

  it("virtio-qemu, rx: no exit but the halt", () => {
    expect(steps("virtio-qemu", "rx", { hostPath: "none" })).to.deep.equal([
      "wake QEMU main loop",
      "switch QEMU main loop",
      "call read (TAP)",
      "call ioctl KVM_SIGNAL_MSI",
      "wake vCPU",
      "call read (TAP) = EAGAIN",
      "call ppoll",
      "switch vCPU",
      "inject vec1",
      ...REST,
    ]);
  });

  it("virtio-vhost, tx and rx: the worker alone, QEMU never runs", () => {
    expect(steps("virtio-vhost", "tx", { hostPath: "none" })).to.deep.equal([
      ...TIMER,
      "exit npf",
      "W notify[1]",
      "signal ioeventfd",
      "wake vhost worker",
      "switch vhost worker",
      "run handle_tx",
      "signal irqfd",
      "switch vCPU",
      "inject vec2",
      ...REST,
    ]);
    expect(steps("virtio-vhost", "rx", { hostPath: "none" })).to.deep.equal([
      "wake vhost worker",
      "switch vhost worker",
      "run handle_rx",
      "signal irqfd",
      "wake vCPU",
      "switch vCPU",
      "inject vec1",
      ...REST,
    ]);
  });

  it("vf-injected, tx: the doorbell is a store, the host's interrupt brings the guest out", () => {
    expect(steps("vf-injected", "tx")).to.deep.equal([
      ...TIMER,
      "W TDT[0]",
      "exit interrupt",
      "signal irqfd",
      "inject vf.vec0",
      "W VTEIMS",
      ...REST,
    ]);
  });

  it("with APICv nothing leaves the guest for an interrupt but the EOI of a line", () => {
    const exits = (mode: string, direction: "tx" | "rx") =>
      steps(mode, direction, { cpuVendor: "intel", apicv: true }).filter((step) =>
        step.startsWith("exit"),
      );
    const misconfiguration = "exit EPT misconfiguration";
    expect(exits("vtx-rtl8139", "tx")).to.deep.equal([
      ...Array(4).fill(misconfiguration),
      "exit virtualized EOI",
      "exit HLT",
    ]);
    expect(exits("virtio-vhost", "tx")).to.deep.equal([misconfiguration, "exit HLT"]);
    expect(exits("virtio-vhost", "rx")).to.deep.equal(["exit HLT"]);
  });
});
