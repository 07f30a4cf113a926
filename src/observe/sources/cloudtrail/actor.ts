import { type JsonObject, member, stringMember } from "../../../base/index.ts";
import type { Actor, ActorKind } from "../../../domain/index.ts";

/** Who is behind the principal, and which rule said so. */
interface Person {
  readonly person: string;
  readonly rule: string;
}

/** Actor of a record, from `userIdentity` (user guide "CloudTrail userIdentity element"). */
export function actorOf(record: JsonObject): Actor {
  const identity = member(record, "userIdentity");
  const principal =
    stringMember(identity, "arn") ?? servicePrincipal(record) ?? stringMember(identity, "principalId");
  const person = personOf(record);
  const session = sessionOf(record);
  return {
    kind: kindOf(record, person),
    principal,
    person: person?.person ?? null,
    personRule: person?.rule ?? null,
    groups: [],
    sourceIp: stringMember(record, "sourceIPAddress"),
    userAgent: stringMember(record, "userAgent"),
    session,
  };
}

/** ARN of the role behind an assumed-role session, else `null`. */
function roleOf(record: JsonObject): string | null {
  return stringMember(
    member(member(member(record, "userIdentity"), "sessionContext"), "sessionIssuer"),
    "arn",
  );
}

function servicePrincipal(record: JsonObject): string | null {
  const identity = member(record, "userIdentity");
  return stringMember(identity, "invokedBy") ?? stringMember(identity, "type");
}

function sessionOf(record: JsonObject): string | null {
  const identity = member(record, "userIdentity");
  const type = stringMember(identity, "type");
  return type === "AssumedRole" || type === "FederatedUser" ? stringMember(identity, "principalId") : null;
}

const MAIL = /^[^@\s/:]+@[^@\s/:]+\.[^@\s/:]+$/;

/**
 * The person, by the first rule that answers: `source_identity` (set when the role was assumed, cannot change
 * later), `identity_center` (`onBehalfOf`), `session_name` (a mail address), `federated_user` (the provider's
 * name for the user), `iam_user`, `root`.
 */
function personOf(record: JsonObject): Person | null {
  const identity = member(record, "userIdentity");
  const context = member(identity, "sessionContext");
  const source =
    stringMember(context, "sourceIdentity") ?? stringMember(member(context, "attributes"), "sourceIdentity");
  if (source !== null && source !== "") return { person: source, rule: "source_identity" };
  const onBehalf = stringMember(member(identity, "onBehalfOf"), "userId");
  if (onBehalf !== null) return { person: onBehalf, rule: "identity_center" };
  const sessionName = stringMember(identity, "principalId")?.split(":").at(-1) ?? "";
  if (MAIL.test(sessionName)) return { person: sessionName, rule: "session_name" };
  const type = stringMember(identity, "type");
  const userName = stringMember(identity, "userName");
  if ((type === "SAMLUser" || type === "FederatedUser" || type === "IdentityCenterUser") && userName !== null)
    return { person: userName, rule: "federated_user" };
  if (type === "IAMUser" && userName !== null && !looksLikeMachine(userName))
    return { person: userName, rule: "iam_user" };
  if (type === "Root") return { person: "root", rule: "root" };
  return null;
}

function looksLikeMachine(name: string): boolean {
  return /(?:^|[-_.])(?:ci|cd|bot|svc|service|deploy(?:er|ment)?|pipeline|terraform|tofu|automation|runner)(?:$|[-_.])/i.test(
    name,
  );
}

/** Token issuers of CI systems, as they stand in `identityProvider` and in web identity sessions. */
const CI_ISSUERS =
  /token\.actions\.githubusercontent\.com|gitlab|app\.terraform\.io|circleci|buildkite|bitbucket|spacelift/i;

function kindOf(record: JsonObject, person: Person | null): ActorKind {
  const identity = member(record, "userIdentity");
  const type = stringMember(identity, "type");
  if (type === "AWSService" || SERVICE_ROLE.test(roleOf(record) ?? "")) return "service";
  const provider = [
    stringMember(identity, "identityProvider"),
    stringMember(member(member(identity, "sessionContext"), "webIdFederationData"), "federatedProvider"),
  ].join(" ");
  if (CI_ISSUERS.test(provider)) return "pipeline";
  // Services also call others on behalf of a person who asked them to: that person did it.
  if (person !== null) return "human";
  const invokedBy = stringMember(identity, "invokedBy") ?? "";
  // A stack acts for whoever owns it; other services act for themselves.
  if (invokedBy.endsWith(".amazonaws.com") && invokedBy !== "cloudformation.amazonaws.com") return "service";
  return type === "WebIdentityUser" || type === "AssumedRole" || type === "IAMUser" ? "agent" : "unknown";
}

const SERVICE_ROLE = /:role\/aws-service-role\//;
