/** 224.0.0.1 as an Ethernet address: what IGMP joins when an interface comes up. */
export const ALL_HOSTS = Uint8Array.of(0x01, 0x00, 0x5e, 0x00, 0x00, 0x01);
