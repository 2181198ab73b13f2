import { defineElement } from "../define-element.ts";
import { TraplineFilterBox } from "./filter-box.ts";
import { TraplineEvents } from "./trapline-events.ts";

defineElement("trapline-filter-box", TraplineFilterBox);
defineElement("trapline-events", TraplineEvents);
