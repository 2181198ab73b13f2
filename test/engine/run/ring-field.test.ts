import { expect } from "chai";
import { ringFieldName } from "../../../engine/run/ring-field.ts";

/** Driver, block, offset, bytes of the block, and the field's name. */
const FIELDS = [
  ["8139cp", "tx_ring", 24, 1024, "tx_ring[1].addr"],
  ["8139cp", "tx_ring", 16, 1024, "tx_ring[1].opts1"],
  ["vmxnet3", "tx_comp_ring", 31, 8192, "tx_comp_ring[1].dword3+3"],
  ["virtio_net", "tx_desc", 12, 4096, "tx_desc[0].flags"],
  ["virtio_net", "tx_avail", 2, 518, "tx_avail.idx"],
  ["virtio_net", "tx_avail", 6, 518, "tx_avail.ring[1]"],
  ["virtio_net", "tx_avail", 516, 518, "tx_avail.used_event"],
  ["virtio_net", "tx_used", 12, 2054, "tx_used.ring[1].id"],
  ["virtio_net", "tx_used", 2052, 2054, "tx_used.avail_event"],
  ["virtio_net", "rx_desc_ring", 30, 4096, "rx_desc_ring[1].flags"],
  ["igbvf", "vf_tx_ring", 28, 4096, "vf_tx_ring[1].olinfo_status"],
  ["8139too", "rx_buffer", 4, 8192, undefined],
  ["nobody", "tx_ring", 0, 16, undefined],
] as const;

describe("ringFieldName", () => {
  for (const [driver, block, offset, bytes, name] of FIELDS) {
    it(`ringFieldName: ${driver}'s ${block}+${offset} is ${name ?? "not known"}`, () => {
      expect(ringFieldName(driver, block, offset, bytes)).to.equal(name);
    });
  }

  it("names Xen's rings, grants, event words and flags, and whose they are", () => {
    const name = (block: string, offset: number): string | undefined =>
      ringFieldName("xen-netfront", block, offset, 4096);
    expect(name("tx ring", 4)).to.equal("tx.req_event");
    expect(name("tx ring", 64 + 12 * 3 + 10)).to.equal("tx[3].size");
    expect(name("rx ring", 64 + 8 * 255 + 6)).to.equal("rx[255].rsp.status");
    expect(name("grant table", 8 * 9 + 4)).to.equal("grant[9].frame");
    expect(name("dom0 event words", 84)).to.equal("dom0 event 21");
    expect(name("domU event control", 36)).to.equal("domU head[7]");
    expect(name("domU vcpu info", 0)).to.equal("domU upcall_pending");
  });
});
