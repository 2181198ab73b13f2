/**
 * Ways in which QEMU's model of the 82576 (hw/net/igb_core.c) differs from the chip. Each is on
 * when QEMU is what is modelled, and off for the physical NIC.
 */
export interface IgbBehaviours {
  /**
   * When the interval of EITR ends, QEMU sends the vector's message again without looking whether
   * anything happened meanwhile (igb_intrmgr_on_msix_throttling_timer): every interrupt comes
   * twice, the second one empty. The chip sends only if the cause is set again.
   */
  readonly emptyEitrInterrupt: boolean;
  /**
   * QEMU takes all of EITR's value for the number of units (igb_set_eitr,
   * igb_intrmgr_rearm_timer), so that intervals are four times as long as on the chip, where the
   * interval stands in bits 14:2 (igb.h: IGB_20K_ITR is 196, 49 units for 20,000 interrupts a second).
   */
  readonly eitrUnshifted: boolean;
  /**
   * QEMU stores EIAM's complement and never masks automatically (igb_set_eiam). The chip clears
   * the EIMS bits that EIAM names when it sends the message.
   */
  readonly eiamComplement: boolean;
  /**
   * QEMU ignores DTXSWC's anti-spoof bits: a VF may send from any address. The chip drops such a
   * frame, names the queue in WVBR and raises DOUTSYNC.
   */
  readonly spoofUnchecked: boolean;
  /**
   * QEMU's switch gives a broadcast or multicast back to the pool that sent it; the chip leaves
   * the sender out unless DTXSWC.LLE of its pool is set.
   */
  readonly echoToSender: boolean;
}

/** QEMU 10.0's device model. */
export const QEMU_IGB: IgbBehaviours = {
  emptyEitrInterrupt: true,
  eitrUnshifted: true,
  eiamComplement: true,
  spoofUnchecked: true,
  echoToSender: true,
};

/** The chip as its datasheet describes it. */
export const CHIP_IGB: IgbBehaviours = {
  emptyEitrInterrupt: false,
  eitrUnshifted: false,
  eiamComplement: false,
  spoofUnchecked: false,
  echoToSender: false,
};
