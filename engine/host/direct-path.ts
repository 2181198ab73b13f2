import { UNCONNECTED, type Attachment, type HostPath, type HostPorts } from "./host-path.ts";

/** An attachment whose frames go to the wire as they are: what follows in the host is not modelled. */
export class DirectPath implements HostPath {
  readonly #attachment: Attachment;
  #ports: HostPorts = UNCONNECTED;

  constructor(attachment: Attachment) {
    this.#attachment = attachment;
  }

  connect(ports: HostPorts): void {
    this.#ports = ports;
  }

  leaving(hostAddress: number, byteCount: number): void {
    this.#attachment.leaving(byteCount);
    this.#ports.toWire(hostAddress, byteCount);
  }

  arriving(hostAddress: number, byteCount: number): void {
    this.#attachment.arriving(byteCount);
    this.#ports.toGuest(hostAddress, byteCount);
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    this.arriving(hostAddress, byteCount);
  }
}
