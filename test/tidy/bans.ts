/** Something that must not stand in the files that `where` matches. */
export interface Ban {
  readonly name: string;
  readonly where: RegExp;
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly instead: string;
  /** Whether comments and strings are searched too. */
  readonly everywhere?: true;
}

const ENGINE_AND_LESSONS = /^(?:engine\/(?!cli\/)|lessons\/)/;
const ENGINE = /^engine\/(?!cli\/)/;
const SHIPPED = /^(?:engine|components|lessons|site)\//;
const EVERYWHERE = /^(?!test\/tidy\/)/;

/** Every ban, one counted test each. */
export const BANS: readonly Ban[] = [
  {
    name: "Math.random stays out of the engine and the lessons",
    where: ENGINE_AND_LESSONS,
    pattern: /\bMath\s*\.\s*random\b/g,
    instead: "the machine's seeded random source",
  },
  {
    name: "Clocks stay out of the engine and the lessons",
    where: ENGINE_AND_LESSONS,
    pattern: /\bnew Date\b|\bDate\s*[.(]|(?<![.\w])performance\s*\.|\bhrtime\b/g,
    instead: "the scheduler's time",
  },
  {
    name: "Timers stay out of the engine and the lessons",
    where: ENGINE_AND_LESSONS,
    pattern: /(?<![.\w#])(?:set(?:Timeout|Interval|Immediate)|requestAnimationFrame)\s*\(/g,
    instead: "a task of the scheduler",
  },
  {
    name: "The console stays out of the engine and the lessons",
    where: ENGINE_AND_LESSONS,
    pattern: /(?<![.\w])console\s*\./g,
    instead: "a trace row or an error",
  },
  {
    name: "The page stays out of the engine",
    where: ENGINE,
    pattern: /(?<![.\w#])(?:document|window|navigator|globalThis)\s*\./g,
    instead: "plain values, passed in",
  },
  {
    name: "Node stays out of the engine",
    where: ENGINE,
    pattern: /(?<![.\w#])(?:process|Buffer)\s*\./g,
    instead: "engine/cli, the only folder that may know Node",
  },
  {
    name: "The type any stands nowhere",
    where: /\.ts$/,
    pattern: /(?:[:<,|&(]\s*|\bas\s+)any\b(?!\s*:)|\bany\[\]/g,
    instead: "unknown and a check",
  },
  {
    name: "The compiler is silenced nowhere",
    where: EVERYWHERE,
    pattern: /@ts-(?:ignore|nocheck)|(?:eslint|oxlint|biome)-(?:disable|ignore)/g,
    instead: "the reason mended",
    everywhere: true,
  },
  {
    name: "Cycle counts stand only in the ledger's tables",
    where: /^engine\/(?!ledger\/)/,
    pattern:
      /\bcycles\(\s*[1-9]|(?:_CYCLES\s*=|[cC]ycles\??:)\s*[1-9]|\b(?:spend|spendOnVcpu)\(\s*[1-9]/g,
    instead: "a cost primitive with a source",
  },
  {
    name: "Nothing is left for later",
    where: EVERYWHERE,
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/g,
    instead: "the work, or an issue",
    everywhere: true,
  },
  {
    name: "No test is skipped or runs alone",
    where: /^test\//,
    pattern: /\b(?:it|test|describe)\s*\.\s*(?:skip|only)\s*\(/g,
    instead: "every test, always",
  },
  {
    name: "Shipped code asks no other host",
    where: SHIPPED,
    pattern:
      /(?:src|href)="https?:[^"]*\.(?:js|css|woff2?)"|https?:\/\/(?:cdn\.|unpkg|esm\.sh|\S*jsdelivr)/g,
    instead: "a file of our own",
    everywhere: true,
  },
];
