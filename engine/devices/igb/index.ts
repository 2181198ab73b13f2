import { directAccess } from "../../core/crossing.ts";
import type { GuestIdentity } from "../../guest/identity.ts";
import { NetDevice, type NetDriver } from "../../guest/net-device.ts";
import { PciMsix } from "../../guest/pci-msix.ts";
import { PollModePort } from "../../guest/poll-mode-port.ts";
import type { Skb } from "../../guest/skb.ts";
import { Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { Bar } from "../../pci/bar.ts";
import { ConfigPort } from "../../pci/config-port.ts";
import type { Nic, NicCrossings } from "../nic.ts";
import { ADDRESSES, CAPABILITY, VF_BAR_BYTES } from "./config.ts";
import { QUEUE_WORDS, WORD } from "./chip/word.ts";
import { Igb82576, type Igb82576Options } from "./device.ts";
import { ALL_HOSTS } from "./multicast-address.ts";
import { PcieDevice } from "./pcie-device.ts";
import { IgbDriver } from "./pf/pf-driver.ts";
import { QUEUE_ALIAS_REGISTERS } from "./registers/queue-alias.ts";
import { QUEUE_REGISTERS } from "./registers/queue.ts";
import { VF_REGISTERS } from "./registers/vf.ts";
import { IgbvfDriver, type VfBus } from "./vf/vf-driver.ts";
import { IgbvfPmd } from "./vf-pmd/pmd-driver.ts";
import type { VfPort } from "./vf-port.ts";

const DIRECT: NicCrossings = { control: directAccess, doorbell: directAccess };

/** What can be chosen about an 82576 and its drivers; the defaults are those of Linux 6.12. */
export interface IgbOptions extends Partial<Igb82576Options> {
  /** Descriptors per ring of the PF, 64 to 4,096 and a multiple of 8. */
  readonly pfTxRingSize: number;
  readonly pfRxRingSize: number;
  /** Descriptors per ring of a VF. */
  readonly vfTxRingSize: number;
  readonly vfRxRingSize: number;
  /** The PF's hash key: ten words, random in Linux. */
  readonly rssKey: readonly number[];
  /** Address that a VF's kernel draws before it is given one, 6 bytes. */
  readonly randomVfAddress: Uint8Array;
  /** Virtual functions that the PF enables, 1 to 7. */
  readonly vfCount: number;
  /** Least time between two interrupts of a vector, 1 to 8,000, as ethtool sets it; 0: as the drivers choose. */
  readonly throttleMicroseconds: number;
  /** Whether the drivers' watchdogs run every two seconds, or only when the link changed. */
  readonly periodicWatchdog: boolean;
  /** Who handles accesses to the PF when a VF is what the guest has: default nobody, the host's. */
  readonly pfCrossings: NicCrossings;
}

/** The defaults. */
export const IGB_DEFAULTS: IgbOptions = {
  pfTxRingSize: 256,
  pfRxRingSize: 256,
  vfTxRingSize: 1024,
  vfRxRingSize: 1024,
  rssKey: [
    0x6d5a_56da, 0x255b_0ec2, 0x4167_253d, 0x43a3_8fb0, 0xd0ca_2bcb, 0xae7b_30b4, 0x77cb_2da3,
    0x8030_f20c, 0x6a42_b73b, 0xbeac_01fa,
  ],
  randomVfAddress: Uint8Array.of(0x02, 0xf5, 0x32, 0x6f, 0x83, 0x96),
  vfCount: 1,
  throttleMicroseconds: 0,
  periodicWatchdog: true,
  pfCrossings: DIRECT,
};

/** A physical function with its driver; `device` is there for tests. */
export interface IgbPfNic extends Nic {
  readonly driver: IgbDriver;
  readonly device: Igb82576;
}

/** A virtual function with its driver, and the physical function that it needs. */
export interface IgbVfNic extends Nic {
  readonly device: Igb82576;
  readonly pf: IgbPfNic;
  /** The VF's own driver; `driver` brings the PF up first. */
  readonly vfDriver: IgbvfDriver;
}

/** Builds the device as a guest has it that owns all of it; nothing is probed yet. */
export function buildIgbPf(
  machine: Machine,
  crossings: NicCrossings,
  options: Partial<IgbOptions> = {},
): IgbPfNic {
  const wire = new Wire(machine);
  const chosen = { ...IGB_DEFAULTS, ...options };
  const macAddress = options.macAddress ?? machine.identity.mac;
  const device = new Igb82576(machine, wire, { ...options, macAddress });
  // The recorded machine's root port has the first vector.
  machine.kernel.allocateVector();
  return buildPf({ machine, wire, device, crossings, options: chosen, identity: machine.identity });
}

/**
 * Builds the device as a guest has it that was given its first virtual function. `probe` brings
 * the physical function up, enables the VF, then probes that.
 */
export function buildIgbVf(
  machine: Machine,
  crossings: NicCrossings,
  options: Partial<IgbOptions> = {},
): IgbVfNic {
  const { chosen, wire, device, pf } = buildBelowVf(machine, options);
  const netDevice = new NetDevice(machine);
  const vfDriver = buildVfDriver(machine, netDevice, device, crossings, chosen, 0);
  const driver = new VfWithPf(pf.driver, vfDriver, chosen.vfCount, machine.identity);
  return { netDevice, driver, wire, device, pf, vfDriver };
}

/**
 * Builds the device as a guest has it that drives its virtual function with DPDK: no kernel driver,
 * no net device of the kernel, a loop that polls.
 */
export function buildIgbVfPmd(
  machine: Machine,
  crossings: NicCrossings,
  options: Partial<IgbOptions> = {},
): Nic & { readonly device: Igb82576; readonly pmd: IgbvfPmd } {
  const port = new PollModePort(machine);
  const parts = buildBelowVf(machine, options);
  const { device, pf, wire, chosen } = parts;
  const { vfTxRingSize, vfRxRingSize, randomVfAddress, vfCount } = chosen;
  keepChipIndices(machine, device, "vf", 0);
  const pmd = new IgbvfPmd(machine, port, vfBus(machine, device, crossings, 0), {
    txRingSize: vfTxRingSize,
    rxRingSize: vfRxRingSize,
    randomAddress: randomVfAddress,
    name: "vf",
  });
  const driver = new VfWithPf(pf.driver, pmd, vfCount, machine.identity);
  return { netDevice: port, driver, wire, device, pmd };
}

/** Driver and bus of one virtual function, on a net device of its own. */
export function buildVfDriver(
  machine: Machine,
  netDevice: NetDevice,
  device: Igb82576,
  crossings: NicCrossings,
  options: IgbOptions,
  vf: number,
): IgbvfDriver {
  keepChipIndices(machine, device, vf === 0 ? "vf" : `vf${vf}`, vf);
  return new IgbvfDriver(machine, netDevice, vfBus(machine, device, crossings, vf), {
    txRingSize: options.vfTxRingSize,
    rxRingSize: options.vfRxRingSize,
    randomAddress: options.randomVfAddress,
    name: vf === 0 ? "vf" : `vf${vf}`,
    throttleMicroseconds: options.throttleMicroseconds,
    periodicWatchdog: options.periodicWatchdog,
  });
}

/** The windows of a guest onto one virtual function. */
function vfBus(machine: Machine, device: Igb82576, crossings: NicCrossings, vf: number): VfBus {
  const { control, doorbell } = crossings;
  const configuration = crossings.configuration ?? control;
  const fn = device.vfs[vf] as Igb82576["vfs"][number];
  const port = vf === 0 ? "igbvf" : `igbvf(${vf})`;
  const pci = new PcieDevice(new ConfigPort(machine, port, fn.config, configuration));
  const bar = new Bar(machine, fn.mmio, {
    space: "mmio",
    base: ADDRESSES.vfMmio + vf * VF_BAR_BYTES,
    control,
    doorbell,
  }).withDoorbells(VF_REGISTERS);
  const table = new Bar(machine, fn.msix, {
    space: "mmio",
    base: ADDRESSES.vfMsix + vf * VF_BAR_BYTES,
    control: configuration,
  });
  return { pci, bar, msix: new PciMsix(machine.kernel, pci, table, CAPABILITY.msix) };
}

/** Heads and tails of a function's one queue pair: that of its pool, as the chip has them. */
function keepChipIndices(machine: Machine, device: Igb82576, name: string, queue: number): void {
  const { words } = device.chip;
  const suffix = name === "pf" && queue > 0 ? `(${queue})` : "";
  for (const register of ["TDH", "TDT", "RDH", "RDT"] as const) {
    const ring = `${name}_${register.startsWith("T") ? "tx" : "rx"}_ring${suffix}`;
    const at = WORD[register] + queue * QUEUE_WORDS;
    machine.ringIndices.set(ring, "device", register, () => words[at] as number);
  }
}

interface BelowVf {
  readonly chosen: IgbOptions;
  readonly wire: Wire;
  readonly device: Igb82576;
  readonly pf: IgbPfNic;
}

/** The chip and its physical function in the host's hands. */
function buildBelowVf(machine: Machine, options: Partial<IgbOptions>): BelowVf {
  const chosen = { ...IGB_DEFAULTS, ...options };
  const wire = new Wire(machine);
  const macAddress = options.macAddress ?? pfAddressFor(machine.identity.mac);
  const device = new Igb82576(machine, wire, { functionNames: true, ...options, macAddress });
  machine.kernel.allocateVector();
  const pf = buildPf({
    machine,
    wire,
    device,
    crossings: chosen.pfCrossings,
    options: { ...chosen, functionNames: true },
  });
  pf.netDevice.hostStack = true;
  return { chosen, wire, device, pf };
}

interface PfParts {
  readonly machine: Machine;
  readonly wire: Wire;
  readonly device: Igb82576;
  readonly crossings: NicCrossings;
  readonly options: IgbOptions;
  /** Addresses beyond the NIC's own that are let in when the interface comes up. */
  readonly identity?: GuestIdentity;
}

function buildPf(parts: PfParts): IgbPfNic {
  const { machine, wire, device, crossings, options } = parts;
  const { control, doorbell } = crossings;
  const configuration = crossings.configuration ?? control;
  const pci = new PcieDevice(new ConfigPort(machine, "igb", device.config, configuration));
  // Where a guest has a VF, the physical function is the host's.
  const owner = options.functionNames === true ? "host" : "guest";
  const bar = new Bar(machine, device.mmio, {
    space: "mmio",
    base: ADDRESSES.mmio,
    control,
    doorbell,
    owner,
  })
    .withDoorbells(QUEUE_ALIAS_REGISTERS)
    .withDoorbells(QUEUE_REGISTERS);
  const table = new Bar(machine, device.msix, {
    space: "mmio",
    base: ADDRESSES.msix,
    control: configuration,
    owner,
  });
  keepChipIndices(machine, device, "pf", options.functionNames === true ? options.vfCount : 0);
  const msix = new PciMsix(machine.kernel, pci, table, CAPABILITY.msix);
  const netDevice = new NetDevice(machine);
  const vfPorts = device.vfs.map(
    (vf, n) =>
      new PcieDevice(
        new ConfigPort(machine, n === 0 ? "igbvf" : `igbvf(${n})`, vf.config, configuration),
      ),
  );
  const driver = new IgbDriver(
    machine,
    netDevice,
    { pci, msix, bar, vf: (n) => vfPorts[n] as PcieDevice },
    {
      txRingSize: options.pfTxRingSize,
      rxRingSize: options.pfRxRingSize,
      rssKey: options.rssKey,
      throttleMicroseconds: options.throttleMicroseconds,
      periodicWatchdog: options.periodicWatchdog,
      vectorPrefix: options.functionNames === true ? "pf." : "",
      ...(parts.identity === undefined ? {} : { identity: parts.identity }),
    },
  );
  return { netDevice, driver, wire, device };
}

/** The VF's driver for whoever does not care for the PF, which comes up with the probe. */
class VfWithPf implements NetDriver {
  readonly #pf: IgbDriver;
  readonly #vf: VfPort;
  readonly #vfCount: number;
  readonly #identity: GuestIdentity;

  constructor(pf: IgbDriver, vf: VfPort, vfCount: number, identity: GuestIdentity) {
    this.#pf = pf;
    this.#vf = vf;
    this.#vfCount = vfCount;
    this.#identity = identity;
  }

  probe(): void {
    this.#pf.probe();
    this.#pf.open();
    this.#pf.enableVfs(this.#vfCount);
    if (this.#identity.forwardsFrames) this.#pf.setVfSpoofCheck(0, false);
    this.#vf.probe();
    this.#vf.setAddress(this.#identity.mac);
  }

  open(): void {
    const { secondaryMacs, multicastMacs, vlanIds } = this.#identity;
    this.#vf.open();
    if (multicastMacs.length > 0) this.#vf.setReceiveMode([ALL_HOSTS, ...multicastMacs]);
    if (secondaryMacs.length > 0) this.#vf.setSecondaryAddresses(secondaryMacs);
    for (const vlan of vlanIds) this.#vf.addVlan(vlan);
  }

  stop(): void {
    this.#vf.stop();
  }

  remove(): void {
    this.#vf.remove();
    this.#pf.remove();
  }

  startXmit(skb: Skb, more: boolean): boolean {
    return this.#vf.startXmit(skb, more);
  }
}

/** An address for the PF that its VF does not have. */
function pfAddressFor(vf: Uint8Array): Uint8Array {
  const address = vf.slice();
  address[5] = (vf[5] as number) ^ 0x80;
  return address;
}
