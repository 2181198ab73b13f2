/** A capture that the site brings along. */
export interface BundledCapture {
  /** Its file under `captures/`. */
  readonly file: string;
  /** What it is, in a few words. */
  readonly label: string;
}

/** The captures in the order of the list. */
export const BUNDLED_CAPTURES: readonly BundledCapture[] = [
  { file: "ping.pcap", label: "Ping: ARP and ICMP echo" },
  { file: "web-page.pcapng", label: "Web page over one TCP connection" },
  { file: "voice-rtp.pcapng", label: "Voice: two RTP streams" },
  { file: "imix-udp.pcap", label: "UDP in the IMIX of sizes" },
  { file: "bulk-tcp.pcap", label: "Bulk TCP transfer" },
  { file: "ping-vlan.pcap", label: "Ping in VLAN 100" },
  { file: "ipv6-mix.pcap", label: "IPv6: echo and a page" },
  { file: "fragments.pcap", label: "Echo in IPv4 fragments" },
];

const loaded = new Map<string, Promise<Uint8Array>>();

/** The bytes of a bundled capture; each is fetched once. */
export function bundledCapture(file: string): Promise<Uint8Array> {
  let bytes = loaded.get(file);
  if (bytes === undefined) {
    bytes = fetchBytes(file);
    loaded.set(file, bytes);
    bytes.catch(() => loaded.delete(file));
  }
  return bytes;
}

/** Fetches all captures ahead, so that the page goes on working when the network is gone. */
export function fetchAhead(): void {
  for (const { file } of BUNDLED_CAPTURES) bundledCapture(file).catch(() => undefined);
}

async function fetchBytes(file: string): Promise<Uint8Array> {
  const response = await fetch(new URL(`captures/${file}`, document.baseURI));
  if (!response.ok) throw new Error(`${file}: the server answers ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
