import { defineElement } from "../define-element.ts";
import { TraplineLockstep } from "./trapline-lockstep.ts";

defineElement("trapline-lockstep", TraplineLockstep);
