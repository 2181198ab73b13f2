import { MacTable } from "./mac-table.ts";

/** The port to the wire of a host's switch; guests have the ports from 1 on. */
export const UPLINK = 0;

/** The guests behind a host's switch by their addresses: what several guests of one host share. */
export class LocalPorts {
  readonly addresses = new MacTable();
  /** Ports, the uplink among them. */
  portCount = 1;

  /** A guest gets a port; its number. */
  addPort(mac: Uint8Array): number {
    this.addresses.set(mac, 0, this.portCount);
    return this.portCount++;
  }
}
