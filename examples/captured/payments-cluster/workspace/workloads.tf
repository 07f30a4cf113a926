resource "kubernetes_deployment" "payments_api" {
  wait_for_rollout = false
  metadata {
    name      = "payments-api"
    namespace = kubernetes_namespace.payments.metadata[0].name
    labels    = { owner = "team-payments" }
  }
  spec {
    replicas = 3
    selector {
      match_labels = { app = "payments-api" }
    }
    template {
      metadata {
        labels = { app = "payments-api" }
      }
      spec {
        automount_service_account_token = false
        container {
          name  = "api"
          image = "registry.payments.example/payments-api:4.18.2"
          port {
            container_port = 8443
          }
          security_context {
            allow_privilege_escalation = false
            privileged                 = false
            run_as_non_root            = true
          }
        }
      }
    }
  }
}
