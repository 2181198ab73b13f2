import type { CpuMode } from "./mode.ts";
import { native } from "./native.ts";
import { paravirtual } from "./paravirtual/paravirtual.ts";
import { translator } from "./translator/mode.ts";
import { trapAndEmulate } from "./trap-and-emulate/mode.ts";
import { vtx } from "./vtx/vtx-mode.ts";

/** Every way to run guest code, in the order of the explanation; tests iterate over it. */
export const CPU_MODES: readonly CpuMode[] = [native, trapAndEmulate, vtx, translator, paravirtual];
