import { expect } from "chai";
import { rowText } from "../../../engine/recordings/line-text.ts";
import type { Row } from "../../../engine/recordings/row.ts";

const names = new Map([["rtl8139+0x4", "IDR4"]]);
const textOf = (key: string) => rowText({ key } as Row, names);

it("A line of a recording names the register of an access, and not one for configuration space", () => {
  expect(textOf("mmio_read rtl8139+0x4/4 = 0x103")).to.equal("reads IDR4, 4 B: 0x103");
  expect(textOf("cfg_read rtl8139+0x4 = 0x103")).to.equal("reads config rtl8139+0x4: 0x103");
  expect(textOf("mmio_write rtl8139+0xd9/1 = 0x40")).to.equal("writes rtl8139+0xd9, 1 B: 0x40");
});
