// PCI Local Bus 3.0, 6.8.2 "MSI-X Capability and Table Structures".
import { expect } from "chai";
import fc from "fast-check";
import { ConfigSpace } from "../../../engine/pci/config-space.ts";
import { Msix } from "../../../engine/pci/msix.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

const SEED = 20_265;
const CAPABILITY = 0x70;
const CONTROL = CAPABILITY + 2;
const ENABLE = 0x8000;
const FUNCTION_MASK = 0x4000;

function anMsix(vectorCount = 3) {
  const machine = aMachine();
  const config = new ConfigSpace();
  const msix = new Msix(machine, config, {
    vectorCount,
    capabilityOffset: CAPABILITY,
    table: { bar: 1, offset: 0 },
    pba: { bar: 1, offset: 0x800 },
    actor: 3,
  });
  config.onWrite(() => msix.configWritten());
  const route = (entry: number, vector: number, masked = false) => {
    msix.write(entry * 16, 4, 0xfee0_0000);
    msix.write(entry * 16 + 8, 4, vector);
    msix.write(entry * 16 + 12, 4, masked ? 1 : 0);
  };
  const sent = () => rowsOf(machine.trace.finish());
  return { machine, config, msix, route, sent };
}

describe("Msix", () => {
  it("describes itself in the capability", () => {
    const { config } = anMsix(5);
    expect(config.read(CAPABILITY, 1)).to.equal(0x11);
    expect(config.read(CONTROL, 2)).to.equal(4);
    expect(config.read(CAPABILITY + 4, 4)).to.equal(1);
    expect(config.read(CAPABILITY + 8, 4)).to.equal(0x801);
    config.write(CONTROL, 2, 0xffff);
    expect(config.read(CONTROL, 2)).to.equal(0xc004);
  });

  it("sends nothing and remembers nothing while it is disabled", () => {
    const { config, msix, route, sent } = anMsix();
    route(0, 0x26);
    msix.notify(0);
    config.write(CONTROL, 2, ENABLE);
    expect(sent()).to.deep.equal([]);
  });

  it("sends a vector's message to the local APIC", () => {
    const { machine, config, msix, route, sent } = anMsix();
    config.write(CONTROL, 2, ENABLE);
    route(1, 0x27);
    msix.notify(1);
    expect(sent()).to.deep.equal([`msix vec1 data=39 address=${0xfee0_0000}`]);
    expect(machine.vcpu.apic.highestRequested).to.equal(0x27);
  });

  it("keeps a masked vector pending and sends it once when it is unmasked", () => {
    const { config, msix, route, sent } = anMsix();
    config.write(CONTROL, 2, ENABLE);
    route(0, 0x26, true);
    msix.notify(0);
    msix.notify(0);
    expect(sent()).to.deep.equal([]);
    msix.write(12, 4, 0);
    msix.write(12, 4, 0);
    expect(sent()).to.have.length(1);
  });

  it("keeps all vectors pending under the function mask and sends them when it is cleared", () => {
    const { config, msix, route, sent } = anMsix();
    config.write(CONTROL, 2, ENABLE | FUNCTION_MASK);
    route(0, 0x26);
    route(2, 0x28);
    msix.notify(2);
    msix.notify(0);
    expect(sent()).to.deep.equal([]);
    config.write(CONTROL, 2, ENABLE);
    expect(sent().map((row) => row.split(" ")[1])).to.deep.equal(["vec0", "vec2"]);
  });

  it("sends what is pending when an 8-byte write unmasks the vector", () => {
    const { config, msix, route, sent } = anMsix();
    config.write(CONTROL, 2, ENABLE);
    route(0, 0x26, true);
    msix.notify(0);
    msix.write(8, 8, 0x29);
    expect(sent()).to.deep.equal([`msix vec0 data=41 address=${0xfee0_0000}`]);
  });

  it("keeps only the mask bit of vector control, and answers nothing to narrow accesses", () => {
    const { msix } = anMsix();
    msix.write(12, 4, 0xffff_ffff);
    expect(msix.read(12, 4)).to.equal(1);
    msix.write(0, 1, 0xff);
    expect([msix.read(0, 4), msix.read(12, 1)]).to.deep.equal([0, 0]);
    expect(msix.read(8, 8)).to.equal(2 ** 32);
    expect(msix.read(3 * 16, 4)).to.equal(0);
  });

  it("masks everything again at reset and forgets what was pending", () => {
    const { config, msix, route, sent } = anMsix();
    config.write(CONTROL, 2, ENABLE);
    route(0, 0x26, true);
    msix.notify(0);
    msix.reset();
    route(0, 0x26);
    expect(sent()).to.deep.equal([]);
    expect(msix.isMasked(1)).to.equal(true);
  });

  it("takes a message to another address, or with an illegal vector, for the guest's error", () => {
    const { machine, config, msix, sent } = anMsix();
    config.write(CONTROL, 2, ENABLE);
    msix.write(12, 4, 0);
    msix.notify(0);
    msix.write(0, 4, 0xfee0_0000);
    msix.write(8, 4, 15);
    msix.notify(0);
    expect(sent()).to.deep.equal([
      "guestError MSI-X message outside the APIC's addresses value=0 detail=0",
      "guestError MSI-X message with an illegal vector value=15 detail=15",
    ]);
    expect(machine.vcpu.apic.highestRequested).to.equal(-1);
  });

  it("ignores a vector that it does not have", () => {
    const { config, msix, sent } = anMsix();
    config.write(CONTROL, 2, ENABLE);
    msix.notify(3);
    expect(sent()).to.deep.equal([]);
  });

  it(`neither loses nor doubles an interrupt, whatever is masked when, seed ${SEED}`, () => {
    const action = fc.record({
      do: fc.constantFrom("notify", "mask", "unmask", "maskAll", "unmaskAll"),
      vector: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const { config, msix, route, sent } = anMsix();
        const masked = [false, false, false];
        const pending = [false, false, false];
        const expected: string[] = [];
        let all = false;
        config.write(CONTROL, 2, ENABLE);
        for (const vector of [0, 1, 2]) route(vector, 0x30 + vector);
        const send = () => {
          for (const vector of [0, 1, 2]) {
            if (pending[vector] !== true || all || masked[vector] === true) continue;
            pending[vector] = false;
            expected.push(`vec${vector}`);
          }
        };
        for (const { do: what, vector } of actions) {
          if (what === "notify") msix.notify(vector);
          else if (what === "mask" || what === "unmask") {
            msix.write(vector * 16 + 12, 4, what === "mask" ? 1 : 0);
            masked[vector] = what === "mask";
          } else {
            all = what === "maskAll";
            config.write(CONTROL, 2, ENABLE | (all ? FUNCTION_MASK : 0));
          }
          if (what === "notify") pending[vector] = true;
          send();
        }
        expect(sent().map((row) => row.split(" ")[1])).to.deep.equal(expected);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
