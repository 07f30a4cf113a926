import type { PropertyPath } from "../../../base/index.ts";

/** Bookkeeping that moves without anybody changing the resource. Patterns as in `pathMatches`. */
interface MetadataRule {
  /** Type prefix up to and with its last `_`, or a whole type. */
  readonly types: readonly string[];
  readonly paths: readonly PropertyPath[];
}

const ALWAYS: readonly PropertyPath[] = [["timeouts"]];

const RULES: readonly MetadataRule[] = [
  {
    types: ["kubernetes_"],
    paths: [
      ["metadata", "resource_version"],
      ["metadata", "generation"],
      ["metadata", "uid"],
      ["metadata", "self_link"],
      ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
      ["metadata", "annotations", "deployment.kubernetes.io/revision"],
      ["metadata", "annotations", "control-plane.alpha.kubernetes.io/leader"],
      ["load_balancer_ingress"],
      ["status"],
      ["wait_for_rollout"],
    ],
  },
  {
    types: ["kubernetes_manifest"],
    paths: [
      ["object", "metadata", "resourceVersion"],
      ["object", "metadata", "generation"],
      ["object", "metadata", "uid"],
      ["object", "metadata", "managedFields"],
      ["object", "metadata", "creationTimestamp"],
      ["object", "status"],
    ],
  },
  { types: ["kubectl_manifest"], paths: [["uid"], ["live_uid"]] },
  {
    types: ["google_"],
    paths: [
      ["self_link"],
      ["etag"],
      ["fingerprint"],
      ["label_fingerprint"],
      ["metadata_fingerprint"],
      ["tags_fingerprint"],
      ["creation_timestamp"],
      ["create_time"],
      ["update_time"],
      ["generated_id"],
    ],
  },
  { types: ["azurerm_", "azapi_"], paths: [["etag"]] },
  {
    types: ["aws_lambda_function"],
    paths: [["last_modified"], ["qualified_arn"], ["qualified_invoke_arn"], ["version"]],
  },
  {
    types: ["aws_cloudfront_"],
    paths: [["etag"], ["last_modified_time"], ["in_progress_validation_batches"], ["status"]],
  },
  { types: ["aws_instance"], paths: [["instance_state"], ["password_data"]] },
  { types: ["aws_iam_user", "aws_iam_role"], paths: [["unique_id"], ["create_date"]] },
  { types: ["aws_autoscaling_group"], paths: [["predicted_capacity"], ["warm_pool_size"]] },
  {
    types: ["aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance"],
    paths: [["latest_restorable_time"], ["status"]],
  },
  { types: ["aws_eks_cluster"], paths: [["status"], ["platform_version"]] },
  { types: ["aws_ecs_task_definition"], paths: [["revision"], ["arn_without_revision"]] },
  { types: ["aws_dynamodb_table"], paths: [["stream_label"], ["stream_arn"]] },
];

const byType = new Map<string, readonly PropertyPath[]>();

/** The metadata patterns of a type; the same frozen list each time. */
export function metadataPaths(type: string): readonly PropertyPath[] {
  const known = byType.get(type);
  if (known !== undefined) return known;
  const rules = RULES.filter(({ types }) =>
    types.some((t) => (t.endsWith("_") ? type.startsWith(t) : type === t)),
  );
  const paths = Object.freeze([...ALWAYS, ...rules.flatMap((rule) => rule.paths)]);
  byType.set(type, paths);
  return paths;
}
