import type { SectionSpec } from "../../history/history-data.ts";
import { HostNic, RECEIVE_RING, TRANSMIT_QUEUE } from "../../host/host-nic.ts";
import { PolledUplink, UPLINK_RING } from "../../host/polled-uplink.ts";
import { TAP_FRAMES_MAX } from "../../host/tap-queue.ts";
import { TapReader } from "../../host/tap-reader.ts";
import { VhostNet } from "../../host/vhost-net.ts";
import { ACTORS } from "../../trace/actor.ts";
import { pathsOf } from "../host-paths.ts";
import type { SectionOpener } from "../section-opener.ts";

const TAP: SectionSpec = {
  id: "tap-queue",
  title: "TAP device's queue",
  actor: ACTORS.hostNetwork.code,
  kind: "fields",
  cells: [
    { name: "frames", form: "decimal", sizeBytes: 0, doc: "Frames that wait for the reader" },
    {
      name: "room",
      form: "decimal",
      sizeBytes: 0,
      doc: "Frames that still fit before frames are dropped",
    },
    { name: "next packet", form: "decimal", sizeBytes: 0, doc: "Packet of the first frame" },
  ],
  source: "drivers/net/tun.c, tun_net_xmit: tx_queue_len 1,000",
};

const NIC: SectionSpec = {
  id: "host-nic",
  title: "Host NIC's queues",
  actor: ACTORS.hardware.code,
  kind: "fields",
  cells: [
    {
      name: "receive ring",
      form: "decimal",
      sizeBytes: 0,
      doc: "Frames that wait for the host's CPU",
    },
    { name: "receive room", form: "decimal", sizeBytes: 0, doc: "Frames that still fit" },
    {
      name: "sent",
      form: "decimal",
      sizeBytes: 0,
      doc: "Frames given to the transmit queue so far",
    },
    {
      name: "transmit queue",
      form: "decimal",
      sizeBytes: 0,
      doc: "Frames before the wire when the last one was given to it",
    },
    { name: "transmit room", form: "decimal", sizeBytes: 0, doc: "Frames that still fitted then" },
  ],
  source: "net/core/dev.c, net_rx_action, __dev_xmit_skb; sizes as engine/host/host-nic.ts says",
};

const POLLED: SectionSpec = {
  id: "polled-uplink",
  title: "Polled NIC's receive ring",
  actor: ACTORS.hardware.code,
  kind: "fields",
  cells: [
    {
      name: "receive ring",
      form: "decimal",
      sizeBytes: 0,
      doc: "Frames that wait for the polling thread",
    },
    { name: "receive room", form: "decimal", sizeBytes: 0, doc: "Frames that still fit" },
  ],
  source: "DPDK, rte_eth_rx_burst; 512 descriptors",
};

/** Fill levels of the queues between wire and device model. */
export const openHostQueues: SectionOpener = ({ nic, journal }) => {
  const { reader } = nic.wire;
  if (reader instanceof TapReader || reader instanceof VhostNet) {
    const { tapQueue } = reader;
    const watch = journal.watchSection(TAP, (section) => {
      section.put("frames", tapQueue.count);
      section.put("room", TAP_FRAMES_MAX - tapQueue.count);
      section.put("next packet", tapQueue.count > 0 ? tapQueue.headPacket : undefined);
    });
    tapQueue.onChange = () => watch.touch();
  }
  for (const path of pathsOf(nic)) {
    if (path instanceof HostNic) {
      const watch = journal.watchSection(NIC, (section) => {
        const queued = path.queuedAtLastSend;
        section.put("receive ring", path.waitingCount);
        section.put("receive room", RECEIVE_RING - path.waitingCount);
        section.put("sent", path.sentCount);
        section.put("transmit queue", queued);
        section.put("transmit room", TRANSMIT_QUEUE - queued);
      });
      path.onChange = () => watch.touch();
    } else if (path instanceof PolledUplink) {
      const watch = journal.watchSection(POLLED, (section) => {
        section.put("receive ring", path.waitingCount);
        section.put("receive room", UPLINK_RING - path.waitingCount);
      });
      path.onChange = () => watch.touch();
    }
  }
};
