import { defineElement } from "../define-element.ts";
import { TraplineFrame } from "./trapline-frame.ts";
import { TraplineHex } from "./trapline-hex.ts";
import { TraplineInspector } from "./trapline-inspector.ts";
import { TraplineMemory } from "./trapline-memory.ts";

defineElement("trapline-hex", TraplineHex);
defineElement("trapline-frame", TraplineFrame);
defineElement("trapline-memory", TraplineMemory);
defineElement("trapline-inspector", TraplineInspector);
