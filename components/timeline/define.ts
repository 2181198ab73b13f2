import { defineElement } from "../define-element.ts";
import { TraplineTimeline } from "./trapline-timeline.ts";

defineElement("trapline-timeline", TraplineTimeline);
