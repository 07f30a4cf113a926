import { describe, expect, it } from "vitest";
import { show, statusOf } from "../test-kit.ts";
import { modulePath, stripIndex } from "./plan-json.ts";
import { terraformImports } from "./terraform-imports.ts";

const PLAN = {
  terraform_version: "1.9.0",
  variables: { env: { value: "prod" } },
  planned_values: {
    outputs: { ip: { sensitive: true, value: "1.2.3.4" } },
    root_module: {
      resources: [
        {
          address: "aws_instance.a",
          mode: "managed",
          type: "aws_instance",
          name: "a",
          provider_name: "aws",
          values: { ami: "x" },
        },
      ],
      child_modules: [
        {
          address: "module.m[0]",
          resources: [
            {
              address: 'module.m[0].aws_s3_bucket.b["k"]',
              mode: "managed",
              type: "aws_s3_bucket",
              name: "b",
              index: "k",
              values: { acl: "private" },
            },
          ],
        },
      ],
    },
  },
  resource_changes: [
    {
      address: "aws_instance.a",
      mode: "managed",
      type: "aws_instance",
      name: "a",
      provider_name: "aws",
      change: {
        actions: ["create"],
        before: null,
        after: { ami: "x", tags: { "managed-by": "tf" }, ports: [80], note: null },
        after_unknown: { id: true, tags: {}, ports: [false] },
      },
    },
    {
      address: 'module.m[0].aws_s3_bucket.b["k"]',
      module_address: "module.m[0]",
      mode: "managed",
      type: "aws_s3_bucket",
      name: "b",
      index: "k",
      provider_name: "aws",
      change: {
        actions: ["delete", "create"],
        before: { acl: "public", tags: null },
        after: { acl: "private", tags: null },
        after_unknown: {},
      },
    },
    {
      address: "aws_instance.old",
      mode: "managed",
      type: "aws_instance",
      name: "old",
      deposed: "d1",
      change: { actions: ["delete"], before: { ami: "y" }, after: null, after_unknown: {} },
    },
    {
      address: "data.aws_ami.x",
      mode: "data",
      type: "aws_ami",
      name: "x",
      change: { actions: ["read"], before: null, after: { id: "1" } },
    },
  ],
  resource_drift: [
    {
      address: "aws_instance.a",
      mode: "managed",
      type: "aws_instance",
      name: "a",
      change: { actions: ["update"], before: { ami: "x" }, after: { ami: "z" } },
    },
  ],
  output_changes: { ip: { actions: ["create"], before: null, after: "1.2.3.4" } },
  prior_state: {
    terraform_version: "1.8.0",
    values: {
      outputs: { o: { value: [1] } },
      root_module: {
        resources: [
          {
            address: "aws_instance.a",
            mode: "managed",
            type: "aws_instance",
            name: "a",
            values: { id: "i-1" },
            depends_on: ["x.y"],
            tainted: true,
          },
        ],
      },
    },
  },
  configuration: {
    provider_config: {
      aws: { name: "aws", full_name: "registry/aws", expressions: { region: { constant_value: "eu" } } },
      "aws.west": { name: "aws", alias: "west", version_constraint: "~> 5" },
    },
    root_module: {
      outputs: { ip: { expression: { references: ["aws_instance.a.ip"] }, sensitive: true } },
      variables: { env: { default: "dev", description: "d" } },
      resources: [
        {
          address: "aws_instance.a",
          mode: "managed",
          type: "aws_instance",
          name: "a",
          provider_config_key: "aws",
          provisioners: [{ type: "local-exec", expressions: { command: { constant_value: "x" } } }],
          expressions: {
            ami: { constant_value: "x" },
            subnet: { references: ["s.id"] },
            disk: [{ size: { constant_value: 1 } }],
          },
          count_expression: { constant_value: 2 },
        },
      ],
      module_calls: {
        m: {
          source: "./m",
          version_constraint: "1.0",
          expressions: { a: { constant_value: 1 } },
          module: {
            resources: [
              {
                address: "aws_s3_bucket.b",
                mode: "managed",
                type: "aws_s3_bucket",
                name: "b",
                for_each_expression: { references: ["x"] },
              },
            ],
            variables: { v: {} },
          },
        },
      },
    },
  },
} as const;

const BEFORE = [
  'import "tfplan/v2" as plan',
  'import "tfconfig/v2" as config',
  'import "tfstate/v2" as state',
  'import "tfrun" as run',
  'import "tfplan" as plan1',
  'import "tfconfig" as config1',
  'import "tfstate" as state1',
].join("\n");

function read(expr: string, compatibility = true): string {
  return show(expr, BEFORE, {
    imports: terraformImports({
      plan: PLAN,
      run: { workspace: { name: "w" }, cost_estimate: { delta_monthly_cost: "1.5" } },
      compatibility,
    }),
  });
}

const BUCKET = `'module.m[0].aws_s3_bucket.b["k"]'`.replaceAll("'", "`");

describe("tfplan/v2", () => {
  it.each([
    ["plan.terraform_version", '"1.9.0"'],
    ["plan.variables.env", '{"name": "env", "value": "prod"}'],
    ["plan.planned_values.outputs.ip", '{"name": "ip", "sensitive": true, "value": "1.2.3.4"}'],
    ["keys(plan.planned_values.resources)", '["aws_instance.a" "module.m[0].aws_s3_bucket.b[\\"k\\"]"]'],
    [`plan.planned_values.resources[${BUCKET}].module_address`, '"module.m[0]"'],
    ["length(plan.resource_changes)", "4"],
    ['plan.resource_changes["aws_instance.a"].change.actions', '["create"]'],
    ['plan.resource_changes["aws_instance.a"].module_address', '""'],
    ['plan.resource_changes["aws_instance.a"].index', "null"],
    ['plan.resource_changes["aws_instance.a"].change.after.id', "undefined"],
    ['plan.resource_changes["aws_instance.a"].change.after_unknown.id', "true"],
    [`plan.resource_changes[${BUCKET}].index`, '"k"'],
    ['plan.resource_changes["aws_instance.old:d1"].deposed', '"d1"'],
    ['plan.resource_drift["aws_instance.a"].change.after.ami', '"z"'],
    ["plan.output_changes.ip.change.after", '"1.2.3.4"'],
    ["plan.raw.terraform_version", '"1.9.0"'],
    ["plan.nope", "undefined"],
  ])("%s", (expr, expected) => {
    expect(read(expr)).toBe(expected);
  });
});

describe("compatibility selectors", () => {
  it.each([
    ["keys(plan.resource_changes.all)", '["aws_instance.a" "module.m[0].aws_s3_bucket.b[\\"k\\"]"]'],
    ['plan.resource_changes["aws_instance.a"].applied.ami', '"x"'],
    ["map plan.resource_changes.all as _, rc { rc.applied.acl else rc.type }", '["aws_instance" "private"]'],
    ['plan.resource_changes["aws_instance.old:d1"].applied', "null"],
    ['plan.resource_changes contains "all"', "false"],
    ['"all" in keys(plan.resource_changes)', "false"],
    ['plan.resource_changes["all"]', "undefined"],
    ['keys(plan.resource_changes["aws_instance.a"]) contains "applied"', "false"],
    ['length(filter plan.resource_changes as k { k is "all" })', "0"],
  ])("%s", (expr, expected) => {
    expect(read(expr)).toBe(expected);
  });

  it("can be switched off", () => {
    expect(read("plan.resource_changes.all", false)).toBe("undefined");
    expect(read('plan.resource_changes["aws_instance.a"].applied', false)).toBe("undefined");
  });

  it("do not hide an address", () => {
    const plan = { resource_changes: [{ address: "all", change: { actions: ["create"], after: {} } }] };
    expect(
      show("plan.resource_changes.all.address", 'import "tfplan/v2" as plan', {
        imports: terraformImports({ plan }),
      }),
    ).toBe('"all"');
  });
});

const MANAGED_BY = `import "tfplan/v2" as tfplan
all_resources = tfplan.resource_changes.all
mandatory_tag = "managed-by"
main = rule { all all_resources as _, rc { rc.applied.tags[mandatory_tag] else null != null } }
`;

describe("the managed-by policy as published", () => {
  const change = (after: unknown, actions: readonly string[] = ["create"]): unknown => ({
    resource_changes: [
      { address: "a.b", mode: "managed", type: "a", name: "b", change: { actions, before: null, after } },
    ],
  });

  it.each([
    ["tag present", change({ tags: { "managed-by": "terraform" } }), "pass"],
    ["tag missing", change({ tags: { other: "x" } }), "fail"],
    ["tags null", change({ tags: null }), "fail"],
    ["no tags at all (an untaggable type)", change({}), "fail"],
    ["a deleted resource is left out", change(null, ["delete"]), "pass"],
    ["a replaced resource is looked at", change({ tags: {} }, ["delete", "create"]), "fail"],
    ["a no-op is left out", change({ tags: {} }, ["no-op"]), "pass"],
    ["an empty plan", { resource_changes: [] }, "pass"],
    ["a plan without changes", {}, "pass"],
  ])("%s", (_note, plan, expected) => {
    expect(statusOf(MANAGED_BY, { imports: terraformImports({ plan }) })).toBe(expected);
  });

  it("is undefined without the selectors, as on the original", () => {
    expect(
      statusOf(MANAGED_BY, { imports: terraformImports({ plan: change({}), compatibility: false }) }),
    ).toBe("undefined");
  });
});

describe("tfstate/v2", () => {
  it.each([
    ["state.terraform_version", '"1.8.0"'],
    ["state.outputs.o.value", "[1]"],
    ['state.resources["aws_instance.a"].values.id', '"i-1"'],
    ['state.resources["aws_instance.a"].depends_on', '["x.y"]'],
    ['state.resources["aws_instance.a"].tainted', "true"],
    ['state.resources["aws_instance.a"].deposed_key', '""'],
  ])("%s", (expr, expected) => {
    expect(read(expr)).toBe(expected);
  });

  it("reads a state document too", () => {
    const state = PLAN.prior_state;
    expect(
      show("length(s.resources)", 'import "tfstate/v2" as s', {
        imports: terraformImports({ plan: {}, state }),
      }),
    ).toBe("1");
  });
});

describe("tfconfig/v2", () => {
  it.each([
    ['config.providers["aws.west"].alias', '"west"'],
    ['config.providers["aws"].config.region.constant_value', '"eu"'],
    ['config.resources["aws_instance.a"].config.ami.constant_value', '"x"'],
    ['config.resources["aws_instance.a"].config.disk[0].size.constant_value', "1"],
    ['config.resources["aws_instance.a"].count.constant_value', "2"],
    ['config.resources["aws_instance.a"].provisioners', '["aws_instance.a:0"]'],
    ['config.resources["module.m.aws_s3_bucket.b"].for_each.references', '["x"]'],
    ['config.provisioners["aws_instance.a:0"].type', '"local-exec"'],
    ['config.variables["env"].default', '"dev"'],
    ['config.variables["module.m:v"].module_address', '"module.m"'],
    ['config.outputs["ip"].value.references', '["aws_instance.a.ip"]'],
    ['config.module_calls["m"].source', '"./m"'],
    ['config.strip_index("module.m[0].a.b[\\"x.y]\\"]")', '"module.m.a.b"'],
  ])("%s", (expr, expected) => {
    expect(read(expr)).toBe(expected);
  });
});

describe("tfrun", () => {
  it("is the run's document", () => {
    expect(read("run.workspace.name, decimal_free")).toContain("unknown identifier");
    expect(read("run.workspace.name, run.cost_estimate.delta_monthly_cost")).toBe('"w" "1.5"');
  });
});

describe("the first generation", () => {
  it.each([
    ["plan1.terraform_version", '"1.9.0"'],
    ["plan1.variables.env", '"prod"'],
    ["plan1.resources.aws_instance.a[0].applied.tags", '{"managed-by": "tf"}'],
    ["plan1.resources.aws_instance.a[0].applied.id", '"74D93920-ED26-11E3-AC10-0800200C9A66"'],
    [
      'plan1.resources.aws_instance.a[0].diff["tags.managed-by"]',
      '{"computed": false, "new": "tf", "old": ""}',
    ],
    ['plan1.resources.aws_instance.a[0].diff["ports.#"].new', '"1"'],
    ['plan1.resources.aws_instance.a[0].diff["id"].computed', "true"],
    ["plan1.resources.aws_instance.old[0].destroy", "true"],
    ["plan1.resources.aws_instance.a[0].requires_new", "false"],
    ["plan1.module_paths", '[[] ["m"]]'],
    ['plan1.module(["m"]).resources.aws_s3_bucket.b["k"].requires_new', "true"],
    [
      'plan1.module(["m"]).resources.aws_s3_bucket.b["k"].diff.acl',
      '{"computed": false, "new": "private", "old": "public"}',
    ],
    ['plan1.module(["nope"])', "undefined"],
    ["plan1.path", "[]"],
    ["plan1.data.aws_ami.x[0].applied.id", '"1"'],
    ["plan1.config.resources.aws_instance.a.config.ami", '"x"'],
    ["plan1.state.resources.aws_instance.a[0].id", '"i-1"'],
    ["config1.resources.aws_instance.a.config.disk", '[{"size": 1}]'],
    ["config1.resources.aws_instance.a.references.subnet", '["s.id"]'],
    ["config1.resources.aws_instance.a.provisioners[0].config.command", '"x"'],
    ["config1.providers.aws.config.region", '"eu"'],
    ["config1.providers.aws.alias.west.version", '"~> 5"'],
    ["config1.modules.m", '{"config": {"a": 1}, "references": {"a": []}, "source": "./m", "version": "1.0"}'],
    ["config1.variables.env", '{"default": "dev", "description": "d"}'],
    ["config1.outputs.ip.references", '["aws_instance.a.ip"]'],
    ["config1.module_paths", '[[] ["m"]]'],
    ['keys(config1.module(["m"]).resources)', '["aws_s3_bucket"]'],
    ["state1.resources.aws_instance.a[0].attr.id", '"i-1"'],
    ["state1.resources.aws_instance.a[0].tainted", "true"],
    ["state1.outputs.o", '{"sensitive": false, "type": "list", "value": [1]}'],
    ["state1.terraform_version", '"1.8.0"'],
  ])("%s", (expr, expected) => {
    expect(read(expr)).toBe(expected);
  });
});

describe("addresses", () => {
  it.each([
    ["aws_a.b", "aws_a.b", []],
    ["module.m[0].aws_a.b[1]", "module.m.aws_a.b", ["m"]],
    ['module.m["x.y"].module.n["]"].a.b', "module.m.module.n.a.b", ["m", "n"]],
    ['a.b["\\"]"]', "a.b", []],
  ])("%s", (address, stripped, path) => {
    expect(stripIndex(address)).toBe(stripped);
    expect(modulePath(address.replace(/\.?aws_a.*$|\.a\.b$/, ""))).toEqual(path);
  });
});

describe("an observed drift", () => {
  const drift = {
    address: "aws_instance.a",
    mode: "managed",
    type: "aws_instance",
    name: "a",
    change: { actions: ["update"], before: { port: 443 }, after: { port: 22 } },
  };

  it("is judged by the same rule when it is shown as a plan", () => {
    const policy =
      'import "tfplan/v2" as tfplan\nmain = rule { all tfplan.resource_changes as _, rc { rc.change.after.port is not 22 } }';
    expect(statusOf(policy, { imports: terraformImports({ plan: { resource_changes: [drift] } }) })).toBe(
      "fail",
    );
  });

  it("reaches a policy as the change document of the import `trueup`", () => {
    const data = {
      schema: "trueup.change/v1",
      change: { action: "update", origin: "observed" },
      actor: { kind: "human" },
      break_glass: null,
    };
    const policy =
      'import "trueup"\nmain = rule { trueup.change.origin is "planned" or (trueup.actor.kind is "human" and trueup.break_glass is null) }';
    expect(statusOf(policy, { imports: { trueup: { kind: "static", data } } })).toBe("pass");
  });
});

describe("hostile plans", () => {
  it.each([
    [null],
    [[]],
    ["x"],
    [{ resource_changes: "x", configuration: [], planned_values: 1 }],
    [{ resource_changes: [null, 1, { change: "x" }] }],
  ])("%j gives empty imports, not an exception", (plan) => {
    expect(
      show(
        "[plan.resource_changes, plan.planned_values, config.resources, state.resources, plan1.resources, config1.resources, state1.resources] is defined",
        BEFORE.replace('import "tfrun" as run\n', ""),
        { imports: terraformImports({ plan }) },
      ),
    ).toBe("true");
  });

  it("never lets a policy change the plan", () => {
    const before = JSON.stringify(PLAN);
    read(
      'func() {\nx = plan.resource_changes["aws_instance.a"].change.after\nx["ami"] = "changed"\ndelete(x, "tags")\nappend(x.ports, 1)\nreturn [x, plan.resource_changes["aws_instance.a"].change.after.ami]\n}()',
    );
    expect(JSON.stringify(PLAN)).toBe(before);
  });
});
