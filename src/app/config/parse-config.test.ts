import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Problem, problemText } from "../../base/index.ts";
import { defaultConfig, parseConfig, parseExceptions } from "./parse-config.ts";
import { starterConfig } from "./starter-config.ts";

const FULL = `version: 1
workspace: prod-edge
labels: { env: prod }
account: "111122223333"
source:
  tofu:
    dir: infra
    binary: terraform
    timeout: 1h30m
events:
  - cloudtrail: audit/trail.json
  - kubernetes-audit: audit/k8s.log
pipeline:
  identities: ["arn:aws:sts::*:assumed-role/ci/*"]
  protected_refs: [refs/heads/main]
policies:
  - shipped: starter
  - path: policies
    name: ours
risk:
  rules: risk.yaml
  let_through: [low, medium]
points:
  ci: { action: warn, fail_mode: open, on_review: allow_and_record, offers_approval: true }
exceptions:
  - id: exc-bastion
    rule: starter/open-admin-ports-aws
    scope:
      addresses: ["module.edge.*"]
      paths: ["ingress.cidr_blocks"]
      risk_classes: [high, critical]
    owner: team-edge
    reason: migration of the bastion, ticket OPS-41
    from: 2026-11-01
    until: 2026-12-01T18:00:00+01:00
exceptions_file: exceptions.yaml
owners:
  - owner: team-edge
    types: [aws_security_group*]
  - owner: everyone
due: { critical: 30m, low: 2w }
secrets:
  paths: ["aws_instance:user_data", "*:connection.password"]
retention:
  decisions: 30d
store: postgres://db.example/trueup
workspaces:
  - name: mono
    git: https://git.example/infra.git
    include: ["live/**"]
    labels: { env: prod }
    cron: "17 */4 * * *"
audit:
  key: /etc/trueup/key
  publish:
    - file: /var/log/checkpoints
    - webhook: https://example.com/checkpoints
`;

function parsed(text: string, variables = {}) {
  const result = parseConfig(text, "trueup.yaml", variables);
  if (!result.ok) throw new Error(result.error.map(problemText).join("\n"));
  return result.value;
}

function refused(text: string): readonly Problem[] {
  const result = parseConfig(text, "trueup.yaml");
  if (result.ok) throw new Error("was accepted");
  return result.error;
}

describe("parseConfig", () => {
  it("reads everything", () => {
    expect(parsed(FULL)).toEqual({
      environment: { workspace: "prod-edge", labels: { env: "prod" }, account: "111122223333" },
      source: {
        name: "tofu",
        from: { kind: "dir", path: "infra" },
        binary: "terraform",
        timeoutMs: 5_400_000,
      },
      events: [
        { kind: "cloudtrail", path: "audit/trail.json" },
        { kind: "kubernetes-audit", path: "audit/k8s.log" },
      ],
      pipeline: { identities: ["arn:aws:sts::*:assumed-role/ci/*"], protectedRefs: ["refs/heads/main"] },
      policies: [
        { kind: "shipped", set: "starter" },
        { kind: "path", path: "policies", name: "ours", hosts: [] },
      ],
      risk: { rules: "risk.yaml", letThrough: ["low", "medium"] },
      points: {
        ci: {
          point: "ci",
          action: "warn",
          failMode: "open",
          onReview: "allow_and_record",
          offersApproval: true,
        },
        ...Object.fromEntries(
          (["forge", "hcp_run_task", "kubernetes_admission", "cloud_api", "decision_api"] as const).map(
            (point) => [
              point,
              {
                point,
                action: "deny",
                failMode: "closed",
                onReview: "require_approval",
                offersApproval: false,
              },
            ],
          ),
        ),
      },
      exceptions: [
        {
          kind: "exception",
          id: "exc-bastion",
          rule: "starter/open-admin-ports-aws",
          scope: {
            addresses: ["module.edge.*"],
            paths: ["ingress.cidr_blocks"],
            riskClasses: ["high", "critical"],
          },
          owner: "team-edge",
          reason: "migration of the bastion, ticket OPS-41",
          from: "2026-11-01T00:00:00.000Z",
          until: "2026-12-01T17:00:00.000Z",
          verified: false,
        },
      ],
      exceptionsFile: "exceptions.yaml",
      owners: [{ owner: "team-edge", types: ["aws_security_group*"] }, { owner: "everyone" }],
      due: { critical: 0.5, high: 24, medium: 168, low: 336 },
      secretPaths: [
        { type: "aws_instance", path: ["user_data"] },
        { type: "*", path: ["connection", "password"] },
      ],
      // Its own test reads the rest.
      governance: expect.objectContaining({ emergencies: [], teams: [] }),
      notifications: { publicUrl: null, channels: [], routes: [] },
      exports: [],
      identity: { oidc: null, ci: [], bindings: [] },
      store: "postgres://db.example/trueup",
      workspaces: [
        {
          name: "mono",
          source: { kind: "git", url: "https://git.example/infra.git", ref: null, path: "." },
          include: ["live/**"],
          exclude: [],
          labels: { env: "prod" },
          account: null,
          owners: [],
          schedule: { cron: "17 */4 * * *", timezone: "UTC" },
        },
      ],
      retention: {
        findingsMs: 365 * 86_400_000,
        scanResultsMs: 90 * 86_400_000,
        decisionsMs: 30 * 86_400_000,
        notificationsMs: 90 * 86_400_000,
      },
      audit: {
        key: "/etc/trueup/key",
        publish: [
          { kind: "file", path: "/var/log/checkpoints" },
          { kind: "webhook", url: "https://example.com/checkpoints" },
        ],
      },
    });
  });

  it("is strict where nothing is said", () => {
    const config = defaultConfig();
    expect(config.ok && config.value).toMatchObject({
      environment: { workspace: "default", labels: {}, account: null },
      source: null,
      policies: [{ kind: "shipped", set: "starter" }],
      risk: { rules: null, letThrough: ["low", "medium", "high", "critical"] },
      points: {
        ci: { action: "deny", failMode: "closed", onReview: "require_approval", offersApproval: false },
      },
      due: { critical: 4, high: 24, medium: 168, low: 720 },
      store: "pglite:.trueup",
    });
  });

  it("accepts what `init` writes, whatever the names", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 50 }),
        fc.string({ minLength: 1, maxLength: 50 }),
        (workspace, path) => {
          const text = starterConfig({
            workspace,
            source: { kind: "dir", path },
            events: [{ kind: "cloudtrail", path }],
          });
          const config = parsed(text);
          expect(config.environment.workspace).toBe(workspace);
          expect(config.source?.from).toEqual({ kind: "dir", path });
          expect(config.events).toEqual([{ kind: "cloudtrail", path }]);
        },
      ),
    );
    expect(starterConfig({ workspace: "w", source: { kind: "plan", path: "p" } })).toMatch(
      /^# yaml-language-server: \$schema=https:\/\/trueup\.dev\/schemas\/trueup\.schema\.json\n/,
    );
  });

  it.each<[title: string, text: string, says: string]>([
    ["an empty file", "", "trueup.yaml: the file is empty; begin with `version: 1` [config_unreadable]"],
    [
      "only comments",
      "# nothing\n",
      "trueup.yaml: the file is empty; begin with `version: 1` [config_unreadable]",
    ],
    ["a list", "- a\n", "trueup.yaml:1:1: `the file` must be a map, found a list [config_invalid]"],
    ["no version", "workspace: a\n", "trueup.yaml:1:1: `version` is missing [config_invalid]"],
    [
      "another version",
      "version: 2\n",
      "trueup.yaml:1:10 at version: `version` must be `1`, found the number `2` [config_invalid]",
    ],
    [
      "a mistyped key",
      "version: 1\nworkspace: a\npolices: []\n",
      "trueup.yaml:3:1 at polices: `polices` is not known here; did you mean `policies`? [config_unknown_key]",
    ],
    [
      "a mistyped key below",
      "version: 1\npoints:\n  ci:\n    failMode: open\n",
      "trueup.yaml:4:5 at points.ci.failMode: `failMode` is not known here; did you mean `fail_mode`? [config_unknown_key]",
    ],
    [
      "a mistyped key in a list",
      "version: 1\npolicies:\n  - path: a\n    nmae: b\n",
      "trueup.yaml:4:5 at policies[0].nmae: `nmae` is not known here; did you mean `name`? [config_unknown_key]",
    ],
    [
      "a key like nothing",
      "version: 1\nsource: {banana: 1}\n",
      "trueup.yaml:2:10 at source.banana: `banana` is not known here; known here: tofu [config_unknown_key]",
    ],
    [
      "__proto__ as a key",
      "version: 1\n__proto__: {points: {ci: {action: warn}}}\n",
      "trueup.yaml:2:1: `__proto__` cannot be a key [config_unknown_key]",
    ],
    [
      "__proto__ as a label",
      "version: 1\nlabels: {__proto__: prod}\n",
      "trueup.yaml:2:10: `__proto__` cannot be a key [config_unknown_key]",
    ],
    [
      "a number for a text",
      "version: 1\naccount: 111122223333\n",
      "trueup.yaml:2:10 at account: `account` must be a text, found the number `111122223333`; put it in quotes [config_invalid]",
    ],
    [
      "an unknown word",
      "version: 1\npoints: {ci: {action: denny}}\n",
      "trueup.yaml:2:23 at points.ci.action: `action` must be `deny` or `warn` or `dryrun`, found `denny`; did you mean `deny`? [config_invalid]",
    ],
    [
      "a bad duration",
      "version: 1\ndue: {critical: 4 hours}\n",
      "trueup.yaml:2:17 at due.critical: `critical` has the wrong form: `4 hours`; write a duration such as 90s, 10m, 4h or 7d [config_invalid]",
    ],
    [
      "a duration of nothing",
      "version: 1\ndue: {critical: 0s}\n",
      "trueup.yaml:2:17 at due.critical: `critical` must be between 1s and 3650d",
    ],
    [
      "two sources",
      "version: 1\nsource:\n  tofu: {dir: a, plan: b}\n",
      "trueup.yaml:3:9 at source.tofu: `tofu` needs exactly one of `dir`, `plan` and `state`",
    ],
    ["no source", "version: 1\nsource:\n  tofu: {binary: tofu}\n", "`tofu` needs exactly one of"],
    [
      "an event of no kind",
      "version: 1\nevents: [{}]\n",
      "trueup.yaml:2:10 at events[0]: an entry of `events` needs exactly one",
    ],
    [
      "a policy of two kinds",
      "version: 1\npolicies: [{path: a, shipped: starter}]\n",
      "trueup.yaml:2:12 at policies[0]: an entry of `policies` needs",
    ],
    [
      "a password in the store",
      "version: 1\nstore: postgres://u:p@h/d\n",
      "trueup.yaml:2:8 at store: `store` must not hold a password; set TRUEUP_STORE",
    ],
    [
      "a store of no kind",
      "version: 1\nstore: mysql://h\n",
      "`store` has the wrong form: `mysql://h`; write pglite:DIR",
    ],
    [
      "a duplicate key",
      "version: 1\nversion: 1\n",
      "trueup.yaml:2:1: the file is no valid YAML: map keys must be unique [config_unreadable]",
    ],
    ["broken YAML", "version: 1\nlabels: {a: b\n", "trueup.yaml:3:1: the file is no valid YAML: "],
    [
      "an unknown tag",
      "version: 1\nworkspace: !!js/function x\n",
      "trueup.yaml:2:12: the file is no valid YAML: unresolved tag",
    ],
    ["two documents", "version: 1\n---\nversion: 1\n", "the file is no valid YAML: "],
    [
      "too many brackets",
      `version: 1\nlabels: ${"[".repeat(50_000)}\n`,
      "the file is nested deeper than 100 levels",
    ],
    ["too many dashes", `${"- ".repeat(50_000)}a\n`, "the file is nested deeper than 100 levels"],
    ["too long", `version: 1\n#${"x".repeat(2_000_000)}\n`, "the file is longer than 1048576 characters"],
  ])("refuses %s", (_title, text, says) => {
    expect(refused(text).map(problemText).join("\n")).toContain(says);
  });

  it("refuses a bomb of aliases", () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `x${i}: &x${i} [${Array(10).fill(i === 0 ? "a" : `*x${i - 1}`)}]`,
    );
    const [first] = refused(`version: 1\n${levels.join("\n")}\n`);
    expect(first?.message).toBe("the file repeats aliases too often");
  });

  it("tells every problem at once, in the order of the file", () => {
    const problems = refused("version: 1\nworkspce: a\naccount: 1\npoints: {ci: {action: x}}\n");
    expect(problems.map((p) => p.place?.line)).toEqual([2, 3, 4]);
  });

  it("never throws and never accepts nonsense silently", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const result = parseConfig(text, "trueup.yaml");
        if (!result.ok) expect(result.error.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the environment", () => {
  it("adds what the file leaves out, and the file wins", () => {
    const variables = {
      TRUEUP_WORKSPACE: "from-env",
      TRUEUP_ACCOUNT: "2",
      TRUEUP_TOFU: "/opt/tofu",
      TRUEUP_STORE: "postgres://u:p@h/d",
      TRUEUP_AUDIT_KEY: "/run/key",
    };
    const bare = parsed("version: 1\nsource: {tofu: {dir: a}}\n", variables);
    expect(bare.environment).toMatchObject({ workspace: "from-env", account: "2" });
    expect(bare.source?.binary).toBe("/opt/tofu");
    expect(bare.store).toBe("postgres://u:p@h/d");
    expect(bare.audit.key).toBe("/run/key");
    expect(parsed(FULL, variables)).toEqual(parsed(FULL));
  });

  it("changes no action, level, FailMode, policy or exception, whatever is set", () => {
    const names = [
      "ACTION",
      "CI_ACTION",
      "FAIL_MODE",
      "POINTS",
      "LEVEL",
      "ON_REVIEW",
      "POLICIES",
      "EXCEPTIONS",
      "LET_THROUGH",
    ];
    const variable = fc.tuple(
      fc.oneof(
        fc.constantFrom(...names.map((name) => `TRUEUP_${name}`)),
        fc.stringMatching(/^[A-Z_]{1,20}$/),
      ),
      fc.constantFrom("warn", "dryrun", "open", "allow_and_record", "advisory", "none", "true", "1", "low"),
    );
    const plain = parsed("version: 1\n");
    fc.assert(
      fc.property(fc.array(variable), (pairs) => {
        const result = parseConfig("version: 1\n", "trueup.yaml", Object.fromEntries(pairs));
        if (!result.ok) return;
        expect({ ...result.value, environment: null, store: null, audit: null }).toEqual({
          ...plain,
          environment: null,
          store: null,
          audit: null,
        });
      }),
    );
  });

  it("is refused when it names no store", () => {
    const result = parseConfig("version: 1\n", "trueup.yaml", { TRUEUP_STORE: "warn" });
    expect(!result.ok && result.error[0]?.code).toBe("environment_invalid");
  });
});

describe("parseExceptions", () => {
  const one = (over: string) =>
    `version: 1\nexceptions:\n  - ${["id: a", "rule: s/p", "owner: o", "reason: because of the move", "from: 2026-01-01", "until: 2026-02-01"].join("\n    ")}\n${over}`;

  it("reads a file of exceptions, all unverified", () => {
    const result = parseExceptions(one(""), "exceptions.yaml");
    expect(result.ok && result.value).toEqual([
      {
        kind: "exception",
        id: "a",
        rule: "s/p",
        scope: {},
        owner: "o",
        reason: "because of the move",
        from: "2026-01-01T00:00:00.000Z",
        until: "2026-02-01T00:00:00.000Z",
        verified: false,
      },
    ]);
  });

  it.each([
    [
      "from: 2026-01-01",
      "from: 2026-03-01",
      "exceptions.yaml:8:12 at exceptions[0].until: `until` must be later than `from`",
    ],
    ["until: 2026-02-01", "until: 2026-02-30", "`2026-02-30` is no date"],
    ["until: 2026-02-01", "until: soon", "`until` has the wrong form: `soon`; write 2026-12-31"],
    ["rule: s/p", "rule: everything", "`rule` names no rule; write set/policy"],
    ["reason: because of the move", "reason: x", "`reason` must have at least 10 characters"],
    ["reason: because of the move", 'reason: "............"', "`reason` says nothing"],
    ["owner: o", "verified: true\n    owner: o", "`verified` is not known here"],
    ["owner: o", "#", "`owner` is missing"],
  ])("refuses %s as %s", (from, to, says) => {
    const result = parseExceptions(one("").replace(from, to), "exceptions.yaml");
    expect(!result.ok && result.error.map(problemText).join("\n")).toContain(says);
  });

  it("refuses the same id twice", () => {
    const twice = one("").replace("exceptions:\n", (head) => `${head}${one("").split("exceptions:\n")[1]}`);
    const result = parseExceptions(twice, "exceptions.yaml");
    expect(!result.ok && result.error[0]?.message).toBe("exception `a` is declared twice");
  });
});
