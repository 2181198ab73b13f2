import { KIND } from "../../trace/schema.ts";
import { accessValue, type Trace } from "../../trace/store.ts";
import { addressKind } from "../address-kind.ts";
import type { KvmEvent } from "./event.ts";
import { readExits } from "./exits.ts";
import type { KvmManifest } from "./manifest.ts";
import type { RecordedNic } from "./nics.ts";
import { readKvmEvents } from "./read.ts";
import { hexText, type Token } from "./token.ts";

/** Why an exit of a driver's set-up is compared with nothing, beside the rules of the phases. */
export const SETUP_LEFT_OUT = {
  ioapic: "registers of the IOAPIC: Linux routes the line's pin; the engine routes it as a whole",
  config:
    "configuration space of a VF: what VFIO and QEMU make of it for the guest is not modelled",
  other: "no access to the NIC: CPUID, page tables, timers, the host's interrupts",
} as const;

/** What a set-up recording shows of the driver's accesses. */
export interface RecordedSetup {
  readonly tokens: readonly Token[];
  readonly leftOut: ReadonlyMap<string, number>;
}

const IOAPIC = 0xfec0_0000;
const PAGE = 0x1000;
const MESSAGE_ADDRESS = 0xfee0_0000n;
const CONFIG_ADDRESS = 0xcf8;
const CONFIG_DATA = 0xcfc;

/** Where QEMU's virtio-pci has its structures, with the engine's names of them. */
const VIRTIO_REGIONS: readonly string[] = ["common", "isr", "device", "notify"];

/**
 * Reads `driver.jsonl` of a set-up folder: from before the driver loads until its link is up.
 * @throws InputError when it is damaged.
 */
export function readSetup(
  bytes: Uint8Array,
  manifest: KvmManifest,
  nic: RecordedNic,
): RecordedSetup {
  const events = readKvmEvents("driver.jsonl", bytes);
  const reader = new SetupReader(events, manifest, nic);
  return { tokens: reader.tokens, leftOut: reader.leftOut };
}

class SetupReader {
  readonly tokens: Token[] = [];
  readonly leftOut = new Map<string, number>();
  readonly #events: readonly KvmEvent[];
  readonly #nic: RecordedNic;
  readonly #driver: string;
  /** Page of the MSI-X table, or -1. */
  readonly #tablePage: number;
  #configAddress = 0;

  constructor(events: readonly KvmEvent[], manifest: KvmManifest, nic: RecordedNic) {
    this.#events = events;
    this.#nic = nic;
    this.#driver = manifest.driver;
    this.#tablePage = tablePageOf(events);
    const exits = readExits(events, manifest.cpu, {
      byteCount: nic.regionBytes,
      mapped: nic.passedThrough,
    });
    for (const [at, exit] of exits) {
      const { address, line } = exit.event;
      if (exit.offset >= 0) this.#access(at, address, exit.write, line);
      else if (!this.#port(at, line)) this.#leave(SETUP_LEFT_OUT.other);
    }
  }

  /** The access that an exit turned out to be, or undefined: the page was only mapped. */
  #mmioIn(at: number): Extract<KvmEvent, { ev: "mmio" }> | undefined {
    for (let next = at + 1; next < this.#events.length; next++) {
      const event = this.#events[next] as KvmEvent;
      if (event.ev === "entry") return undefined;
      if (event.ev === "mmio" && event.direction !== "unsatisfied-read") return event;
    }
    return undefined;
  }

  #access(at: number, address: number, write: boolean, line: number): void {
    if (address - (address % PAGE) === IOAPIC) return this.#leave(SETUP_LEFT_OUT.ioapic);
    const mmio = this.#mmioIn(at);
    const direction = write ? "write" : "read";
    if (mmio === undefined) {
      const offset = address % this.#nic.regionBytes;
      return this.#add(`${direction} ${hexText(offset)} maps its page`, line);
    }
    const [where, offset] = this.#regionOf(address);
    this.#add(accessText(direction, where, offset, mmio.sizeBytes, mmio.value), line);
  }

  #regionOf(address: number): readonly [string, number] {
    if (address - (address % PAGE) === this.#tablePage) return ["msix-table", address % PAGE];
    const offset = address % this.#nic.regionBytes;
    if (this.#driver !== "virtio_net") return [this.#driver, offset];
    return [VIRTIO_REGIONS[Math.floor(offset / PAGE)] as string, offset % PAGE];
  }

  /** Configuration mechanism #1: the address port chooses, the data port reads or writes. */
  #port(at: number, line: number): boolean {
    const event = this.#events.slice(at, at + 8).find((entry) => entry.ev === "pio");
    if (event?.ev !== "pio") return false;
    if (event.port === CONFIG_ADDRESS) {
      this.#configAddress = Number(event.value);
      return true;
    }
    if (event.port < CONFIG_DATA || event.port >= CONFIG_DATA + 4) return false;
    if (this.#nic.passedThrough) this.#leave(SETUP_LEFT_OUT.config);
    if (this.#nic.passedThrough) return true;
    const offset = (this.#configAddress & 0xfc) + (event.port - CONFIG_DATA);
    this.#add(configText(event.direction, offset, event.sizeBytes, event.value), line);
    return true;
  }

  #add(key: string, origin: number): void {
    this.tokens.push({ stream: "vcpu", aspect: "exits", key, origin });
  }

  #leave(rule: string): void {
    this.leftOut.set(rule, (this.leftOut.get(rule) ?? 0) + 1);
  }
}

/** The page to which the guest writes addresses of messages. */
function tablePageOf(events: readonly KvmEvent[]): number {
  for (const event of events) {
    if (event.ev !== "mmio" || event.direction !== "write") continue;
    if (event.value === MESSAGE_ADDRESS) return event.address - (event.address % PAGE);
  }
  return -1;
}

/**
 * Fields of virtio's common structure whose values are QEMU's configuration and not the driver's
 * doing: features, which follow from the TAP device's offloads, and queue sizes (VIRTIO 1.3,
 * 4.1.4.3 "Common configuration structure layout").
 */
const OFFERED_FIELDS: readonly number[] = [0x04, 0x0c, 0x18];

/** What Linux puts into an entry before it has a vector: MANAGED_IRQ_SHUTDOWN_VECTOR. */
const NO_VECTOR = 0xefn;
const ENTRY_BYTES = 16;
const ENTRY_DATA = 8;

/** Names of the engine's regions as they are called here; others are not the NIC's. */
function regionName(where: string, driver: string): string {
  if (where === "msix-table(pf)") return "";
  if (where.startsWith("msix-table")) return "msix-table";
  const virtio = /^virtio-pci-([a-z]+)-/.exec(where);
  if (virtio !== null) return virtio[1] as string;
  if (driver === "igbvf") return where.startsWith("igbvf-mmio") ? driver : "";
  return driver;
}

/** Name under which a region's address rules stand. */
function ruleName(where: string): string {
  if (where === "8139cp") return "rtl8139";
  return VIRTIO_REGIONS.includes(where) ? `virtio-pci-${where}-virtio-net` : where;
}

function accessText(
  direction: string,
  where: string,
  offset: number,
  sizeBytes: number,
  value: bigint,
): string {
  const address = addressKind(ruleName(where), offset, sizeBytes) !== undefined;
  const offered = where === "common" && OFFERED_FIELDS.includes(offset);
  const text = address ? "where the guest allocated" : offered ? "as offered" : hexText(value);
  return `${direction} ${where}+${hexText(offset)}/${sizeBytes} = ${text}`;
}

function configText(direction: string, offset: number, sizeBytes: number, value: bigint): string {
  return `config ${direction} ${hexText(offset)}/${sizeBytes} = ${hexText(value)}`;
}

/**
 * What the engine's driver did from its probe on, as a set-up recording would show it.
 * Of registers that are mapped into the guest only the first access to a page exits.
 */
export function engineSetup(trace: Trace, driver: string, nic: RecordedNic): Token[] {
  const tokens: Token[] = [];
  const mapsPages = nic.passedThrough;
  // The engine's one kernel has given the PF's vectors away before.
  let shift: bigint | undefined;
  const messageData = (value: bigint): bigint => {
    if (value === NO_VECTOR || value === 0n) return value;
    shift ??= mapsPages ? value - BigInt(nic.transmitVector) : 0n;
    return value - shift;
  };
  const mapped = new Set<number>();
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row];
    const config = kind === KIND.configRead || kind === KIND.configWrite;
    if (!config && kind !== KIND.mmioRead && kind !== KIND.mmioWrite) continue;
    const name = trace.names[trace.where[row] as number] as string;
    const direction = kind === KIND.mmioWrite || kind === KIND.configWrite ? "write" : "read";
    const offset = trace.a[row] as number;
    const size = trace.sizeBytes[row] as number;
    const value = BigInt.asUintN(8 * size, BigInt(accessValue(trace, row)));
    const add = (key: string): void => {
      tokens.push({ stream: "vcpu", aspect: "exits", key, origin: row });
    };
    if (config && !mapsPages) add(configText(direction, offset, size, value));
    else if (config) continue;
    else {
      const where = regionName(name, driver);
      if (where === "") continue;
      const isData = where === "msix-table" && offset % ENTRY_BYTES === ENTRY_DATA;
      const seen = isData ? messageData(value) : value;
      if (!mapsPages || where === "msix-table")
        add(accessText(direction, where, offset, size, seen));
      else if (!mapped.has(Math.floor(offset / PAGE))) {
        mapped.add(Math.floor(offset / PAGE));
        add(`${direction} ${hexText(offset)} maps its page`);
      }
    }
  }
  return tokens;
}

/**
 * The engine's set-up from where the recording begins: virtio_pci was built into the recorded
 * kernel, and its probe was over when the driver of the network device was loaded.
 */
export function fromRecordedStart(recorded: readonly Token[], engine: readonly Token[]): Token[] {
  const first = recorded[0]?.key;
  return engine.slice(
    Math.max(
      0,
      engine.findIndex((token) => token.key === first),
    ),
  );
}
