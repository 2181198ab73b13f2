// Adams and Agesen, "A Comparison of Software and Hardware Techniques for x86 Virtualization"
// (ASPLOS 2006). Each program runs natively too; what the guest can see of itself must be the same.
import { expect } from "chai";
import type { VmmListener } from "../../../../engine/cpu/translator/vmm-event.ts";
import type { VmmOptions } from "../../../../engine/cpu/translator/vmm-options.ts";
import { VirtualMachineMonitor } from "../../../../engine/cpu/translator/virtual-machine-monitor.ts";
import {
  aGuest,
  bytesOf,
  LAYOUT,
  le32,
  type Prepare,
  runNative,
  runToHalt,
  runTranslated,
  visible,
} from "./a-guest.ts";

/** Runs natively and translated, holds them against each other, and gives the VMM with its log. */
function run(code: string, options: VmmOptions = {}, prepare?: Prepare) {
  const native = runNative(code, prepare);
  const { machine, cpu } = aGuest(code);
  prepare?.(machine, cpu);
  const vmm = new VirtualMachineMonitor(cpu, machine, options);
  const log: string[] = [];
  vmm.listener = listenerOf(log);
  runToHalt(vmm, machine);
  expect(visible({ machine, cpu })).to.deep.equal(visible(native));
  return { vmm, machine, cpu, log };
}

function listenerOf(log: string[]): VmmListener {
  const at = (address: bigint) => (address - BigInt(LAYOUT.code)).toString();
  return {
    translated: ({ guestAddress }, reason) => log.push(`translated ${at(guestAddress)}: ${reason}`),
    chained: (from, _exit, to) =>
      log.push(`chained ${at(from.guestAddress)} to ${at(to.guestAddress)}`),
    lookedUp: (target, hit) => log.push(`looked up ${at(target)}: ${hit ? "hit" : "miss"}`),
    calledOut: ({ mnemonic }) => log.push(`callout ${mnemonic}`),
    hiddenFault: (kind, _linear, { mnemonic }) => log.push(`hidden fault, ${kind}: ${mnemonic}`),
    reflected: (vector) => log.push(`exception ${vector}`),
    interrupted: (vector, address) => log.push(`interrupt ${vector} at ${at(address)}`),
    invalidated: (fragments) =>
      log.push(`dropped ${fragments.map((it) => at(it.guestAddress)).join()}`),
    handedOver: ({ mnemonic }) => log.push(`handed over ${mnemonic}`),
  };
}

const SUM_LOOP = "31 c0  b9 0a 00 00 00  01 c8  ff c9  75 fa  f4";

describe("VirtualMachineMonitor, translation", () => {
  it("translates each block once and chains the loop: the VMM is not asked again", () => {
    const { vmm, log, cpu } = run(SUM_LOOP);
    expect(log).to.deep.equal([
      "translated 0: first execution",
      "translated 7: first execution",
      "chained 0 to 7",
      "chained 7 to 7",
      "translated 13: first execution",
      "chained 7 to 13",
      "callout hlt",
    ]);
    expect(vmm.counts).to.include({ entered: 11, dispatched: 3, callouts: 1 });
    expect(vmm.cache.counts).to.include({ translated: 3, chained: 3 });
    expect(cpu.gpr[0]).to.equal(55n);
  });

  it("asks the VMM at each end of a block without chaining", () => {
    const { vmm } = run(SUM_LOOP, { chaining: false });
    expect(vmm.counts).to.include({ entered: 11, dispatched: 10 });
    expect(vmm.cache.counts.chained).to.equal(0);
  });

  it("looks returns up: the first is translated then, the next ones are found", () => {
    // mov ecx, 3; again: call f; dec ecx; jnz again; hlt; f: ret
    const { log, vmm } = run("b9 03 00 00 00  e8 05 00 00 00  ff c9  75 f7  f4  c3");
    expect(log.filter((line) => line.startsWith("looked"))).to.deep.equal([
      "looked up 10: miss",
      "looked up 10: hit",
      "looked up 10: hit",
    ]);
    expect(vmm.counts).to.include({ lookups: 3, lookupHits: 2 });
  });

  it("does not chain across pages, where code may be mapped anew", () => {
    // jmp to the next page and back: 0x11000 hlt
    const { vmm } = run(`e9 ${le32(0x1000 - 5)}`, {}, (machine) => machine.load(0x11000, [0xf4]));
    expect(vmm.cache.counts).to.include({ translated: 2, chained: 0 });
  });

  it("empties a cache that is full, and goes on", () => {
    // 200 blocks of one jump each, twice
    const body = "eb 00 ".repeat(200);
    const code = `b9 02 00 00 00 ${body} ff c9 0f 85 ${le32(-(400 + 2 + 6))} f4`;
    const { vmm } = run(code, { cacheBytes: 4096 });
    expect(vmm.cache.counts.flushes).to.be.greaterThan(1);
    expect(vmm.cache.usedByteCount).to.be.lessThan(4096);
  });

  it("translates a block anew when its code was written to: self-modifying code", () => {
    // f: mov eax, 1; ret. Called, its immediate changed to 2, called again.
    const f = LAYOUT.code + 0x40;
    const call = (from: number) => `e8 ${le32(0x40 - from - 5)}`;
    const store = `c6 04 25 ${le32(f + 1)} 02`;
    const code = `${call(0)} 89 c3 ${store} ${call(15)} f4`;
    const { cpu, log, vmm } = run(code, {}, (machine) =>
      machine.load(f, bytesOf("b8 01 00 00 00 c3")),
    );
    expect([cpu.gpr[3], cpu.gpr[0]]).to.deep.equal([1n, 2n]);
    expect(log).to.include("hidden fault, tracedCode: mov");
    expect(log).to.include("dropped 64");
    expect(vmm.cache.counts.invalidated).to.equal(1);
  });

  it("goes on in new code when a block changes the instruction behind the write", () => {
    // mov byte [next+1], 7; next: mov al, 1; hlt
    const { cpu } = run(`c6 04 25 ${le32(LAYOUT.code + 9)} 07  b0 01  f4`);
    expect(cpu.gpr[0]).to.equal(7n);
  });

  it("shows source and translation beside each other, by fragment", () => {
    const { vmm } = run(SUM_LOOP);
    expect(
      vmm.cache.fragments.map((it) => [it.instructions.length, it.enteredCount]),
    ).to.deep.equal([
      [4 + 1, 1],
      [3, 9],
      [1, 1],
    ]);
  });
});

describe("VirtualMachineMonitor, ring compression", () => {
  it("hides ring 1 and the real tables from instructions that do not fault", () => {
    // mov eax, cs; smsw ebx; sgdt [data]; sidt [data+16]; str ecx
    const data = LAYOUT.data;
    const code = `8c c8  0f 01 e3  0f 01 04 25 ${le32(data)}  0f 01 0c 25 ${le32(data + 16)}  0f 00 c9  f4`;
    const { cpu, log } = run(code);
    expect((cpu.gpr[0] as bigint) & 3n).to.equal(0n);
    expect(log.filter((line) => line.startsWith("callout"))).to.deep.equal([
      "callout mov",
      "callout smsw",
      "callout sgdt",
      "callout sidt",
      "callout str",
      "callout hlt",
    ]);
  });

  it("keeps IF and IOPL virtual through CLI, STI, PUSHF and POPF without a callout", () => {
    // cli; pushfq; pop rax; sti; pushfq; pop rbx; push 0x3002; popfq; pushfq; pop rcx; hlt
    const { cpu, log } = run("fa 9c 58  fb 9c 5b  68 02 30 00 00 9d  9c 59  f4");
    expect([0, 3, 1].map((register) => (cpu.gpr[register] as bigint) & 0x3200n)).to.deep.equal([
      0n,
      0x200n,
      0x3000n,
    ]);
    expect(log.filter((line) => line.startsWith("callout"))).to.deep.equal(["callout hlt"]);
  });

  it("leaves no byte of its own on the guest's stack or in its flags", () => {
    // stc; std; pushfq; popfq; with the stack's memory compared by `run`
    run("f9 fd 50 53 9c 9d 5b 58 f4");
  });

  it("cannot be read or written by the guest at its own addresses", () => {
    // mov eax, [VCPU page]: #PF in the guest, whose handler halts
    const { log, cpu } = run("8b 04 25 00 00 c0 ff f4", {}, (machine) =>
      machine.load(LAYOUT.handlers + 14 * 16, [0xf4]),
    );
    expect(log).to.include("exception 14");
    expect(cpu.cr2).to.equal(0xffff_ffff_ffc0_0000n);
  });

  it("runs user code as it is, and sees its system calls and interrupts", () => {
    // push ss, rsp, flags, cs, rip; iretq to ring 3: inc eax; int 0x80; pushfq; pop rbx; jmp $-1
    const code =
      `6a 1b  68 ${le32(LAYOUT.userStackTop - 16)}  68 02 02 00 00  6a 23  68 ${le32(LAYOUT.user)}` +
      " 48 cf";
    const { vmm, log } = run(code, {}, (machine) => {
      machine.load(LAYOUT.user, bytesOf("31 c0 ff c0 ff c0 9c 5b cd 80"));
      machine.load(LAYOUT.handlers + 0x80 * 16, [0xf4]);
    });
    expect(vmm.counts.direct).to.equal(4);
    expect(log).to.include.members(["callout iretq", "handed over pushfq", "handed over int"]);
  });

  it("gives user code its own exceptions", () => {
    const code =
      `6a 1b  68 ${le32(LAYOUT.userStackTop - 16)}  68 02 02 00 00  6a 23  68 ${le32(LAYOUT.user)}` +
      " 48 cf";
    for (const [text, vector] of [
      ["fa", 13],
      ["0f 0b", 6],
      ["8b 04 25 00 00 00 00", 14],
      [`8b 04 25 ${le32(LAYOUT.data)}`, 14],
      ["f7 f1", 0],
    ] as const) {
      const { log } = run(code, {}, (machine) => {
        machine.load(LAYOUT.user, bytesOf(text));
        machine.load(LAYOUT.handlers + vector * 16, [0xf4]);
      });
      expect(log, text).to.include(`exception ${vector}`);
    }
  });
});

describe("VirtualMachineMonitor, devices", () => {
  /** Ten stores to a device in a loop, then HLT. */
  const STORES = `b9 0a 00 00 00  89 0c 25 ${le32(LAYOUT.device)}  e2 f7  f4`;

  it("emulates hidden page faults, and translates an instruction that keeps faulting again", () => {
    const { vmm, log } = run(STORES);
    expect(log.filter((line) => line === "hidden fault, device: mov").length).to.equal(4);
    expect(log.filter((line) => line === "callout mov").length).to.equal(6);
    expect(log).to.include("translated 5: again, with a callout");
    expect(vmm.counts).to.include({ emulatedFaults: 4, adapted: 1, callouts: 7 });
  });

  it("faults each time without adaptation", () => {
    const { vmm } = run(STORES, { adaptive: false });
    expect(vmm.counts).to.include({ emulatedFaults: 10, adapted: 0, callouts: 1 });
  });

  it("adapts after as many faults as it was told", () => {
    expect(run(STORES, { faultsMax: 1 }).vmm.counts.emulatedFaults).to.equal(1);
    expect(run(STORES, { faultsMax: 9 }).vmm.counts.emulatedFaults).to.equal(9);
  });

  it("keeps a callout right for ordinary memory as well", () => {
    // The same store goes to the device four times, then to memory.
    const code =
      `b9 08 00 00 00  be ${le32(LAYOUT.device)}  bf ${le32(LAYOUT.data)}` +
      "  83 f9 04  0f 44 f7  89 0e  e2 f6  f4";
    run(code, { faultsMax: 2 });
  });

  it("repeats string instructions on a device as often as they say", () => {
    const { machine } = run(`b9 05 00 00 00  bf ${le32(LAYOUT.device)}  f3 ab  f4`);
    expect(machine.log.length).to.equal(5);
  });
});

describe("VirtualMachineMonitor, memory", () => {
  const pte = (page: number) => LAYOUT.pageTables + 0x3000 + 8 * (page >> 12);

  it("tells true page faults from hidden ones", () => {
    const { vmm, log } = run("8b 04 25 00 00 00 00  f4", {}, (machine) =>
      machine.load(LAYOUT.handlers + 14 * 16, [0xf4]),
    );
    expect(log.filter((line) => line.startsWith("exception"))).to.deep.equal(["exception 14"]);
    expect(vmm.counts.reflected).to.equal(1);
  });

  it("sees the guest change its page tables, as they are traced", () => {
    // Read data, map data to the next page, read again: no INVLPG is needed to see it here.
    const code =
      `8b 04 25 ${le32(LAYOUT.data)}` +
      `  c7 04 25 ${le32(pte(LAYOUT.data))} ${le32((LAYOUT.data + 0x1000) | 3)}` +
      `  8b 1c 25 ${le32(LAYOUT.data)}  f4`;
    const { vmm, log, cpu } = run(code, {}, (machine) => {
      machine.load(LAYOUT.data, [1]);
      machine.load(LAYOUT.data + 0x1000, [2]);
    });
    expect([cpu.gpr[0], cpu.gpr[3]]).to.deep.equal([1n, 2n]);
    expect(log).to.include("hidden fault, tracedTable: mov");
    expect(vmm.shadow.counts.dropped).to.be.greaterThan(0);
  });

  it("sets accessed and dirty bits in the guest's tables as the processor would", () => {
    const code =
      `8b 04 25 ${le32(LAYOUT.data)}  8b 04 25 ${le32(pte(LAYOUT.data))}` +
      `  89 04 25 ${le32(LAYOUT.data)}  8b 1c 25 ${le32(pte(LAYOUT.data))}  f4`;
    const { cpu } = run(code);
    expect([0, 3].map((register) => (cpu.gpr[register] as bigint) & 0x60n)).to.deep.equal([
      0x20n,
      0x60n,
    ]);
  });

  it("keeps blocks at one address apart by the page that they were read from", () => {
    // f at 0x12000 is called, then 0x12000 is mapped to 0x13000 and called again.
    const call = (from: number) => `e8 ${le32(0x2000 - from - 5)}`;
    const map = `c7 04 25 ${le32(pte(0x12000))} ${le32(0x13003)}`;
    const back = `c7 04 25 ${le32(pte(0x12000))} ${le32(0x12003)}`;
    const code = `${call(0)} 89 c3 ${map} ${call(18)} 89 c1 ${back} ${call(36)} f4`;
    const { cpu, vmm } = run(code, {}, (machine) => {
      machine.load(0x12000, bytesOf("b8 01 00 00 00 c3"));
      machine.load(0x13000, bytesOf("b8 02 00 00 00 c3"));
    });
    expect([3, 1, 0].map((register) => cpu.gpr[register])).to.deep.equal([1n, 2n, 1n]);
    expect(vmm.counts.lookups).to.equal(3);
    expect(vmm.cache.fragments.filter((it) => it.guestAddress === 0x12000n).length).to.equal(2);
  });

  it("takes a known address space up again when CR3 comes back", () => {
    // A second top table with the same content; there and back.
    const other = LAYOUT.pageTables + 0x4000;
    const load = (cr3: number) => `b8 ${le32(cr3)} 0f 22 d8`;
    const code = `${load(other)} ${load(LAYOUT.pageTables)} ${load(other)} f4`;
    const { vmm } = run(code, {}, (machine) => {
      machine.memory.setBigUint64(other, BigInt(LAYOUT.pageTables + 0x1000) | 7n, true);
    });
    expect(vmm.shadow.counts).to.include({ builtSpaces: 2, reusedSpaces: 2 });
  });

  it("lets ring 0 write to read-only pages while CR0.WP is clear", () => {
    const code = `0f 20 c0  25 ${le32(~0x10000)}  0f 22 c0  89 04 25 ${le32(LAYOUT.data)}  f4`;
    const { log } = run(code, {}, (machine) => {
      machine.memory.setBigUint64(pte(LAYOUT.data), BigInt(LAYOUT.data) | 1n, true);
    });
    expect(log).to.include("hidden fault, other: mov");
  });
});

describe("VirtualMachineMonitor, interrupts", () => {
  it("lets a block end before it delivers what came from outside meanwhile", () => {
    // sti; nop; jmp; inc ebx (here it comes), inc ebx, inc ebx, jmp; cli; hlt
    const { log, cpu } = runInterruptedAt("fb 90 eb 00  ff c3 ff c3 ff c3 eb 00  fa f4", 1n);
    expect(log).to.deep.equal(["interrupt 64 at 12"]);
    expect(cpu.gpr[3]).to.equal(3n);
  });

  it("comes between the blocks of a chained loop", () => {
    // sti; mov ecx, 9; loop: inc ebx; dec ecx; jnz loop; cli; hlt
    const { log, vmm } = runInterruptedAt("fb b9 09 00 00 00 ff c3 ff c9 75 fa fa f4", 5n);
    expect(log).to.deep.equal(["interrupt 64 at 6"]);
    expect(vmm.cache.counts.chained).to.be.greaterThan(1);
  });

  it("waits for the virtual IF, and comes behind the instruction after STI", () => {
    // inc ebx with IF clear: pending; jmp; jmp; sti; inc ebx; inc ebx; cli; hlt
    const { log } = runInterruptedAt("ff c3 eb 00 eb 00 fb ff c3 ff c3 fa f4", 1n);
    expect(log).to.deep.equal(["interrupt 64 at 9"]);
  });

  it("delivers what an instruction itself causes right behind it, as the processor would", () => {
    // sti; nop; store to a doorbell that interrupts; cli; hlt
    const code = `fb 90 89 04 25 ${le32(LAYOUT.device + 0xff0)} fa f4`;
    const { log } = run(code, {}, (machine) => {
      machine.onDoorbell = () => {
        machine.pending = 0x40;
      };
    });
    expect(log.filter((line) => line.startsWith("interrupt"))).to.deep.equal(["interrupt 64 at 9"]);
  });

  it("wakes a guest that halted, which is the callout HLT", () => {
    const { machine, cpu } = aGuest("fb f4 fa f4");
    const vmm = new VirtualMachineMonitor(cpu, machine);
    let slept = 0;
    machine.sleep = () => {
      if (slept++ > 0) return false;
      machine.pending = 0x41;
      return true;
    };
    runToHalt(vmm, machine);
    expect(vmm.halted).to.equal(true);
    expect(vmm.counts.interrupts).to.equal(1);
    expect(machine.memory.getUint8(LAYOUT.data + 0xe00 + 0x41)).to.equal(1);
  });

  /** An interrupt comes from outside in the moment in which RBX is `rbx` on the real processor. */
  function runInterruptedAt(code: string, rbx: bigint) {
    const log: string[] = [];
    const { machine, cpu } = aGuest(code);
    const vmm = new VirtualMachineMonitor(cpu, machine);
    vmm.listener = {
      interrupted: (vector, at) => log.push(`interrupt ${vector} at ${Number(at) - LAYOUT.code}`),
    };
    let isRaised = false;
    for (let n = 0; n < 1000; n++) {
      if (vmm.step() === "halted") break;
      if (isRaised || vmm.vcpu.real.gpr[3] !== rbx) continue;
      machine.pending = 0x40;
      isRaised = true;
    }
    expect(vmm.halted).to.equal(true);
    expect(machine.memory.getUint8(LAYOUT.data + 0xe00 + 0x40)).to.equal(1);
    return { log, vmm, cpu };
  }
});

describe("VirtualMachineMonitor, bad guests", () => {
  it("names bytes that are no instruction of the subset when they are reached, not before", () => {
    expect(() => runTranslated("31 c0  0f 58 c1")).to.throw("0f 58");
    expect(() => runTranslated("31 c0  f4  0f 58 c1")).to.not.throw();
  });

  it("faults where code is not mapped, with the guest's own page fault", () => {
    const { cpu } = run("31 c0 ff e0", {}, (machine) =>
      machine.load(LAYOUT.handlers + 14 * 16, [0xf4]),
    );
    expect(cpu.cr2).to.equal(0n);
  });
});
