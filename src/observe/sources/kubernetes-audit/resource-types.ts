/** Terraform types (without `_v1`) that manage a Kubernetes resource, by `group/resource`. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  configmaps: ["kubernetes_config_map", "kubernetes_config_map_data"],
  endpoints: ["kubernetes_endpoints"],
  limitranges: ["kubernetes_limit_range"],
  namespaces: ["kubernetes_namespace", "kubernetes_labels", "kubernetes_annotations"],
  nodes: ["kubernetes_node_taint", "kubernetes_labels"],
  persistentvolumeclaims: ["kubernetes_persistent_volume_claim"],
  persistentvolumes: ["kubernetes_persistent_volume"],
  pods: ["kubernetes_pod"],
  replicationcontrollers: ["kubernetes_replication_controller"],
  resourcequotas: ["kubernetes_resource_quota"],
  secrets: ["kubernetes_secret"],
  serviceaccounts: ["kubernetes_service_account", "kubernetes_default_service_account"],
  services: ["kubernetes_service"],
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": ["kubernetes_mutating_webhook_configuration"],
  "admissionregistration.k8s.io/validatingwebhookconfigurations": [
    "kubernetes_validating_webhook_configuration",
  ],
  "apiregistration.k8s.io/apiservices": ["kubernetes_api_service"],
  "apps/daemonsets": ["kubernetes_daemonset", "kubernetes_daemon_set"],
  "apps/deployments": ["kubernetes_deployment"],
  "apps/statefulsets": ["kubernetes_stateful_set"],
  "autoscaling/horizontalpodautoscalers": [
    "kubernetes_horizontal_pod_autoscaler",
    "kubernetes_horizontal_pod_autoscaler_v2",
  ],
  "batch/cronjobs": ["kubernetes_cron_job"],
  "batch/jobs": ["kubernetes_job"],
  "certificates.k8s.io/certificatesigningrequests": ["kubernetes_certificate_signing_request"],
  "networking.k8s.io/ingressclasses": ["kubernetes_ingress_class"],
  "networking.k8s.io/ingresses": ["kubernetes_ingress"],
  "networking.k8s.io/networkpolicies": ["kubernetes_network_policy"],
  "policy/poddisruptionbudgets": ["kubernetes_pod_disruption_budget"],
  "policy/podsecuritypolicies": ["kubernetes_pod_security_policy"],
  "rbac.authorization.k8s.io/clusterrolebindings": ["kubernetes_cluster_role_binding"],
  "rbac.authorization.k8s.io/clusterroles": ["kubernetes_cluster_role"],
  "rbac.authorization.k8s.io/rolebindings": ["kubernetes_role_binding"],
  "rbac.authorization.k8s.io/roles": ["kubernetes_role"],
  "scheduling.k8s.io/priorityclasses": ["kubernetes_priority_class"],
  "storage.k8s.io/csidrivers": ["kubernetes_csi_driver"],
  "storage.k8s.io/storageclasses": ["kubernetes_storage_class"],
};

/** Types that manage any resource. */
const GENERIC = ["kubernetes_manifest", "kubectl_manifest"];

/** Candidate types; the generic ones for resources that the table does not know (custom resources). */
export function typesOf(group: string, resource: string): readonly string[] {
  const key = group === "" ? resource : `${group}/${resource}`;
  const known = Object.hasOwn(TYPES, key) ? (TYPES[key] ?? []) : [];
  return [...known, ...known.map((type) => `${type}_v1`), ...GENERIC];
}
