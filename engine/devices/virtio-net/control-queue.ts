import type { VirtioDevice } from "../virtio/virtio-device.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import type { VirtqueueElement } from "../virtio/virtqueue-element.ts";
import { CONTROL_CLASS, CONTROL_COMMAND, CONTROL_STATUS } from "./control-commands.ts";
import { MAC_TABLE_ENTRIES, type ReceiveFilter } from "./receive-filter.ts";

const HEADER_BYTES = 2;
const MAC_BYTES = 6;
const VLAN_COUNT = 4096;
/** Largest command that is looked at whole; more would be MAC tables beyond the device's. */
const COMMAND_BYTES_MAX = 65536;

/** What commands act on, besides the filter. */
export interface ControlTarget {
  readonly mac: Uint8Array;
  /** Rises with each change of the address. */
  changeCount: number;
  readonly filter: ReceiveFilter;
  /** The guest has been asked to announce itself, and has done so. */
  acknowledgeAnnouncement(): boolean;
}

/** The device's control queue: hw/net/virtio-net.c, virtio_net_handle_ctrl. */
export class ControlQueue {
  readonly #device: VirtioDevice;
  readonly #target: ControlTarget;
  readonly #bytes: Uint8Array;
  readonly #buffer: number;
  readonly #commandId: number;
  readonly #statusId: number;

  constructor(device: VirtioDevice, target: ControlTarget) {
    this.#device = device;
    this.#target = target;
    this.#buffer = device.memory.allocateHost(COMMAND_BYTES_MAX);
    this.#bytes = device.memory.bytes;
    this.#commandId = device.traceId("control command");
    this.#statusId = device.traceId("control status");
  }

  /** Handles all waiting commands. */
  handle(queue: VirtioQueue): void {
    const { element, ring } = queue;
    // Bounded: each turn takes a buffer, and a queue of n entries holds n at most.
    for (let i = 0; i <= ring.num; i++) {
      if (!ring.pop(element)) return;
      if (element.inBytes < 1 || element.outBytes < HEADER_BYTES) {
        this.#device.fail("shortControl", element.count);
        ring.detach(element);
        return;
      }
      const status = this.#execute(this.#fetch(element));
      this.#device.dma.store8(
        element.addresses[element.outCount] as number,
        status,
        this.#statusId,
      );
      ring.push(element, 1);
      this.#device.notify(queue);
    }
  }

  #fetch(element: VirtqueueElement): number {
    let done = 0;
    for (let i = 0; i < element.outCount && done < COMMAND_BYTES_MAX; i++) {
      const part = Math.min(element.lengths[i] as number, COMMAND_BYTES_MAX - done);
      const address = element.addresses[i] as number;
      this.#device.dma.fetch(address, this.#buffer + done, part, this.#commandId);
      done += part;
    }
    return done;
  }

  #execute(byteCount: number): number {
    const command = this.#bytes[this.#buffer + 1] as number;
    const size = byteCount - HEADER_BYTES;
    let ok = false;
    switch (this.#bytes[this.#buffer]) {
      case CONTROL_CLASS.RX:
        ok = size >= 1 && this.#receiveMode(command, this.#byte(0) !== 0);
        break;
      case CONTROL_CLASS.MAC:
        ok = this.#mac(command, size);
        break;
      case CONTROL_CLASS.VLAN:
        ok = size >= 2 && this.#vlan(command, this.#byte(0) | (this.#byte(1) << 8));
        break;
      case CONTROL_CLASS.ANNOUNCE:
        ok = command === CONTROL_COMMAND.ANNOUNCE_ACK && this.#target.acknowledgeAnnouncement();
        break;
      default:
        // Queue pairs: one only. Offloads: a peer without virtio_net_hdr has none.
        ok = false;
    }
    if (!ok)
      this.#device.refuse(
        "virtio-net: control command refused",
        this.#bytes[this.#buffer] as number,
        command,
      );
    return ok ? CONTROL_STATUS.OK : CONTROL_STATUS.ERR;
  }

  #receiveMode(command: number, on: boolean): boolean {
    const { filter } = this.#target;
    if (command === CONTROL_COMMAND.RX_PROMISC) filter.promiscuous = on;
    else if (command === CONTROL_COMMAND.RX_ALLMULTI) filter.allMulticast = on;
    else if (command === CONTROL_COMMAND.RX_ALLUNI) filter.allUnicast = on;
    else if (command === CONTROL_COMMAND.RX_NOMULTI) filter.noMulticast = on;
    else if (command === CONTROL_COMMAND.RX_NOUNI) filter.noUnicast = on;
    else if (command === CONTROL_COMMAND.RX_NOBCAST) filter.noBroadcast = on;
    else return false;
    return true;
  }

  #mac(command: number, size: number): boolean {
    if (command === CONTROL_COMMAND.MAC_ADDR_SET) {
      if (size !== MAC_BYTES) return false;
      for (let i = 0; i < MAC_BYTES; i++) this.#target.mac[i] = this.#byte(i);
      this.#target.changeCount++;
      return true;
    }
    return command === CONTROL_COMMAND.MAC_TABLE_SET && this.#macTable(size);
  }

  #macTable(size: number): boolean {
    if (size < 4) return false;
    const unicast = this.#word(0);
    const multicastAt = 4 + unicast * MAC_BYTES;
    if (multicastAt + 4 > size) return false;
    const multicast = this.#word(multicastAt);
    if (multicastAt + 4 + multicast * MAC_BYTES !== size) return false;
    const { filter } = this.#target;
    const unicastKept = unicast <= MAC_TABLE_ENTRIES ? unicast : 0;
    const multicastKept = multicast <= MAC_TABLE_ENTRIES - unicastKept ? multicast : 0;
    filter.table.fill(0);
    this.#copyTable(filter.table, 0, 4, unicastKept);
    this.#copyTable(filter.table, unicastKept, multicastAt + 4, multicastKept);
    filter.firstMulticast = unicastKept;
    filter.tableCount = unicastKept + multicastKept;
    filter.unicastOverflow = unicastKept !== unicast;
    filter.multicastOverflow = multicastKept !== multicast;
    return true;
  }

  #copyTable(table: Uint8Array, entry: number, from: number, count: number): void {
    for (let i = 0; i < count * MAC_BYTES; i++) table[entry * MAC_BYTES + i] = this.#byte(from + i);
  }

  #vlan(command: number, identifier: number): boolean {
    if (identifier >= VLAN_COUNT) return false;
    if (command !== CONTROL_COMMAND.VLAN_ADD && command !== CONTROL_COMMAND.VLAN_DEL) return false;
    this.#target.filter.setVlan(identifier, command === CONTROL_COMMAND.VLAN_ADD);
    return true;
  }

  #byte(offset: number): number {
    return this.#bytes[this.#buffer + HEADER_BYTES + offset] as number;
  }

  #word(offset: number): number {
    return (
      this.#byte(offset) +
      this.#byte(offset + 1) * 256 +
      this.#byte(offset + 2) * 65536 +
      this.#byte(offset + 3) * 16777216
    );
  }
}
