// The captures that come with the site: everything in them is valid.
import { expect } from "chai";
import { readCapture } from "../../../engine/packets/capture.ts";
import { describeFrame } from "../../../engine/packets/frame.ts";

/** File, packets, layers counted, and what its first line says. */
const CAPTURES: readonly {
  readonly file: string;
  readonly packets: number;
  readonly layers: Readonly<Record<string, number>>;
  readonly checksums: number;
  readonly first: string;
}[] = [
  {
    file: "ping.pcap",
    packets: 18,
    layers: { ARP: 2, IPv4: 16, ICMP: 16 },
    checksums: 32,
    first: "52:54:00:00:00:0a → ff:ff:ff:ff:ff:ff ARP who has 10.9.0.1, tell 10.9.0.2",
  },
  {
    file: "ping-vlan.pcap",
    packets: 18,
    layers: { "802.1Q": 18, ARP: 2, IPv4: 16, ICMP: 16 },
    checksums: 32,
    first: "VLAN 100 52:54:00:00:00:0a → ff:ff:ff:ff:ff:ff ARP who has 10.9.0.1, tell 10.9.0.2",
  },
  {
    file: "web-page.pcapng",
    packets: 34,
    layers: { IPv4: 34, TCP: 34 },
    checksums: 68,
    first: "10.9.0.2:39944 → 10.9.0.1:8080 TCP [SYN] from 3901531026, 0 bytes",
  },
  {
    file: "imix-udp.pcap",
    packets: 600,
    layers: { IPv4: 600, UDP: 600 },
    checksums: 1200,
    first: "10.9.0.2:52048 → 10.9.0.1:9000 UDP, 18 bytes",
  },
  {
    file: "voice-rtp.pcapng",
    packets: 200,
    layers: { IPv4: 200, UDP: 200 },
    checksums: 400,
    first: "10.9.0.1:4000 → 10.9.0.2:4000 UDP, 172 bytes",
  },
  {
    file: "ipv6-mix.pcap",
    packets: 42,
    layers: { IPv6: 42, ICMPv6: 8, TCP: 34 },
    checksums: 42,
    first: "fd00:9::2 → ff02::1:ff00:1 ICMPv6 neighbor solicitation, 28 bytes",
  },
  {
    file: "bulk-tcp.pcap",
    packets: 400,
    layers: { IPv4: 400, TCP: 400 },
    checksums: 800,
    first: "10.9.0.2:45078 → 10.9.0.1:5201 TCP [SYN] from 2947623971, 0 bytes",
  },
  {
    file: "fragments.pcap",
    packets: 12,
    layers: { IPv4: 12 },
    checksums: 12,
    first: "10.9.0.2 → 10.9.0.1 IPv4 fragment of ICMP, bytes 0 to 1479",
  },
];

async function load(file: string): Promise<Uint8Array> {
  const response = await fetch(
    new URL(`../../../site/public/captures/${file}`, import.meta.url).href,
  );
  expect(response.ok, file).to.equal(true);
  return new Uint8Array(await response.arrayBuffer());
}

describe("readCapture and describeFrame", () => {
  for (const { file, packets, layers, checksums, first } of CAPTURES) {
    it(`read ${file}: ${packets} valid packets`, async () => {
      const capture = readCapture(await load(file), file);
      expect(capture.packets.length).to.equal(packets);
      const counted = new Map<string, number>();
      let right = 0;
      for (const { frame } of capture.packets) {
        const summary = describeFrame(frame);
        expect(summary.problem).to.equal(null);
        for (const layer of summary.layers) {
          counted.set(layer.name, (counted.get(layer.name) ?? 0) + 1);
          const checksum = layer.fields.find(({ name }) => name === "Checksum");
          if (checksum?.text.endsWith("(right)")) right += 1;
        }
      }
      for (const name of ["Ethernet", "Data", "Padding"]) counted.delete(name);
      expect(Object.fromEntries(counted)).to.deep.equal(layers);
      expect(right).to.equal(checksums);
      const firstFrame = capture.packets[0]?.frame ?? new Uint8Array(0);
      expect(describeFrame(firstFrame).text).to.equal(first);
    });
  }
});
