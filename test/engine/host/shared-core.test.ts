import { expect } from "chai";
import { DirectPath } from "../../../engine/host/direct-path.ts";
import { CoreSharingPath, HostCores } from "../../../engine/host/shared-core.ts";
import { aFrame, aPath, FAR, GUEST } from "./a-path.ts";

function aGuest(cores: HostCores, guest: number) {
  return aPath((machine, tap) => new CoreSharingPath(machine, new DirectPath(tap), cores, guest));
}

describe("HostCores", () => {
  it("counts a switch when another guest's backend ran on the core before, and says so in a row", () => {
    const cores = new HostCores(1);
    const [first, second] = [aGuest(cores, 0), aGuest(cores, 1)];
    first.leave(aFrame(FAR, GUEST));
    first.arrive(aFrame(GUEST, FAR));
    expect(cores.switchCount).to.equal(0);
    second.leave(aFrame(FAR, GUEST));
    second.arrive(aFrame(GUEST, FAR));
    first.arrive(aFrame(GUEST, FAR));
    expect(cores.switchCount).to.equal(2);
    expect(second.steps()[0]).to.equal("contextSwitch the backend of guest 2");
    expect(first.steps()).to.include("contextSwitch the backend of guest 1");
    expect([first.sent.length, first.given.length]).to.deep.equal([1, 2]);
  });

  it("deals backends out to cores in turn: as many cores as guests need no switch", () => {
    const cores = new HostCores(2);
    const guests = [aGuest(cores, 0), aGuest(cores, 1), aGuest(cores, 2)];
    for (const guest of [...guests, ...guests]) guest.leave(aFrame(FAR, GUEST));
    // Guests 1 and 3 share a core: each of their frames but the first finds the other's backend there.
    expect(cores.switchCount).to.equal(3);
  });
});
