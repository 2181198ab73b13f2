import { defineElement } from "../define-element.ts";
import { TraplineCrossing } from "./trapline-crossing.ts";

defineElement("trapline-crossing", TraplineCrossing);
