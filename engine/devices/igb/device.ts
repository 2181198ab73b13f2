import type { Wire, FrameSink, Received } from "../../host/wire.ts";
import { RECEIVED } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import type { DmaPort } from "../../memory/dma-port.ts";
import type { ConfigSpace } from "../../pci/config-space.ts";
import { Msix } from "../../pci/msix.ts";
import { SriovCapability } from "../../pci/sriov-capability.ts";
import type { Region } from "../../registers/region.ts";
import { ACTORS } from "../../trace/actor.ts";
import { CHIP_IGB, type IgbBehaviours } from "./behaviour.ts";
import { Chip } from "./chip/chip.ts";
import { PF_VECTOR_COUNT, VF_VECTOR_COUNT } from "./chip/interrupts.ts";
import { RegisterAccess } from "./chip/register-access.ts";
import { aliases, NO_WORD, PF_TABLES, VF_BYTES, vfWords, WORD_COUNT } from "./chip/register-map.ts";
import { POOL_COUNT } from "./chip/word.ts";
import {
  PF_REGISTER_MEANINGS,
  PF_REGISTER_NAMES,
  VF_REGISTER_MEANINGS,
  VF_REGISTER_NAMES,
} from "./registers/name.ts";
import {
  addExpress,
  addPfTail,
  CAPABILITY,
  pfConfig,
  VF_BAR_BYTES,
  VF_DEVICE_ID,
  VF_ROUTING,
  vfConfig,
} from "./config.ts";
import { VF_REGISTERS } from "./registers/vf.ts";

const COMMAND_MASTER = 4;

/** What an 82576 is built with. */
export interface Igb82576Options {
  /** Permanent Ethernet address of the physical function, 6 bytes. */
  readonly macAddress: Uint8Array;
  /** Who the device is in the trace, default the hardware. */
  readonly actor?: number;
  /** Default the chip's own. */
  readonly behaviours?: IgbBehaviours;
  /** Way to guest memory of the physical function, default untranslated. */
  readonly dma?: DmaPort;
  /** Way to guest memory of each virtual function, default the physical function's. */
  readonly vfDma?: (vf: number) => DmaPort;
  /** Whether names in the trace tell PF and VF apart (`pf.vec0`, `msix-table(pf)`), default false. */
  readonly functionNames?: boolean;
  /** The PF's INTx line, default nowhere. */
  readonly line?: (asserted: boolean) => void;
}

/** One virtual function: configuration space, MSI-X, register BAR. */
export interface VirtualFunction {
  readonly config: ConfigSpace;
  readonly msix: Msix;
  readonly mmio: Region;
}

/**
 * The 82576: a physical function, up to eight virtual functions, one chip behind them all.
 * It reaches guest memory by the port of the function that owns the queue.
 */
export class Igb82576 implements FrameSink {
  readonly config = pfConfig();
  readonly msix: Msix;
  readonly mmio: Region;
  readonly vfs: readonly VirtualFunction[];
  readonly sriov: SriovCapability;
  readonly chip: Chip;
  readonly actor: number;
  readonly #machine: Machine;
  readonly #wire: Wire;
  readonly #access: RegisterAccess;
  readonly #aliases = aliases();
  readonly #ports: DmaPort[];
  readonly #pfPort: DmaPort;
  readonly #vfPorts: readonly DmaPort[];

  constructor(machine: Machine, wire: Wire, options: Igb82576Options) {
    this.#machine = machine;
    this.#wire = wire;
    this.actor = options.actor ?? ACTORS.hardware.code;
    this.#pfPort = options.dma ?? machine.dmaPort(this.actor);
    this.#vfPorts = Array.from(
      { length: POOL_COUNT },
      (_, vf) => options.vfDma?.(vf) ?? this.#pfPort,
    );
    this.#ports = new Array<DmaPort>(POOL_COUNT).fill(this.#pfPort);
    const named = options.functionNames === true;
    this.msix = new Msix(machine, this.config, {
      vectorCount: PF_VECTOR_COUNT,
      capabilityOffset: CAPABILITY.msix,
      table: { bar: 3, offset: 0 },
      pba: { bar: 3, offset: 0x2000 },
      regionName: named ? "msix-table(pf)" : "msix-table",
      vectorPrefix: named ? "pf." : "",
      actor: this.actor,
    });
    addPfTail(this.config);
    this.vfs = Array.from({ length: POOL_COUNT }, (_, vf) => this.#buildVf(vf));
    this.sriov = this.#buildSriov();
    this.config.onWrite((offset) => this.#configWritten(offset));
    this.chip = new Chip({
      machine,
      wire,
      actor: this.actor,
      behaviours: options.behaviours ?? CHIP_IGB,
      address: options.macAddress,
      pfMsix: this.msix,
      vfMsix: this.vfs.map((vf) => vf.msix),
      ports: this.#ports,
      line: options.line ?? (() => {}),
    });
    this.#access = new RegisterAccess(
      this.chip,
      () => this.#receiveReady(),
      (word, write) => this.#unknown(word, write),
    );
    this.mmio = this.#pfRegion();
    wire.attach(this);
  }

  /** A frame comes from the wire. */
  receiveFrame(hostAddress: number, byteCount: number): Received {
    if (!this.chip.receiver.ready(this.#master)) return RECEIVED.later;
    return this.chip.receiver.receive(hostAddress, byteCount);
  }

  get #master(): boolean {
    return (this.config.get(4, 2) & COMMAND_MASTER) !== 0;
  }

  #receiveReady(): void {
    if (this.chip.receiver.ready(this.#master)) this.#wire.offerBacklog();
  }

  #configWritten(offset: number): void {
    this.msix.configWritten();
    this.sriov.configWritten(offset);
    if (offset <= 4 && this.#master) this.#receiveReady();
  }

  #buildSriov(): SriovCapability {
    return new SriovCapability(this.config, {
      offset: CAPABILITY.sriov,
      vfDeviceId: VF_DEVICE_ID,
      totalVfs: POOL_COUNT,
      firstVfOffset: VF_ROUTING.first,
      vfStride: VF_ROUTING.stride,
      bars: [
        { index: 0, type: 0xc, byteCount: VF_BAR_BYTES },
        { index: 3, type: 0xc, byteCount: VF_BAR_BYTES },
      ],
      changed: (count) => this.#vfsChanged(count),
    });
  }

  /** VFs come into being or go, each with a reset of its own. */
  #vfsChanged(count: number): void {
    const before = this.chip.vfCount;
    this.chip.interrupts.vfCount = count;
    for (let vf = 0; vf < POOL_COUNT; vf++) {
      this.#ports[vf] = vf < count ? (this.#vfPorts[vf] as DmaPort) : this.#pfPort;
    }
    const [first, end] = before < count ? [before, count] : [count, before];
    for (let vf = first; vf < end; vf++) this.chip.mailbox.resetVf(vf);
  }

  #buildVf(vf: number): VirtualFunction {
    const config = vfConfig();
    const name = vf === 0 ? "vf" : `vf${vf}`;
    const msix = new Msix(this.#machine, config, {
      vectorCount: VF_VECTOR_COUNT,
      capabilityOffset: CAPABILITY.msix,
      table: { bar: 3, offset: 0 },
      pba: { bar: 3, offset: 0x2000 },
      regionName: `msix-table(${name})`,
      vectorPrefix: `${name}.`,
      actor: this.actor,
    });
    addExpress(config);
    config.onWrite(() => msix.configWritten());
    return { config, msix, mmio: this.#vfRegion(vf) };
  }

  #pfRegion(): Region {
    const alias = this.#aliases;
    return {
      name: "igb-mmio",
      state: {
        title: "82576 registers: physical function",
        actor: this.actor,
        source: "Intel 82576EB datasheet 2.63, 8.2 to 8.26",
        tables: PF_TABLES,
        peek: (offset) => this.chip.peek(alias[offset >> 2] as number),
        storage: (offset) => this.chip.storage(alias[offset >> 2] as number),
      },
      byteCount: WORD_COUNT * 4,
      nameOf: (offset) => PF_REGISTER_NAMES.get(offset),
      meaningOf: (offset) => PF_REGISTER_MEANINGS.get(offset),
      read: (offset, sizeBytes) =>
        this.#read(alias[(offset >> 2) & 0x7fff] as number, offset, sizeBytes),
      write: (offset, sizeBytes, value) =>
        this.#write(alias[(offset >> 2) & 0x7fff] as number, offset, sizeBytes, value),
    };
  }

  #vfRegion(vf: number): Region {
    const words = vfWords(vf);
    return {
      name: vf === 0 ? "igbvf-mmio" : `igbvf-mmio(${vf})`,
      byteCount: VF_BYTES,
      state: {
        title: `82576 registers: virtual function ${vf}`,
        actor: this.actor,
        source: 'Intel 82576EB datasheet 2.63, 8.27 "Virtual Function Device Registers"',
        tables: [VF_REGISTERS],
        peek: (offset) => this.chip.peek(words[offset >> 2] as number),
        storage: (offset) => this.chip.storage(words[offset >> 2] as number),
      },
      nameOf: (offset) => VF_REGISTER_NAMES.get(offset),
      meaningOf: (offset) => VF_REGISTER_MEANINGS.get(offset),
      read: (offset, sizeBytes) => this.#read(words[offset >> 2] ?? NO_WORD, offset, sizeBytes),
      write: (offset, sizeBytes, value) => {
        const word = words[offset >> 2] ?? NO_WORD;
        // STATUS and FRTIMER are the PF's: a VF only reads them.
        if (word === 2 || offset === 0x1048) this.#unknown(word, true);
        else this.#write(word, offset, sizeBytes, value);
      },
    };
  }

  /** Registers are 32 bits wide: a narrow access takes the low part, a wide one two registers. */
  #read(word: number, offset: number, sizeBytes: number): number {
    if (word === NO_WORD) {
      this.#unknown(offset >> 2, false);
      return 0;
    }
    const value = this.#access.read(word);
    if (sizeBytes === 4) return value;
    this.#machine.guestError(this.actor, "register access of an odd width", offset, sizeBytes);
    if (sizeBytes === 8) return value + this.#access.read((word + 1) & 0x7fff) * 4294967296;
    return value % 256 ** sizeBytes;
  }

  #write(word: number, offset: number, sizeBytes: number, value: number): void {
    if (word === NO_WORD) {
      this.#unknown(offset >> 2, true);
      return;
    }
    if (sizeBytes === 4) {
      this.#access.write(word, value >>> 0);
      return;
    }
    this.#machine.guestError(this.actor, "register access of an odd width", offset, sizeBytes);
    this.#access.write(word, value % 4294967296);
    if (sizeBytes === 8) this.#access.write((word + 1) & 0x7fff, Math.floor(value / 4294967296));
  }

  #unknown(word: number, write: boolean): void {
    const what = write ? "write to an unknown register" : "read of an unknown register";
    this.#machine.guestError(this.actor, what, word * 4);
  }
}
