/** One thing that the reader does; a target is a selector as Playwright understands it. */
export type Act =
  | { readonly click: string }
  | { readonly hover: string }
  | { readonly press: string; readonly in?: string }
  | { readonly fill: string; readonly with: string }
  | { readonly choose: string; readonly value: string }
  /** A file of `site/public`, dropped on the page; its first bytes only where a number is given. */
  | { readonly drop: string; readonly bytes?: number };

/** A state of a page: where it is, what the reader did, and how one sees that it is this one. */
export interface PageState {
  /** Words with hyphens, the page first: it names the picture. */
  readonly name: string;
  /** Page and hash. */
  readonly path: string;
  readonly acts?: readonly Act[];
  /** What can be seen in this state. */
  readonly shows: string;
  /** The part of the page that differs: what is pictured and held against axe; all of it without one. */
  readonly part?: string;
  /** Requests that are never answered, so that the page waits. */
  readonly holds?: RegExp;
  /** Requests that fail, as they do without a network. */
  readonly loses?: RegExp;
  /** The page is at work in this state and does not come to rest. */
  readonly busy?: true;
}
