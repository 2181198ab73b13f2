import { expect } from "chai";
import { type Command, commandOf, keysOf, matching } from "../../../site/explorer/command.ts";
import { commandsOf, type CommandTarget } from "../../../site/explorer/commands.ts";

const NOTHING = new Proxy({} as CommandTarget, {
  get: (_, name) => (name === "can" ? () => ({ undo: true, redo: true }) : () => true),
});
const ALL = commandsOf(NOTHING);

it("Commands: no two have the same id or the same key", () => {
  const ids = ALL.map(({ id }) => id);
  const keys = ALL.flatMap((command) => command.keys);
  expect(new Set(ids).size).to.equal(ids.length);
  expect(new Set(keys).size).to.equal(keys.length);
});

it("Commands: keys are named as they are pressed", () => {
  const pressed = (key: string, more: KeyboardEventInit = {}) =>
    keysOf(new KeyboardEvent("keydown", { key, ...more }));
  expect(pressed("e")).to.equal("E");
  expect(pressed("E", { shiftKey: true })).to.equal("Shift+E");
  expect(pressed("?", { shiftKey: true })).to.equal("?");
  expect(pressed(" ")).to.equal("Space");
  expect(pressed("k", { ctrlKey: true })).to.equal("Mod+K");
  expect(pressed("k", { metaKey: true })).to.equal("Mod+K");
  expect(pressed("PageDown")).to.equal("PageDown");
  expect(pressed("¡", { altKey: true, code: "Digit1" })).to.equal("Alt+1");
});

it("Commands: a key does nothing when its command cannot be done now", () => {
  const idle: Command = {
    id: "x",
    title: "X",
    group: "Step",
    keys: ["X"],
    can: () => false,
    run() {},
  };
  expect(commandOf([idle], "X")).to.equal(undefined);
  expect(commandOf([{ ...idle, can: () => true }], "X")?.id).to.equal("x");
});

it("Commands: they are found by any of their words, beginnings first", () => {
  expect(matching(ALL, "next exit")[0]?.id).to.equal("move-nextExit");
  expect(matching(ALL, "perfetto")[0]?.id).to.equal("save-json");
  expect(matching(ALL, "zzz")).to.deep.equal([]);
});
