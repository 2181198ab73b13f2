// Linux 6.12, arch/x86/kvm: what leaves the guest, how interrupts get in, when a vCPU blocks. The
// sequences are those that KVM's own tracepoints showed (recordings/kvm). Costs are not covered.
import { expect } from "chai";
import { kvmOf } from "../../../engine/crossings/kvm.ts";
import { KvmAccess } from "../../../engine/crossings/kvm-access.ts";
import { HAND_OVER, HOST_THREAD } from "../../../engine/core/task.ts";
import { EXIT_REASON } from "../../../engine/cpu/exit-reason.ts";
import { aMachine, rowsOf } from "../a-machine.ts";
import { ATask } from "../core/a-task.ts";
import { aKvmGuest, VECTOR, type KvmGuest } from "./a-kvm.ts";

const NO_APICV = { apicv: false } as const;
const AMD = { vendor: "amd", apicv: false } as const;

/** A store to a device's register, as a driver makes it. */
function store({ kvm, machine }: KvmGuest, body: () => void, ioeventfd = false): void {
  const access = new KvmAccess(kvm, () => ioeventfd);
  access.enter("mmio", 0xfebf_0000, 4, true, 7);
  body();
  access.leave();
  machine.scheduler.guestAccess(2, 0, 0);
}

describe("KvmAccess", () => {
  it("leaves the guest for memory without a page, goes to user space and runs the guest again", () => {
    const guest = aKvmGuest();
    guest.guest(() => store(guest, () => {}));
    expect(guest.steps()).to.deep.equal([
      "vmExit EPT misconfiguration",
      "userExit KVM_EXIT_MMIO",
      "systemCall ioctl KVM_RUN",
      "vmEntry EPT misconfiguration",
      "vmExit HLT",
      "contextSwitch idle",
    ]);
  });

  it("stays in the kernel where an ioeventfd is registered", () => {
    const guest = aKvmGuest();
    guest.guest(() => store(guest, () => {}, true));
    expect(guest.steps().slice(0, 2)).to.deep.equal([
      "vmExit EPT misconfiguration",
      "vmEntry EPT misconfiguration",
    ]);
  });

  it("says of port I/O what the processor says: size, direction and port", () => {
    for (const [options, rows] of [
      [{}, ["I/O instruction reason=30 qualification=3224633345"]],
      [AMD, ["ioio reason=30 qualification=3224633888"]],
    ] as const) {
      const { kvm, machine } = aKvmGuest(options);
      machine.exited = false;
      machine.trace.clear();
      new KvmAccess(kvm).enter("pio", 0xc034, 2, true, 0);
      const first = rowsOf(machine.trace.finish())[0] ?? "";
      expect([first.replace("vmExit ", "")]).to.deep.equal(rows);
    }
  });

  it("names a nested page fault on AMD, with the reserved bit and the direction", () => {
    const guest = aKvmGuest(AMD);
    guest.guest(() => store(guest, () => {}));
    const rows = rowsOf(guest.machine.trace.finish());
    expect(rows).to.include("vmExit npf reason=49 qualification=4294967310");
    expect(rows).to.include("vmExit hlt reason=12 qualification=0");
  });
});

describe("Kvm, interrupts without APICv", () => {
  it("wakes a halted vCPU and injects with the entry", () => {
    const guest = aKvmGuest(NO_APICV);
    guest.machine.post(new ATask(() => guest.message(VECTOR.low), HAND_OVER.frameArrival), 5);
    guest.machine.run();
    expect(guest.steps()).to.deep.equal([
      "msix message",
      "wakeUp vCPU",
      "contextSwitch vCPU",
      "interruptInjected vec40",
      "vmEntry HLT",
      "interruptTaken vec40",
      "lapicEoi vec40",
      "vmExit HLT",
      "deviceStep PV EOI",
      "contextSwitch idle",
    ]);
  });

  it("injects at the entry of an exit that is being handled, without a kick", () => {
    const guest = aKvmGuest(NO_APICV);
    guest.guest(() => store(guest, () => guest.message(VECTOR.low), true));
    expect(guest.steps().slice(0, 6)).to.deep.equal([
      "vmExit EPT misconfiguration",
      "msix message",
      "interruptInjected vec40",
      "vmEntry EPT misconfiguration",
      "interruptTaken vec40",
      "lapicEoi vec40",
    ]);
  });

  it("kicks a running vCPU out", () => {
    const guest = aKvmGuest(NO_APICV);
    const arrival = new ATask(() => guest.message(VECTOR.low), HAND_OVER.frameArrival);
    guest.guest(() => {
      guest.machine.post(arrival, 1);
      guest.accesses(3);
    });
    expect(guest.steps().slice(0, 6)).to.deep.equal([
      "msix message",
      "signal kick (reschedule IPI)",
      "vmExit external interrupt",
      "interruptInjected vec40",
      "vmEntry external interrupt",
      "interruptTaken vec40",
    ]);
  });

  it("waits for the interrupt window while the guest has interrupts disabled", () => {
    const guest = aKvmGuest(NO_APICV);
    const { kernel } = guest.machine;
    guest.guest(() => {
      kernel.disableInterrupts();
      store(guest, () => guest.message(VECTOR.low), true);
      kernel.enableInterrupts();
    });
    expect(guest.steps().slice(2, 7)).to.deep.equal([
      "vmEntry EPT misconfiguration",
      "vmExit interrupt window",
      "interruptInjected vec40",
      "vmEntry interrupt window",
      "interruptTaken vec40",
    ]);
  });

  it("has no PV EOI while a second vector waits: an EOI exit, then the window", () => {
    const guest = aKvmGuest(AMD);
    guest.guest(() =>
      store(
        guest,
        () => {
          guest.message(VECTOR.low);
          guest.message(VECTOR.sameClass);
        },
        true,
      ),
    );
    expect(guest.steps()).to.deep.equal([
      "vmExit npf",
      "msix message",
      "msix message",
      "interruptInjected vec42",
      "vmEntry npf",
      "interruptTaken vec42",
      "vmExit msr write 0x80b",
      "lapicEoi vec42",
      "vmEntry msr write 0x80b",
      "vmExit vintr",
      "interruptInjected vec40",
      "vmEntry vintr",
      "interruptTaken vec40",
      "lapicEoi vec40",
      "vmExit hlt",
      "deviceStep PV EOI",
      "contextSwitch idle",
    ]);
  });

  it("exits on every EOI without PV EOI, by MSR or by the APIC's page", () => {
    for (const [x2apic, exit] of [
      [true, "vmExit WRMSR 0x80b"],
      [false, "vmExit APIC access"],
    ] as const) {
      const guest = aKvmGuest({ ...NO_APICV, pvEoi: false, x2apic });
      guest.machine.post(new ATask(() => guest.message(VECTOR.low)), 5);
      guest.machine.run();
      const steps = guest.steps();
      expect(steps.slice(steps.indexOf("lapicEoi vec40") - 1)[0]).to.equal(exit);
    }
  });

  it("exits twice for the EOI of a level-triggered vector: the trigger mode register is read first", () => {
    const guest = aKvmGuest(NO_APICV);
    guest.machine.post(new ATask(() => guest.pin.setLevel(true), HAND_OVER.frameArrival), 5);
    guest.machine.run();
    const exits = guest.steps().filter((step) => step.startsWith("vmExit"));
    expect(exits).to.deep.equal(["vmExit RDMSR 0x819", "vmExit WRMSR 0x80b", "vmExit HLT"]);
  });

  it("lets a host timer of its own thread in by an exit, and the guest's by the preemption timer", () => {
    for (const [options, exit] of [
      [NO_APICV, "vmExit VMX-preemption timer"],
      [AMD, "vmExit interrupt"],
    ] as const) {
      const guest = aKvmGuest(options);
      guest.guest(() => {
        guest.machine.trace.clear();
        guest.kvm.timerExpired();
        guest.accesses(1);
      });
      const rows = rowsOf(guest.machine.trace.finish()).map((row) => row.split(" reason")[0]);
      expect(rows[0]).to.equal(exit);
      expect(rows.join()).to.contain("interruptInjected timer vector=236");
    }
  });
});

describe("Kvm, interrupts with APICv", () => {
  it("posts, without exit, kick or injection, and tells a running vCPU by the notification vector", () => {
    const guest = aKvmGuest();
    const arrival = new ATask(() => guest.message(VECTOR.low), HAND_OVER.frameArrival);
    guest.guest(() => {
      guest.machine.post(arrival, 1);
      guest.accesses(3);
    });
    expect(guest.steps()).to.deep.equal([
      "msix message",
      "interruptPosted vec40",
      "interruptTaken vec40",
      "lapicEoi vec40",
      "vmExit HLT",
      "contextSwitch idle",
    ]);
  });

  it("exits on the EOI of a level-triggered vector only, with the vector in the qualification", () => {
    const guest = aKvmGuest();
    guest.machine.post(new ATask(() => guest.pin.setLevel(true), HAND_OVER.frameArrival), 5);
    guest.machine.run();
    const exits = rowsOf(guest.machine.trace.finish()).filter((row) => row.startsWith("vmExit"));
    expect(exits).to.deep.equal([
      `vmExit virtualized EOI reason=45 qualification=${VECTOR.line}`,
      "vmExit HLT reason=12 qualification=0",
    ]);
  });

  it("injects a line that is asserted again at the end of its EOI's exit", () => {
    const machine = aKvmGuest().machine;
    const pin = machine.pin(22);
    let count = 0;
    const handleIrq = () => {
      if (++count === 2) pin.setLevel(false);
    };
    machine.kernel.requestLevelIrq(pin, { handleIrq });
    machine.post(new ATask(() => pin.setLevel(true), HAND_OVER.frameArrival), 5);
    machine.run();
    expect(count).to.equal(2);
    expect(machine.exitsByReason[EXIT_REASON.virtualizedEoi]).to.equal(2);
  });
});

describe("Kvm, interrupts of a virtual function", () => {
  it("come to a handler of the host: with one CPU the guest has to leave for it", () => {
    const guest = aKvmGuest({ ...NO_APICV, hostCpus: 1, interruptsFrom: "vfio" });
    guest.guest(() => {
      guest.message(VECTOR.low);
      guest.accesses(1);
    });
    expect(guest.steps().slice(0, 7)).to.deep.equal([
      "msix message",
      "vmExit external interrupt",
      "deviceStep vfio_msihandler",
      "signal irqfd",
      "interruptInjected vec40",
      "vmEntry external interrupt",
      "interruptTaken vec40",
    ]);
  });

  it("are posted by the IOMMU, without a step of the hypervisor's", () => {
    const guest = aKvmGuest({ interruptsFrom: "iommu" });
    guest.guest(() => {
      guest.message(VECTOR.low);
      guest.accesses(1);
    });
    expect(guest.steps().slice(0, 3)).to.deep.equal([
      "msix message",
      "interruptPosted vec40",
      "interruptTaken vec40",
    ]);
  });
});

describe("Kvm, lines and threads of QEMU", () => {
  it("makes three system calls for a PCI line on q35: its pin, and its shadow at the PICs twice", () => {
    const guest = aKvmGuest();
    guest.guest(() => store(guest, () => guest.pin.setLevel(true)));
    const calls = rowsOf(guest.machine.trace.finish()).filter((row) => row.includes("IRQ_LINE"));
    expect(calls.slice(0, 3)).to.deep.equal([
      "systemCall ioctl KVM_IRQ_LINE value=21 result=1",
      "systemCall ioctl KVM_IRQ_LINE value=10 result=0",
      "systemCall ioctl KVM_IRQ_LINE value=10 result=0",
    ]);
  });

  it("with one CPU, a thread woken in an exit runs before the guest goes on", () => {
    const guest = aKvmGuest({ hostCpus: 1, irqfd: true });
    const work = new ATask(() => guest.message(VECTOR.low), HAND_OVER.hostStep, 1);
    work.thread = HOST_THREAD.vhostWorker;
    guest.guest(() =>
      store(
        guest,
        () => {
          guest.kvm.wake(HOST_THREAD.vhostWorker);
          guest.machine.post(work, 60);
        },
        true,
      ),
    );
    expect(guest.steps().slice(0, 9)).to.deep.equal([
      "vmExit EPT misconfiguration",
      "wakeUp vhost worker",
      "contextSwitch vhost worker",
      "msix message",
      "signal irqfd",
      "interruptPosted vec40",
      "contextSwitch vCPU",
      "vmEntry EPT misconfiguration",
      "interruptTaken vec40",
    ]);
  });

  it("with two CPUs, the thread runs beside the guest, which halts meanwhile", () => {
    const guest = aKvmGuest();
    const work = new ATask(() => guest.message(VECTOR.low), HAND_OVER.hostStep, 1);
    work.thread = HOST_THREAD.mainLoop;
    guest.guest(() =>
      store(
        guest,
        () => {
          guest.kvm.wake(HOST_THREAD.mainLoop);
          guest.machine.post(work, 60);
        },
        true,
      ),
    );
    expect(guest.steps()).to.deep.equal([
      "vmExit EPT misconfiguration",
      "wakeUp QEMU main loop",
      "vmEntry EPT misconfiguration",
      "vmExit HLT",
      "contextSwitch idle",
      "contextSwitch QEMU main loop",
      "msix message",
      "systemCall ioctl KVM_SIGNAL_MSI",
      "interruptPosted vec40",
      "wakeUp vCPU",
      "systemCall ppoll",
      "contextSwitch idle",
      "contextSwitch vCPU",
      "vmEntry HLT",
      "interruptTaken vec40",
      "lapicEoi vec40",
      "vmExit HLT",
      "contextSwitch idle",
    ]);
  });

  it("with one CPU, a frame's arrival takes the CPU from the guest", () => {
    const guest = aKvmGuest({ hostCpus: 1 });
    guest.guest(() => {
      guest.machine.post(new ATask(() => {}, HAND_OVER.frameArrival), 1);
      guest.accesses(3);
    });
    expect(guest.steps().slice(0, 2)).to.deep.equal([
      "vmExit external interrupt",
      "vmEntry external interrupt",
    ]);
  });

  it("gives an exit that has nothing to do with the NIC, in which what is pending comes in", () => {
    const guest = aKvmGuest(NO_APICV);
    guest.guest(() => {
      guest.kvm.otherExit("msr write 0x6e0", EXIT_REASON.wrmsr);
      expect(guest.kvm.guestRuns).to.equal(true);
    });
    expect(guest.steps().slice(0, 2)).to.deep.equal([
      "vmExit msr write 0x6e0",
      "vmEntry msr write 0x6e0",
    ]);
  });

  it("is asked for by kvmOf, which fails on a machine without it", () => {
    const { kvm, machine } = aKvmGuest();
    expect(kvmOf(machine)).to.equal(kvm);
    expect(() => kvmOf(aMachine())).to.throw("the machine's host is KVM");
  });
});
