import type { RegisterTable, Registers } from "../../registers/define.ts";
import type { Region } from "../../registers/region.ts";
import { type Handlers, RegisterFile } from "../../registers/register-file.ts";
import type { Vmxnet3 } from "./device.ts";
import { DwordRegion } from "./dword-region.ts";
import { BAR0, BAR1, BAR_BYTES } from "./registers.ts";
import { ACTORS } from "../../trace/actor.ts";

/** Registers of BAR 0 lie 8 bytes apart, and any offset within the 8 means the register. */
const BAR0_GRANULE_BYTES = 8;

/** BAR 0: without an active device, writes are lost. */
const BAR0_HANDLERS: Handlers<typeof BAR0, Vmxnet3> = {
  IMR: {
    peek: (nic, _stored, bank) => nic.interrupts.mask(bank),
    read: (nic, _stored, bank) => nic.interrupts.mask(bank),
    wrote: (nic, after, _before, bank) => {
      if (nic.active) nic.interrupts.setMask(bank, after !== 0);
    },
  },
  TXPROD: {
    wrote: (nic, _after, _before, bank) => {
      if (nic.active) nic.transmitDoorbell(bank);
    },
  },
};

const BAR1_HANDLERS: Handlers<typeof BAR1, Vmxnet3> = {
  DSAL: { wrote: (nic, after) => nic.setSharedLow(after) },
  DSAH: { wrote: (nic, after) => nic.setSharedHigh(after) },
  CMD: {
    peek: (nic) => nic.commandResult,
    read: (nic) => nic.commandResult,
    wrote: (nic, after) => nic.execute(after),
  },
  MACL: {
    peek: (nic) => nic.macWord(false),
    read: (nic) => nic.macWord(false),
    wrote: (nic, after) => nic.setMacLow(after),
  },
  MACH: {
    peek: (nic) => nic.macWord(true),
    read: (nic) => nic.macWord(true),
    wrote: (nic, after) => nic.setMacHigh(after),
  },
  ICR: {
    peek: (nic) => nic.interrupts.cause,
    read: (nic) => nic.interrupts.readCause(),
    wrote: (nic) => nic.guestError("write to read-only ICR", 0),
  },
  ECR: { wrote: (nic, after) => nic.clearEvents(after) },
};

/** The region of doorbells and masks. */
export function buildBar0(nic: Vmxnet3): Region {
  return build("vmxnet3-b0", BAR0, BAR0_HANDLERS, nic, BAR0_GRANULE_BYTES);
}

/** The region of identification and commands. */
export function buildBar1(nic: Vmxnet3): Region {
  return build("vmxnet3-b1", BAR1, BAR1_HANDLERS, nic, 1);
}

function build<T extends RegisterTable>(
  name: string,
  registers: Registers<T>,
  handlers: Handlers<T, Vmxnet3>,
  nic: Vmxnet3,
  granuleBytes: number,
): Region {
  const file = new RegisterFile(registers, handlers, {
    name,
    byteCount: BAR_BYTES,
    device: nic,
    sheet: {
      title: granuleBytes === 1 ? "vmxnet3 BAR 1: commands" : "vmxnet3 BAR 0: masks, doorbells",
      actor: ACTORS.deviceModel.code,
      source: "drivers/net/vmxnet3/vmxnet3_defs.h, BAR 0 and BAR 1 registers",
    },
    unknownRead: (offset) => {
      nic.guestError("read of a register that does not exist", offset);
      return 0;
    },
    unknownWrite: (offset) => nic.guestError("write to a register that does not exist", offset),
  });
  return new DwordRegion(file, granuleBytes, (offset, sizeBytes) =>
    nic.guestError("unaligned register access", offset, sizeBytes),
  );
}
