import { expect } from "chai";
import { UndoStack } from "../../../site/explorer/undo-stack.ts";

it("UndoStack: changes go back one by one, and forward again", () => {
  const stack = new UndoStack<number>();
  stack.left(1, "");
  stack.left(2, "");
  expect(stack.undo(3)).to.equal(2);
  expect(stack.undo(2)).to.equal(1);
  expect(stack.undo(1)).to.equal(undefined);
  expect(stack.redo(1)).to.equal(2);
  expect(stack.redo(2)).to.equal(3);
  expect(stack.redo(3)).to.equal(undefined);
});

it("UndoStack: changes of one kind right behind each other are one, others are not", () => {
  const stack = new UndoStack<number>();
  stack.left(1, "step");
  stack.left(2, "step");
  stack.left(3, "filter");
  stack.left(4, "");
  stack.left(5, "");
  expect(stack.undo(6)).to.equal(5);
  expect(stack.undo(5)).to.equal(4);
  expect(stack.undo(4)).to.equal(3);
  expect(stack.undo(3)).to.equal(1);
  expect(stack.can).to.deep.equal({ undo: false, redo: true });
});

it("UndoStack: a change that came to nothing is forgotten, and the way forward is there again", () => {
  const stack = new UndoStack<{ readonly at: number }>();
  const [first, second] = [{ at: 1 }, { at: 2 }];
  stack.left(first, "");
  stack.undo(second);
  stack.keep();
  stack.left(first, "");
  stack.takeBack();
  expect(stack.can).to.deep.equal({ undo: false, redo: true });
  expect(stack.redo(first)).to.equal(second);
});

it("UndoStack: a new change ends the way forward", () => {
  const stack = new UndoStack<number>();
  stack.left(1, "");
  stack.undo(2);
  stack.left(1, "");
  expect(stack.can.redo).to.equal(false);
});
