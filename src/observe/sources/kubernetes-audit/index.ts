export { type KubernetesAuditReading, readKubernetesAudit } from "./read.ts";
