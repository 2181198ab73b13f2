import type { RingIndices } from "../../memory/ring-indices.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { INIT_GEN } from "./descriptors.ts";

/** A command ring as the driver sees it. drivers/net/vmxnet3/vmxnet3_int.h, vmxnet3_cmd_ring. */
export class CommandRing {
  readonly block: SharedBlock;
  readonly size: number;
  next2fill = 0;
  next2comp = 0;
  gen = INIT_GEN;

  constructor(block: SharedBlock, size: number, indices: RingIndices) {
    this.block = block;
    this.size = size;
    indices.set(block.name, "driver", "next2fill", () => this.next2fill);
    indices.set(block.name, "driver", "next2comp", () => this.next2comp);
  }

  /** `vmxnet3_cmd_ring_desc_avail`: one entry stays empty, so that full and empty differ. */
  get available(): number {
    return (this.next2comp > this.next2fill ? 0 : this.size) + this.next2comp - this.next2fill - 1;
  }

  /** `vmxnet3_cmd_ring_adv_next2fill`: the generation flips at the end. */
  advanceFill(): void {
    this.next2fill++;
    if (this.next2fill < this.size) return;
    this.next2fill = 0;
    this.gen ^= 1;
  }

  /** `vmxnet3_cmd_ring_adv_next2comp`. */
  advanceComp(): void {
    this.next2comp++;
    if (this.next2comp === this.size) this.next2comp = 0;
  }

  /** Back to the start. */
  reset(): void {
    this.next2fill = 0;
    this.next2comp = 0;
    this.gen = INIT_GEN;
  }
}

/** A completion ring as the driver sees it; vmxnet3_comp_ring. */
export class CompletionRing {
  readonly block: SharedBlock;
  readonly size: number;
  next2proc = 0;
  gen = INIT_GEN;

  constructor(block: SharedBlock, size: number, indices: RingIndices) {
    this.block = block;
    this.size = size;
    indices.set(block.name, "driver", "next2proc", () => this.next2proc);
    indices.set(block.name, "driver", "driver gen", () => this.gen);
  }

  /** `vmxnet3_comp_ring_adv_next2proc`. */
  advance(): void {
    this.next2proc++;
    if (this.next2proc < this.size) return;
    this.next2proc = 0;
    this.gen ^= 1;
  }

  /** Back to the start. */
  reset(): void {
    this.next2proc = 0;
    this.gen = INIT_GEN;
  }
}
