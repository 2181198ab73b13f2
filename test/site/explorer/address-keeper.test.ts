import { expect } from "chai";
import { AddressKeeper } from "../../../site/explorer/address-keeper.ts";

it("AddressKeeper: single changes are written at once", () => {
  const written: string[] = [];
  let now = 0;
  const keeper = new AddressKeeper(
    (address) => written.push(address),
    () => now,
  );
  for (let step = 0; step < 100; step++) {
    now += 400;
    keeper.put(`#step=${step}`);
  }
  expect(written).to.have.length(100);
});

it("AddressKeeper: a run played at full speed writes fewer than browsers allow, and the last place in the end", async () => {
  const written: string[] = [];
  let now = 0;
  const keeper = new AddressKeeper(
    (address) => written.push(address),
    () => now,
  );
  for (let step = 0; step < 600; step++) keeper.put(`#step=${step}`);
  expect(written.length).to.be.below(100);
  now = 1000;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(written.at(-1)).to.equal("#step=599");
  expect(written.length).to.be.below(100);
});
