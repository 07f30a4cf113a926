import { fault } from "../operands.ts";

/** Texts of schema errors, as OPA's validator words them. */
export function invalidType(expected: string, given: string) {
  return fault(`Invalid type. Expected: ${expected}, given: ${given}`);
}

export function mustBeOfA(what: string, type: string) {
  return fault(`${what} must be of a ${type}`);
}

export function mustBeOfAn(what: string, type: string) {
  return fault(`${what} must be of an ${type}`);
}

export function mustBeOfType(key: string, type: string) {
  return fault(`${key} must be of type ${type}`);
}
