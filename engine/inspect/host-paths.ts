import type { Nic } from "../devices/nic.ts";
import type { HostPath } from "../host/host-path.ts";

/** What stands between a device and its wire, from the wire inwards: a NIC's rings, then a switch. */
export function pathsOf({ wire }: Nic): HostPath[] {
  const paths: HostPath[] = [];
  for (let path = wire.hostPath; path !== undefined; path = path.inner) paths.push(path);
  return paths;
}
