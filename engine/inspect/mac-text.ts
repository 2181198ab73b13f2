import { macText } from "../packets/address-text.ts";

/** An Ethernet address, six bytes in one number, as colons separate it. */
export function macOf(address: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(address));
  return macText(new Uint8Array(view.buffer), 2);
}
