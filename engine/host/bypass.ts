/** Something a guest's frames have or have not, and why. */
export interface BypassPoint {
  readonly what: string;
  readonly why: string;
}

/** What becomes of a frame's way, or of the guest, where a mode gives up something for speed. */
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

/** What a guest loses and keeps whose rings a process of the host polls in shared memory (vhost-user). */
export const SHARED_MEMORY_BYPASS: Bypass = {
  lost: [
    {
      what: "overcommitted memory",
      why: "the guest's memory is huge pages that the polling process maps too: none can be taken away",
    },
  ],
  kept: [
    {
      what: "overlay, policy and mirror",
      why: "the polling process is the switch or router itself",
    },
    {
      what: "live migration",
      why: "the process logs the pages that it writes to (VHOST_USER_SET_LOG_BASE)",
    },
  ],
};

/** What a frame loses on a macvtap: it goes around bridges and switches of the host's kernel. */
export const MACVTAP_BYPASS: Bypass = {
  lost: [
    { what: "overlay", why: "macvtap adds no header: frames leave as the guest made them" },
    { what: "policy", why: "no flow table: macvtap looks at addresses only" },
    { what: "mirror", why: "no switch with a mirror's port lies on the way" },
  ],
  kept: [
    { what: "live migration", why: "the device is QEMU's: nothing of the NIC is the guest's" },
  ],
};

/** What a frame loses where nothing stands between the device model and the wire. */
export const NO_PATH_BYPASS: Bypass = {
  lost: ["overlay", "policy", "mirror"].map((what) => ({
    what,
    why: "the host path is left out: nothing handles the frame behind the copy",
  })),
  kept: [],
};

/** What a system on the hardware itself has not: there is no guest. */
export const BARE_METAL_BYPASS: Bypass = {
  lost: [
    { what: "overlay", why: "no host below it: the system would have to add the header itself" },
    { what: "policy", why: "no host below it that could look at its flows" },
    { what: "mirror", why: "no host below it that could copy its frames" },
    { what: "live migration", why: "the system holds the hardware's own state" },
    {
      what: "overcommitted memory",
      why: "the system owns the memory: nothing can be shared out twice",
    },
  ],
  kept: [],
};
