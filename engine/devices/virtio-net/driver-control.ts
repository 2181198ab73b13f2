import type { Machine } from "../../machine.ts";
import { type DriverVirtqueue, NO_BUFFER } from "../virtio/driver-virtqueue.ts";
import { ScatterList } from "../virtio/scatter-list.ts";
import { CONTROL_CLASS, CONTROL_COMMAND, CONTROL_STATUS } from "./control-commands.ts";

const TOKEN = 0;
const MAC_BYTES = 6;
/** Reads of the used index before the driver gives up; Linux never does. */
const SPIN_MAX = 100_000;
/** Greatest size of a MAC filter command's data. */
const FILTER_BYTES_MAX = 2 * (4 + 256 * MAC_BYTES);

/**
 * Control commands: the driver rings the doorbell and spins until the device has answered;
 * drivers/net/virtio_net.c, virtnet_send_command and virtnet_rx_mode_work.
 */
export class ControlCommands {
  readonly #machine: Machine;
  readonly #queue: DriverVirtqueue;
  readonly #list = new ScatterList(4);
  /** Class and command, then the status byte. */
  readonly #header: number;
  readonly #flag: number;
  readonly #filter: number;

  constructor(machine: Machine, queue: DriverVirtqueue) {
    this.#machine = machine;
    this.#queue = queue;
    const { memory } = machine;
    this.#header = memory.allocate(8, 8);
    this.#flag = memory.allocate(8, 8);
    this.#filter = memory.allocate(FILTER_BYTES_MAX, 16);
  }

  /** `virtnet_rx_mode_work`: promiscuous and all-multicast modes, then the MAC table. */
  setReceiveMode(unicast: readonly Uint8Array[], multicast: readonly Uint8Array[]): void {
    this.#sendFlag(CONTROL_COMMAND.RX_PROMISC, 0);
    this.#sendFlag(CONTROL_COMMAND.RX_ALLMULTI, 0);
    const { bytes, view } = this.#machine.memory;
    const unicastBytes = 4 + unicast.length * MAC_BYTES;
    view.setUint32(this.#filter, unicast.length, true);
    for (const [i, mac] of unicast.entries()) bytes.set(mac, this.#filter + 4 + i * MAC_BYTES);
    const second = this.#filter + unicastBytes;
    view.setUint32(second, multicast.length, true);
    for (const [i, mac] of multicast.entries()) bytes.set(mac, second + 4 + i * MAC_BYTES);
    this.#begin();
    this.#list.addOut(this.#filter, unicastBytes);
    this.#list.addOut(second, 4 + multicast.length * MAC_BYTES);
    this.#send(CONTROL_CLASS.MAC, CONTROL_COMMAND.MAC_TABLE_SET);
  }

  /** `virtnet_vlan_rx_add_vid`. */
  addVlan(identifier: number): void {
    this.#machine.memory.view.setUint16(this.#flag, identifier, true);
    this.#begin();
    this.#list.addOut(this.#flag, 2);
    this.#send(CONTROL_CLASS.VLAN, CONTROL_COMMAND.VLAN_ADD);
  }

  #sendFlag(command: number, value: number): void {
    this.#machine.memory.view.setUint8(this.#flag, value);
    this.#begin();
    this.#list.addOut(this.#flag, 1);
    this.#send(CONTROL_CLASS.RX, command);
  }

  #begin(): void {
    this.#list.clear();
    this.#list.addOut(this.#header, 2);
  }

  /** `virtnet_send_command`: true when the device did it. */
  #send(of: number, command: number): boolean {
    const { view } = this.#machine.memory;
    const status = this.#header + 2;
    view.setUint8(this.#header, of);
    view.setUint8(this.#header + 1, command);
    view.setUint8(status, 0xff);
    this.#list.addIn(status, 1);
    if (!this.#queue.add(this.#list, TOKEN, 0)) return false;
    this.#queue.kick();
    for (let i = 0; i < SPIN_MAX && this.#queue.getBuf() === NO_BUFFER; i++) {
      if (this.#queue.broken) break;
      this.#machine.scheduler.relax();
    }
    return view.getUint8(status) === CONTROL_STATUS.OK;
  }
}
