// Event channels with the FIFO ABI: what Xen writes, what a Linux domain makes of it.
import { expect } from "chai";
import { EventFifo } from "../../../../engine/devices/xen-net/event-fifo.ts";
import { EventChannels, EventDomain } from "../../../../engine/devices/xen-net/event-channels.ts";
import { EVENT } from "../../../../engine/devices/xen-net/layout.ts";
import { Machine } from "../../../../engine/machine.ts";

interface Setup {
  readonly channels: EventChannels;
  readonly domain: EventDomain;
  readonly fifo: EventFifo;
  readonly handled: number[];
  readonly word: (port: number) => number;
  wakes: number;
}

function setup(ports: readonly number[], lateEoi: boolean): Setup {
  const machine = new Machine();
  const block = (name: string): ReturnType<Machine["block"]> =>
    machine.block(name, machine.memory.allocate(4096, 4096), 4096);
  const blocks = { words: block("words"), control: block("control"), info: block("info") };
  const domain = new EventDomain(machine, "domU", blocks);
  const fifo = new EventFifo(blocks.words, blocks.control, blocks.info);
  const handled: number[] = [];
  for (const port of ports) {
    fifo.bind(port, { lateEoi, handleEvent: () => void handled.push(port) });
  }
  const word = (port: number): number => blocks.words.peek32(4 * port);
  const all = { channels: new EventChannels(machine), domain, fifo, handled, word, wakes: 0 };
  domain.onWake = () => void all.wakes++;
  return all;
}

describe("An event", () => {
  it("is pending, linked and heads its queue; the vCPU is woken once", () => {
    const { channels, domain, word, ...rest } = setup([8], true);
    channels.setPending(domain, 8);
    channels.setPending(domain, 8);
    expect(word(8)).to.equal((EVENT.pending | EVENT.linked) >>> 0);
    expect(domain.control.peek32(0)).to.equal(0x80);
    expect(domain.control.peek32(8 + 4 * 7)).to.equal(8);
    expect(rest.handled).to.deep.equal([]);
  });

  it("wakes the vCPU only while no event waits", () => {
    const all = setup([8, 9], true);
    all.channels.setPending(all.domain, 8);
    all.channels.setPending(all.domain, 9);
    expect(all.wakes).to.equal(1);
    expect(all.word(8), "8 is followed by 9").to.equal((EVENT.pending | EVENT.linked | 9) >>> 0);
  });

  it("is handled in its turn behind others of its queue, the timer's before all", () => {
    const { channels, domain, fifo, handled } = setup([3, 8, 9, 10], true);
    domain.priorities.set(3, 0);
    for (const port of [9, 8, 10, 3]) channels.setPending(domain, port);
    fifo.handleUpcall();
    expect(handled).to.deep.equal([3, 9, 8, 10]);
  });

  it("that comes while it is masked waits for Xen to queue it", () => {
    const { channels, domain, fifo, handled, word } = setup([8], true);
    channels.setPending(domain, 8);
    fifo.handleUpcall();
    expect(word(8)).to.equal(EVENT.masked);
    channels.setPending(domain, 8);
    fifo.handleUpcall();
    expect(handled).to.deep.equal([8]);
    let asked = 0;
    fifo.unmask(8, () => {
      asked++;
      channels.unmask(domain, 8);
    });
    expect(asked).to.equal(1);
    fifo.handleUpcall();
    expect(handled).to.deep.equal([8, 8]);
  });

  it("is let in again by a memory write when none came meanwhile", () => {
    const { channels, domain, fifo, word } = setup([8], true);
    channels.setPending(domain, 8);
    fifo.handleUpcall();
    fifo.unmask(8, () => expect.fail("Xen is not asked"));
    expect(word(8)).to.equal(0);
  });

  it("of the timer is cleared and stays unmasked", () => {
    const { channels, domain, fifo, word } = setup([3], false);
    channels.setPending(domain, 3);
    fifo.handleUpcall();
    expect(word(3)).to.equal(0);
  });

  it("to a port to which nobody is bound is lost without an error", () => {
    const { channels, domain } = setup([8], true);
    channels.allocate(domain, 8);
    channels.send(domain, 8);
    expect(domain.control.peek32(0)).to.equal(0);
  });
});
