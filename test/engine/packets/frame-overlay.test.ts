// Headers as written by the engine's tunnels and by hand, and any bytes at all.
import { expect } from "chai";
import fc from "fast-check";
import { OVERLAY_BYTES, writeOverlayHeader } from "../../../engine/host/overlay-header.ts";
import { pseudoHeaderSum } from "../../../engine/packets/checksum.ts";
import { dissectBufferHeader } from "../../../engine/packets/buffer-header.ts";
import { dissectFrame } from "../../../engine/packets/frame-overlay.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";

const SEED = 20261128;
const [UDP = new Uint8Array()] = generatePackets({
  frameBytesWithoutFcs: 60,
  seed: 1,
  direction: "tx",
  count: 1,
});

function tunnelled(encapsulation: "vxlan" | "mplsoudp", label: number, inner = UDP): Uint8Array {
  const at = OVERLAY_BYTES[encapsulation];
  const bytes = new Uint8Array(at + inner.length);
  bytes.set(inner, at);
  const end = (last: number) => ({
    mac: Uint8Array.of(2, 0, 0, 0, 0, last),
    ipv4: Uint8Array.of(198, 51, 100, last),
  });
  writeOverlayHeader(bytes, at, inner.length, {
    encapsulation,
    source: end(1),
    destination: end(2),
    label,
    sourcePort: 50_000,
    identification: 7,
    dontFragment: false,
  });
  return bytes;
}

const shape = (frame: Uint8Array) =>
  dissectFrame(frame).map(({ name, offset, sizeBytes, depth }) => [name, offset, sizeBytes, depth]);

const field = (frame: Uint8Array, layer: string, name: string, depth = 0) =>
  dissectFrame(frame)
    .find((one) => one.name === layer && one.depth === depth)
    ?.fields.find((one) => one.name === name);

describe("dissectFrame", () => {
  it("opens a VXLAN packet down to the inner frame's data", () => {
    const frame = tunnelled("vxlan", 5000);
    expect(shape(frame)).to.deep.equal([
      ["Ethernet", 0, 14, 0],
      ["IPv4", 14, 20, 0],
      ["UDP", 34, 8, 0],
      ["VXLAN", 42, 8, 0],
      ["Ethernet", 50, 14, 1],
      ["IPv4", 64, 20, 1],
      ["UDP", 84, 8, 1],
      ["Data", 92, 18, 1],
    ]);
    expect(field(frame, "VXLAN", "VNI")?.text).to.equal("5000");
    expect(field(frame, "UDP", "Checksum")?.verdict).to.equal("not used");
    expect(field(frame, "UDP", "Checksum", 1)?.verdict).to.equal("right");
    expect(field(frame, "UDP", "Checksum", 1)?.offset).to.equal(90);
  });

  it("opens an MPLS-in-UDP packet, a tunnel in a tunnel, and names the label", () => {
    const frame = tunnelled("mplsoudp", 17);
    expect(field(frame, "MPLS", "Label")?.text).to.equal("17");
    expect(field(frame, "MPLS", "Bottom of stack")?.text).to.equal("1 (the last label)");
    const twice = tunnelled("vxlan", 1, frame);
    expect(shape(twice).map(([name, , , depth]) => `${name} ${depth}`)).to.deep.equal([
      ..."Ethernet 0,IPv4 0,UDP 0,VXLAN 0,Ethernet 1,IPv4 1,UDP 1,MPLS 1".split(","),
      ..."Ethernet 2,IPv4 2,UDP 2,Data 2".split(","),
    ]);
  });

  it("leaves a tunnel's port without its header as data", () => {
    const frame = tunnelled("vxlan", 5000);
    frame[42] = 0;
    expect(shape(frame).slice(3)).to.deep.equal([["Data", 42, 68, 0]]);
  });

  it("tells a checksum that the device is to finish from a wrong one", () => {
    const frame = UDP.slice();
    const sum = pseudoHeaderSum(frame, 26, 8, 17, 26);
    new DataView(frame.buffer).setUint16(40, sum);
    const checksum = field(frame, "UDP", "Checksum");
    expect(checksum?.verdict).to.equal("not filled in yet");
    const right = field(UDP, "UDP", "Checksum")?.text.slice(0, 6);
    expect(checksum?.text).to.contain(`the device is to make it ${right}`);
    new DataView(frame.buffer).setUint16(40, sum ^ 1);
    expect(field(frame, "UDP", "Checksum")?.verdict).to.equal("wrong");
  });

  it("gives the bits of fields that share a byte, and they are the frame's", () => {
    for (const frame of [UDP, tunnelled("mplsoudp", 99_999)]) {
      for (const layer of dissectFrame(frame)) {
        const used = new Map<number, number>();
        for (const { offset, sizeBytes, bits } of layer.fields) {
          const { lsb, width } = bits ?? { lsb: 0, width: sizeBytes * 8 };
          for (let bit = lsb; bit < lsb + width; bit++) {
            const at = (offset + sizeBytes) * 8 - 1 - bit;
            used.set(at, (used.get(at) ?? 0) + 1);
          }
        }
        // Every bit of a header belongs to one field.
        const isHeader = layer.fields.length > 0;
        expect([...new Set(used.values())], layer.name).to.deep.equal(isHeader ? [1] : []);
        expect(used.size, layer.name).to.equal(isHeader ? layer.sizeBytes * 8 : 0);
      }
    }
  });

  it("covers any bytes exactly, without overlaps, and never throws", () => {
    const bases = [UDP, tunnelled("vxlan", 1), tunnelled("mplsoudp", 20), new Uint8Array(200)];
    const frames = fc.record({
      base: fc.constantFrom(...bases),
      changes: fc.array(fc.tuple(fc.nat(110), fc.nat(255)), { maxLength: 6 }),
      length: fc.nat(120),
    });
    fc.assert(
      fc.property(frames, ({ base, changes, length }) => {
        const frame = base.slice(0, length);
        for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
        let next = 0;
        for (const { offset, sizeBytes, fields } of dissectFrame(frame)) {
          expect(offset).to.equal(next);
          expect(sizeBytes).to.be.above(0);
          next += sizeBytes;
          for (const part of fields) {
            expect(part.offset).to.be.at.least(offset);
            expect(part.offset + part.sizeBytes).to.be.at.most(next);
          }
        }
        expect(next).to.equal(frame.length);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it("opens random bytes behind random headers too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (frame) => {
        const sizes = dissectFrame(frame).map(({ sizeBytes }) => sizeBytes);
        expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(frame.length);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe("dissectBufferHeader", () => {
  const texts = (bytes: readonly number[], kind: Parameters<typeof dissectBufferHeader>[1]) =>
    dissectBufferHeader(Uint8Array.from(bytes), kind)?.fields.map(
      ({ name, text }) => `${name}: ${text}`,
    );

  it("reads virtio's header, with and without the count of buffers", () => {
    const bytes = [1, 0, 42, 0, 0, 0, 34, 0, 6, 0, 2, 0];
    const common = [
      "flags: 0x01 (NEEDS_CSUM)",
      "gso_type: 0 (none)",
      "hdr_len: 42 bytes",
      "gso_size: 0 bytes",
      "csum_start: byte 34 of the frame",
      "csum_offset: 6 bytes behind it",
    ];
    expect(texts(bytes, "virtio-net")).to.deep.equal([...common, "num_buffers: 2"]);
    expect(texts(bytes, "virtio-net-legacy")).to.deep.equal(common);
    expect(texts(bytes.slice(0, 11), "virtio-net")).to.equal(undefined);
  });

  it("reads the RTL8139's header in its receive ring", () => {
    expect(texts([1, 0x20, 64, 0], "rtl8139")).to.deep.equal([
      "Status: 0x2001 (ROK, BAR)",
      "Length: 64 bytes with the frame check sequence",
    ]);
  });
});
