import { type Command, Option } from "commander";
import type { ExitCode } from "./exit-codes.ts";
import type { Format } from "./formats.ts";
import type { Invocation } from "./invocation.ts";

/** How the program describes its commands; see `program.ts`. */
export interface Describing {
  readonly program: Command;
  command(parent: Command, name: string, summary: string, example: string): Command;
  runs(
    to: Command,
    load: (...args: never[]) => Promise<(invocation: Invocation) => Promise<ExitCode>>,
  ): Command;
  formats(command: Command, allowed: readonly Format[]): Command;
  collect(value: string, held?: readonly string[]): string[];
  wholeNumber(value: string): number;
}

const PRINTED: readonly Format[] = ["table", "json", "markdown"];
const CLASSES = ["low", "medium", "high", "critical"];

/** `breakglass`, `exception`, `approval`, `review`: how people act, and how each of it ends. */
export function describeGovernance(describing: Describing): void {
  describeBreakglass(describing);
  describeExceptions(describing);
  describeApprovals(describing);
  describeReviews(describing);
}

function describeBreakglass({ program, command, runs, formats, collect, wholeNumber }: Describing): void {
  const load = () => import("./commands/breakglass.ts");
  const breakglass = command(
    program,
    "breakglass",
    "override rules in a defined emergency, for a while, and have it reviewed",
    "trueup breakglass list",
  );
  const one = (name: string, summary: string, example: string) =>
    formats(command(breakglass, name, summary, example), PRINTED);
  runs(
    one(
      "open",
      "open a grant for yourself; everybody configured is told at once",
      "trueup breakglass open outage --incident INC-17 --minutes 30 \\\n  --broken 'payments answer nobody since 01:50' --impact 'no customer can pay' \\\n  --touches 'the security group of the bastion'",
    )
      .argument("<kind>", "name of a defined emergency (break_glass.emergencies in trueup.yaml)")
      .requiredOption("--broken <text>", "what is broken")
      .requiredOption("--impact <text>", "what that does to whom")
      .requiredOption("--touches <text>", "what will be touched")
      .option("--incident <id>", "id in the incident system")
      .option("--minutes <number>", "how long (default: as long as the emergency allows)", wholeNumber)
      .option("--workspace <name>", "only these, globs allowed (repeatable)", collect)
      .option("--account <account>", "only these (repeatable)", collect)
      .option("--type <type>", "only these resource types (repeatable)", collect)
      .option("--address <address>", "only these resources (repeatable)", collect)
      .addOption(
        new Option("--class <class>", "only these risk classes (repeatable)")
          .choices(CLASSES)
          .argParser(collect),
      )
      .option("--session <name>", "role or session that you will act through (repeatable)", collect),
    async (kind, options) => (await load()).breakglassOpen(kind, options),
  );
  runs(
    one("agree", "agree to a grant as the second person", "trueup breakglass agree grt_1a2b3c").argument(
      "<grant>",
      "its id",
    ),
    async (id, options) => (await load()).breakglassAgree(id, options),
  );
  runs(
    one(
      "close",
      "end a grant now; its review opens",
      "trueup breakglass close grt_1a2b3c --reason 'payments answer again'",
    )
      .argument("<grant>", "its id")
      .requiredOption("--reason <text>", "why it is over"),
    async (id, options) => (await load()).breakglassClose(id, options),
  );
  runs(
    one("list", "list grants, newest first", "trueup breakglass list --unreviewed").option(
      "--unreviewed",
      "only those whose review is not closed",
    ),
    async (options) => (await load()).breakglassList(options),
  );
  runs(
    one("show", "show a grant and what happened in its window", "trueup breakglass show grt_1a2b3c").argument(
      "<grant>",
      "its id",
    ),
    async (id, options) => (await load()).breakglassShow(id, options),
  );
  runs(
    one("review", "show the review of a grant", "trueup breakglass review grt_1a2b3c").argument(
      "<grant>",
      "its id",
    ),
    async (id, options) => (await import("./commands/review.ts")).reviewShow(id, options),
  );
}

function describeExceptions({ program, command, runs, formats, collect }: Describing): void {
  const load = () => import("./commands/exception.ts");
  const exception = command(
    program,
    "exception",
    "let named resources fail one rule, for a while",
    "trueup exception list",
  );
  const one = (name: string, summary: string, example: string) =>
    formats(command(exception, name, summary, example), PRINTED);
  const until = (to: Command) =>
    to
      .requiredOption("--until <time>", "when it ends: 7d, 2026-12-01, 2026-12-01T08:00:00Z")
      .requiredOption("--reason <text>", "why it must fail meanwhile")
      .option("--evidence <text>", "`ID: what it shows` (repeatable)", collect);
  const named = (to: Command) =>
    to.argument("<exception>", "its id").requiredOption("--reason <text>", "why");
  runs(
    until(
      one(
        "request",
        "ask for an exception; it holds nothing before somebody else grants it",
        "trueup exception request starter/open-admin-ports-aws --address aws_security_group.bastion \\\n  --path ingress --bound 'ingress.cidr_blocks within 203.0.113.0/24' --class high --owner edge \\\n  --until 14d --reason 'the vendor has no fixed address before March'",
      ),
    )
      .argument("<rule>", "set/policy or set/policy/rule")
      .addOption(
        new Option("--class <class>", "worst risk class that it may hold")
          .choices(CLASSES)
          .makeOptionMandatory(),
      )
      .requiredOption("--owner <owner>", "who answers for it")
      .option("--ticket <id>", "ticket")
      .option("--workspace <name>", "only there, globs allowed (repeatable)", collect)
      .option("--account <account>", "only there (repeatable)", collect)
      .option("--address <address>", "resource (repeatable)", collect)
      .option("--type <type>", "resource type (repeatable)", collect)
      .option("--path <path>", "property that may fail the rule (repeatable)", collect)
      .option("--bound <bound>", "PATH at_most N, PATH within CIDR,CIDR … (repeatable)", collect),
    async (rule, options) => (await load()).exceptionRequest(rule, options),
  );
  runs(
    named(
      one(
        "grant",
        "grant what somebody else asked for",
        "trueup exception grant exc_1a2b3c --reason 'checked with the vendor'",
      ),
    ),
    async (id, options) => (await load()).exceptionGrant(id, options),
  );
  runs(
    one("list", "list live exceptions and requests, newest first", "trueup exception list").option(
      "--ended",
      "also what is revoked or over",
    ),
    async (options) => (await load()).exceptionList(options),
  );
  runs(
    one("show", "show one exception", "trueup exception show exc_1a2b3c").argument("<exception>", "its id"),
    async (id, options) => (await load()).exceptionShow(id, options),
  );
  runs(
    until(
      one(
        "renew",
        "ask for more time, with evidence of since then",
        "trueup exception renew exc_1a2b3c --until 14d --reason 'the vendor is late' --evidence 'fnd_1a2b3c: still fails'",
      ),
    ).argument("<exception>", "its id"),
    async (id, options) => (await load()).exceptionRenew(id, options),
  );
  runs(
    named(
      one(
        "revoke",
        "end an exception now, or take a request back",
        "trueup exception revoke exc_1a2b3c --reason 'the vendor has an address'",
      ),
    ),
    async (id, options) => (await load()).exceptionRevoke(id, options),
  );
  runs(
    one(
      "review",
      "list exceptions that somebody should look at, and why: exit 3 while there are any",
      "trueup exception review",
    ),
    async (options) => (await load()).exceptionReview(options),
  );
}

function describeApprovals({ program, command, runs, formats }: Describing): void {
  const load = () => import("./commands/approval.ts");
  const approval = command(
    program,
    "approval",
    "ask for a yes to exactly these changes, and give it",
    "trueup approval list",
  );
  const one = (name: string, summary: string, example: string) =>
    formats(command(approval, name, summary, example), PRINTED);
  const named = (to: Command) => to.argument("<approval>", "its id").requiredOption("--reason <text>", "why");
  runs(
    one(
      "request",
      "ask for approval of what a decision required it for",
      "trueup approval request dec_1a2b3c --reason 'release of Thursday'",
    )
      .argument("<decision>", "id of a recorded decision")
      .requiredOption("--reason <text>", "why it is to be done"),
    async (decision, options) => (await load()).approvalRequest(decision, options),
  );
  runs(
    one("list", "list live requests, newest first", "trueup approval list").option(
      "--ended",
      "also what is revoked or over",
    ),
    async (options) => (await load()).approvalList(options),
  );
  runs(
    one(
      "show",
      "show a request: exit 0 approved, 1 rejected or over, 3 waits",
      "trueup approval show apr_1a2b3c",
    ).argument("<approval>", "its id"),
    async (id, options) => (await load()).approvalShow(id, options),
  );
  for (const answer of ["approve", "reject"] as const) {
    runs(
      named(
        one(
          answer,
          `${answer} what somebody else asked for`,
          `trueup approval ${answer} apr_1a2b3c --reason 'read the plan'`,
        ),
      ),
      async (id, options) => (await load()).approvalVote(id, answer, options),
    );
  }
  runs(
    named(
      one(
        "revoke",
        "take an approval or a request back",
        "trueup approval revoke apr_1a2b3c --reason 'the plan is withdrawn'",
      ),
    ),
    async (id, options) => (await load()).approvalRevoke(id, options),
  );
}

function describeReviews({ program, command, runs, formats }: Describing): void {
  const load = () => import("./commands/review.ts");
  const review = command(
    program,
    "review",
    "decide how what was let stand ends, and prove it",
    "trueup review list",
  );
  const one = (name: string, summary: string, example: string, allowed = PRINTED) =>
    formats(command(review, name, summary, example), allowed);
  runs(
    one("list", "list open reviews, newest first", "trueup review list").option(
      "--closed",
      "also those that are closed",
    ),
    async (options) => (await load()).reviewList(options),
  );
  runs(
    one("show", "show a review: exit 0 closed, 1 overdue, 3 open", "trueup review show rev_1a2b3c").argument(
      "<review>",
      "its id, or that of its grant",
    ),
    async (id, options) => (await load()).reviewShow(id, options),
  );
  runs(
    one("open", "gather what still stands into a regular review", "trueup review open 2026-Q4 --due 14d")
      .argument("<name>", "name of the cadence")
      .requiredOption("--due <time>", "until when: 14d, 2026-12-31"),
    async (name, options) => (await load()).reviewOpen(name, options),
  );
  runs(
    one(
      "decide",
      "decide how one item ends; a scan proves it afterwards",
      "trueup review decide rev_1a2b3c fnd_1a2b3c --choice roll_back --reason 'the port must be closed'",
    )
      .argument("<review>", "its id, or that of its grant")
      .argument("<item>", "id of the item")
      .addOption(
        new Option("--choice <choice>", "how it ends")
          .choices(["adopt", "roll_back", "already_back", "renew", "escalate"])
          .makeOptionMandatory(),
      )
      .requiredOption("--reason <text>", "why"),
    async (id, item, options) => (await load()).reviewDecide(id, item, options),
  );
  runs(
    one("close", "close a review of which every item is proven", "trueup review close rev_1a2b3c").argument(
      "<review>",
      "its id, or that of its grant",
    ),
    async (id, options) => (await load()).reviewClose(id, options),
  );
  runs(
    one(
      "report",
      "print the report of a review for an auditor, as Markdown",
      "trueup review report rev_1a2b3c -f markdown -o review.md",
    ).argument("<review>", "its id, or that of its grant"),
    async (id, options) => (await load()).reviewReport(id, options),
  );
}
