/** Something a guest's frames have or have not, and why. */
export interface BypassPoint {
  readonly what: string;
  readonly why: string;
}

/** What becomes of a frame's way when it goes around the host's network. */
export interface Bypass {
  readonly lost: readonly BypassPoint[];
  readonly kept: readonly BypassPoint[];
}

/** What a virtual function of the 82576 loses and keeps: its frames meet no software of the host. */
export const SRIOV_BYPASS: Bypass = {
  lost: [
    {
      what: "overlay",
      why: "no tunnel header: the fabric's own VLAN must carry the guest's network",
    },
    { what: "policy", why: "no flow table and no agent: nobody looks beyond addresses and VLAN" },
    { what: "mirror", why: "the host sees no frame that it could copy for an analyzer" },
    { what: "statistics by flow", why: "the NIC counts frames and bytes of the function only" },
    { what: "live migration", why: "the guest's driver holds state of this very NIC and its DMA" },
    { what: "overcommitted memory", why: "pages that the NIC may write to stay pinned" },
    { what: "guests without limit", why: "seven virtual functions for each port" },
  ],
  kept: [
    { what: "address and VLAN filters", why: "RA, VLVF and VMOLR let in what is the function's" },
    { what: "spoof check", why: "DTXSWC stops frames under another function's address or VLAN" },
    { what: "neighbours", why: "the switch in the NIC carries them, over PCIe twice and no wire" },
  ],
};
