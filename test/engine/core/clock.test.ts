import { expect } from "chai";
import { Clock } from "../../../engine/core/clock.ts";
import { RESOURCES } from "../../../engine/core/resource.ts";

const { vcpu, vhostWorker, hostCpu, nic, wireOut, wireIn } = RESOURCES;

describe("Clock", () => {
  it("lets the vCPU's time go on by what it spends", () => {
    const clock = new Clock();
    expect(clock.spend(100)).to.equal(0);
    expect(clock.spend(50)).to.equal(100);
    expect(clock.vcpuCycles).to.equal(150);
    expect(clock.busyCycles[vcpu.code]).to.equal(150);
  });

  it("does not delay the vCPU by the work of another CPU", () => {
    const clock = new Clock();
    clock.spend(100);
    clock.begin(vhostWorker.code, 80);
    expect(clock.spend(500)).to.equal(80);
    clock.end();
    expect(clock.nowCycles).to.equal(100);
    expect(clock.freeAtCycles[vhostWorker.code]).to.equal(580);
    expect(clock.horizonCycles).to.equal(580);
  });

  it("begins work of a CPU when it is free, however early it was due", () => {
    const clock = new Clock();
    clock.begin(vhostWorker.code, 0);
    clock.spend(500);
    clock.end();
    clock.begin(vhostWorker.code, 10);
    expect(clock.spend(1)).to.equal(500);
    clock.end();
  });

  it("delays the vCPU by what shares its CPU", () => {
    const clock = new Clock();
    clock.begin(vcpu.code, 40);
    clock.spend(100);
    clock.end();
    expect(clock.nowCycles).to.equal(140);
  });

  it("makes the vCPU pay for leaving its guest, whoever makes it leave", () => {
    const clock = new Clock();
    clock.spend(100);
    clock.begin(vhostWorker.code, 80);
    expect(clock.spendOnVcpu(30)).to.equal(100);
    expect(clock.nowCycles).to.equal(80);
    clock.end();
    expect(clock.nowCycles).to.equal(130);
  });

  it("adds up a device's steps for one packet and overlaps those for two", () => {
    const clock = new Clock();
    clock.spend(10);
    expect(clock.deviceStep(1, 100)).to.equal(10);
    expect(clock.deviceStep(1, 100)).to.equal(110);
    expect(clock.deviceStep(2, 100)).to.equal(10);
    clock.occupy(nic.code, 25);
    expect(clock.deviceStep(3, 100)).to.equal(35);
  });

  it("sends one frame after the other", () => {
    const clock = new Clock();
    expect(clock.sendStep(1, 900, 67)).to.equal(0);
    expect(clock.lastEndCycles).to.equal(900);
    expect(clock.sendStep(2, 900, 67)).to.equal(67);
    expect(clock.busyCycles[wireOut.code]).to.equal(134);
  });

  it("lets a frame follow as soon as the wire is free, however long the way of the one before", () => {
    const clock = new Clock();
    expect(clock.sendStep(1, 1500, 67)).to.equal(0);
    expect(clock.lastEndCycles).to.equal(1500);
    expect(clock.sendStep(2, 1500, 67)).to.equal(67);
    expect(clock.busyCycles[wireOut.code]).to.equal(134);
  });

  it("gives what a device's context asks of a CPU to the one that takes its interrupts", () => {
    const clock = new Clock();
    clock.begin(wireIn.code, 20);
    clock.arriveStep(1, 30, 20);
    expect(clock.spend(400)).to.equal(50);
    clock.end();
    expect(clock.freeAtCycles[hostCpu.code]).to.equal(450);
    expect(clock.nowCycles).to.equal(0);
  });
});
