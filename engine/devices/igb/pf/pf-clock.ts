import { CONTROL_REGISTERS } from "../registers/control.ts";
import { FILTER_REGISTERS } from "../registers/filter.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";
import type { PfHardware } from "./pf-hardware.ts";

const S = SYSTEM_REGISTERS;
const F = FILTER_REGISTERS;
const QUEUE_FILTER = 3;
const EVERY_PROTOCOL = 0xf000_0000;
/** 16 ns period in units of 2^-19. */
const INCREMENT = 0x180_0000;

/** `igb_ptp_reset`: no frame is time-stamped, the clock starts anew. */
export function resetClock(hw: PfHardware): void {
  hw.read(S.TSYNCTXCTL);
  hw.write(S.TSYNCTXCTL, 0);
  hw.read(S.TSYNCRXCTL);
  hw.write(S.TSYNCRXCTL, 0);
  hw.write(F.TSYNCRXCFG, 0);
  hw.write(F.ETQF, 0, QUEUE_FILTER);
  hw.write(F.FTQF, EVERY_PROTOCOL, QUEUE_FILTER);
  hw.flush();
  for (const stamp of [S.TXSTMPL, S.TXSTMPH, S.RXSTMPL, S.RXSTMPH]) hw.read(stamp);
  hw.write(S.TIMINCA, INCREMENT);
  hw.read(S.SYSTIML);
  hw.read(S.SYSTIMH);
  hw.read(CONTROL_REGISTERS.STATUS);
}

/** `igb_ptp_rx_hang`: part of every watchdog run. */
export function checkReceiveStamp(hw: PfHardware): void {
  hw.read(S.TSYNCRXCTL);
}
