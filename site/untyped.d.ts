declare module "@observablehq/runtime" {
  /** A reactive variable: a name, the names of its inputs, and the function that computes it. */
  export interface Variable {
    define(name: string | null, inputs: readonly string[], definition: unknown): this;
    delete(): void;
  }

  /** A definition function, called with the values of the variable's inputs. */
  export type VariableDefinition = (...inputs: never[]) => unknown;

  /** A name space of variables. */
  export interface Module {
    variable(observer?: unknown, options?: { shadow?: Record<string, unknown> }): Variable;
    define(name: string | null, inputs: readonly string[], definition: unknown): Variable;
    value(name: string): Promise<unknown>;
  }

  /** A graph of variables that recomputes what changed. */
  export class Runtime {
    constructor(builtins?: Record<string, () => unknown>);
    module(): Module;
    dispose(): void;
  }
}

declare module "virtual:resting-runs" {
  /** The runs of the home page at rest, packed. */
  const packed: string;
  export default packed;
}
