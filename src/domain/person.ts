/**
 * A person as governance compares them: "never the requester", "someone other than the holder".
 * Two of them are the same person when either name is the same, so that a token and a sign-in of one person do not make two.
 */
export interface Person {
  /** Principal id: `acc_…`, `local:…`, or the platform's own name for them. */
  readonly id: string;
  /** Name for people, usually an e-mail address. */
  readonly name: string;
}

export function samePerson(a: Person, b: Person): boolean {
  return a.id === b.id || a.name === b.name || a.id === b.name || a.name === b.id;
}
