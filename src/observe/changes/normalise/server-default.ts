import { type Json, type PropertyPath, pathMatches } from "../../../base/index.ts";
import type { Normaliser } from "./normaliser.ts";

/**
 * What a server fills in by itself: from absence to exactly this value, `ALLOCATED` standing for any it may
 * pick.
 */
interface ServerDefault {
  readonly types: readonly string[];
  readonly path: PropertyPath;
  readonly value: Json;
}

const ALLOCATED = "*";
const SERVICE = ["kubernetes_service", "kubernetes_service_v1"];
const WORKLOAD = ["kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_pod", "kubernetes_pod_v1"];

const DEFAULTS: readonly ServerDefault[] = [
  { types: SERVICE, path: ["spec", "external_traffic_policy"], value: "Cluster" },
  { types: SERVICE, path: ["spec", "internal_traffic_policy"], value: "Cluster" },
  { types: SERVICE, path: ["spec", "port", "node_port"], value: ALLOCATED },
  { types: SERVICE, path: ["spec", "cluster_ip"], value: ALLOCATED },
  { types: SERVICE, path: ["spec", "cluster_ips"], value: ALLOCATED },
  { types: SERVICE, path: ["spec", "health_check_node_port"], value: ALLOCATED },
  { types: SERVICE, path: ["spec", "ip_families"], value: ALLOCATED },
  { types: SERVICE, path: ["spec", "ip_family_policy"], value: "SingleStack" },
  { types: SERVICE, path: ["spec", "session_affinity"], value: "None" },
  { types: WORKLOAD, path: ["**", "termination_message_path"], value: "/dev/termination-log" },
  { types: WORKLOAD, path: ["**", "termination_message_policy"], value: "File" },
  { types: WORKLOAD, path: ["**", "dns_policy"], value: "ClusterFirst" },
  { types: WORKLOAD, path: ["**", "scheduler_name"], value: "default-scheduler" },
];

/** Works in one direction only: a default that somebody changes to another value is drift. */
export const serverDefault: Normaliser = {
  name: "server-default",
  removes: "a value that the server fills in where the code says nothing, by a list of known defaults",
  isNoise: ({ path, before, after, resource }) =>
    (before === null || before === "" || before === 0) &&
    DEFAULTS.some(
      (rule) =>
        rule.types.includes(resource.type) &&
        pathMatches(rule.path, path) &&
        (rule.value === ALLOCATED || rule.value === after),
    ),
};
