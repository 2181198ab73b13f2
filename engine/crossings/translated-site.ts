import { assert } from "../core/assert.ts";
import type { AddressSpace } from "../core/crossing.ts";
import type { TranslatedBlock } from "../cpu/mode.ts";
import type { Fragment } from "../cpu/translator/fragment.ts";
import { blockOf } from "../cpu/translator/side-by-side.ts";
import { VirtualMachineMonitor } from "../cpu/translator/virtual-machine-monitor.ts";
import type { VmmListener } from "../cpu/translator/vmm-event.ts";
import type { Instruction } from "../cpu/x86/instruction.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { SiteGuest } from "./site-guest.ts";

const HYPERVISOR = ACTORS.hypervisor.code;
/** #PF: Intel SDM vol. 3A, 6.15 "Exception and Interrupt Reference", interrupt 14. */
const PAGE_FAULT = 14;
/** W/R bit of a page fault's error code; P is clear, as the shadow table has no entry. */
const WRITE = 2;
/** Steps that a call of an accessor takes at most: a dozen. */
const STEPS_MAX = 1000;

/** How a translated instruction reaches the VMM. */
export interface SiteOptions {
  /** Whether instructions that keep faulting on a device's page are translated again. */
  readonly adaptive: boolean;
  /** Hidden page faults of one instruction before it is translated again into a callout, from 1. */
  readonly faultsMax: number;
}

/** One place of the driver that accesses a device. */
export interface Site {
  /** Address of its accessor's code. */
  readonly address: number;
  /** What it accesses, and how. */
  readonly space: AddressSpace;
  readonly deviceAddress: number;
  readonly sizeBytes: number;
  readonly write: boolean;
  /** What every further access is, once no run of the translator changes it any more. */
  settled: "callout" | "fault" | undefined;
  /** The fragment that this was seen in. */
  fragment: Fragment | undefined;
}

/**
 * The instructions of the guest kernel that reach devices. Each place has its accessor in real
 * machine code, which a binary translator runs: an IN or OUT is sensitive by its opcode and a
 * callout from its first translation on; a load or store runs as it is, faults on the page that the
 * shadow page tables leave unmapped, and is translated again into a callout when it has done so
 * `faultsMax` times. What has become of a place is remembered with its fragment, so that a packet
 * does not run the translator again. Adams and Agesen, "A Comparison of Software and Hardware
 * Techniques for x86 Virtualization" (ASPLOS 2006), 3.3 "Adaptive binary translation".
 */
export class TranslatedSites implements VmmListener {
  readonly #machine: Machine;
  readonly #options: SiteOptions;
  readonly #guest = new SiteGuest();
  /** What translates and runs them. */
  readonly vmm: VirtualMachineMonitor;
  /** Hears of changes of places, fragments and the virtual CPU. */
  onChange: (() => void) | undefined;
  /** By page number, then by offset, size and direction. */
  readonly #sites = new Map<number, (Site | undefined)[]>();
  readonly #hiddenFault: number;
  readonly #first: number;
  readonly #again: number;
  #current: Site | undefined;
  #callout = 0;
  #deviceAddress = 0;
  #isWrite = false;

  constructor(machine: Machine, options: SiteOptions) {
    this.#machine = machine;
    this.#options = options;
    this.vmm = new VirtualMachineMonitor(this.#guest.cpu, this.#guest, {
      cacheBytes: 64 << 10,
      tableBytes: 128 << 10,
      ...options,
    });
    this.vmm.listener = this;
    this.#hiddenFault = machine.trace.id("#PF, hidden: device");
    this.#first = machine.trace.id("first time");
    this.#again = machine.trace.id("now calls out");
  }

  /** The places that were reached so far, in the order of their accessors. */
  get sites(): Site[] {
    const all = [...this.#sites.values()].flatMap((sites) =>
      sites.filter((it) => it !== undefined),
    );
    return all.toSorted((one, other) => one.address - other.address);
  }

  /** The accessors beside their translations, as they are now. */
  get blocks(): TranslatedBlock[] {
    const { cache } = this.vmm;
    return cache.fragments.map((fragment) => blockOf(fragment, cache.codeOf(fragment)));
  }

  /**
   * One instruction reaches the VMM.
   * @param space Configuration space is reached by its data port.
   * @param callout What a callout from here is named, a dictionary number.
   */
  reach(
    space: AddressSpace,
    address: number,
    sizeBytes: number,
    write: boolean,
    callout: number,
  ): void {
    const site = this.#siteOf(space, address, sizeBytes, write);
    this.#current = site;
    this.#callout = callout;
    this.#deviceAddress = address;
    this.#isWrite = write;
    if (site.fragment?.valid !== true) this.#run(site, address);
    else if (site.settled === "callout") this.#noteCallout();
    else this.#noteFault();
  }

  /** Accesses of one register with one width and direction are one place of the driver. */
  #siteOf(space: AddressSpace, address: number, sizeBytes: number, write: boolean): Site {
    const page = address >>> 12;
    let sites = this.#sites.get(page);
    if (sites === undefined) {
      sites = [];
      this.#sites.set(page, sites);
    }
    const index = (address & 0xfff) * 32 + sizeBytes * 2 + (write ? 1 : 0);
    let site = sites[index];
    if (site === undefined) {
      const at = this.#guest.addAccessor(space, address, sizeBytes, write);
      const access = { space, deviceAddress: address, sizeBytes, write };
      site = { address: at, ...access, settled: undefined, fragment: undefined };
      sites[index] = site;
    }
    return site;
  }

  /** Runs the accessor on the translator, whose listener writes what becomes of it. */
  #run(site: Site, address: number): void {
    this.#guest.call(site.address, address);
    for (let step = 0; this.vmm.step() !== "halted"; step++) {
      assert(step < STEPS_MAX, "an accessor returns");
    }
    const isSettled = site.settled === "callout" || !this.#options.adaptive;
    if (isSettled) site.fragment = this.vmm.fragmentAt(BigInt(site.address));
    this.onChange?.();
  }

  /** The translator made a block of an accessor, or of where it returns to. */
  translated({ guestAddress, code }: Fragment, reason: string): void {
    if (guestAddress !== BigInt(this.#current?.address ?? 0)) return;
    const name = reason === "first execution" ? this.#first : this.#again;
    this.#machine.note(KIND.translation, HYPERVISOR, name, Number(guestAddress), code.length);
    this.onChange?.();
  }

  /** The accessor's load or store faulted, and is emulated. */
  hiddenFault(): void {
    if (this.#current !== undefined) this.#current.settled = "fault";
    this.#noteFault();
  }

  /** The accessor called out; HLT behind it is not its own. */
  calledOut({ mnemonic }: Instruction): void {
    if (mnemonic === "hlt") return;
    if (this.#current !== undefined) this.#current.settled = "callout";
    this.#noteCallout();
  }

  #noteCallout(): void {
    this.#machine.callout(this.#callout, this.#deviceAddress);
  }

  #noteFault(): void {
    const code = this.#isWrite ? WRITE : 0;
    this.#machine.note(KIND.exception, HYPERVISOR, this.#hiddenFault, PAGE_FAULT, code);
  }
}
