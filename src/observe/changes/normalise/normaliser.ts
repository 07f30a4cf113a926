import type { Json, PropertyPath } from "../../../base/index.ts";

/** Two nodes at one path of a resource that are not equal, and what is known about them. */
export interface DifferingNodes {
  readonly path: PropertyPath;
  readonly before: Json;
  readonly after: Json;
  readonly resource: {
    readonly provider: string;
    readonly type: string;
    /** Whole attribute objects of both sides. */
    readonly before: Json;
    readonly after: Json;
  };
  /** Is this path the tool's own metadata, by the source's list? */
  readonly isMetadata: boolean;
  /** Is this a list whose order means nothing? */
  readonly isSet: boolean;
}

/**
 * One step of the chain: recognises one kind of false drift. Pure; never decides by a value's meaning for
 * security.
 */
export interface Normaliser {
  /** Stable name, as counted and listed in reports. */
  readonly name: string;
  /** What it removes, one sentence for people. */
  readonly removes: string;
  isNoise(nodes: DifferingNodes): boolean;
}
