resource "kubernetes_network_policy" "payments_default_deny" {
  metadata {
    name      = "default-deny"
    namespace = kubernetes_namespace.payments.metadata[0].name
  }
  spec {
    pod_selector {}
    policy_types = ["Ingress"]
  }
}

resource "kubernetes_network_policy" "payments_api" {
  metadata {
    name      = "api-from-edge"
    namespace = kubernetes_namespace.payments.metadata[0].name
    labels    = { owner = "team-payments" }
  }
  spec {
    pod_selector {
      match_labels = { app = "payments-api" }
    }
    policy_types = ["Ingress"]
    ingress {
      ports {
        port     = "8443"
        protocol = "TCP"
      }
      from {
        namespace_selector {
          match_labels = { owner = "team-platform" }
        }
      }
    }
  }
}

resource "kubernetes_network_policy" "ledger_db" {
  metadata {
    name      = "db-from-payments"
    namespace = kubernetes_namespace.ledger.metadata[0].name
    labels    = { owner = "team-ledger" }
  }
  spec {
    pod_selector {
      match_labels = { app = "ledger-db" }
    }
    policy_types = ["Ingress"]
    ingress {
      ports {
        port     = "5432"
        protocol = "TCP"
      }
      from {
        ip_block {
          cidr = "10.40.0.0/16"
        }
      }
    }
  }
}

resource "kubernetes_network_policy" "bastion_ssh" {
  metadata {
    name      = "bastion-ssh"
    namespace = kubernetes_namespace.edge.metadata[0].name
    labels    = { owner = "team-platform" }
  }
  spec {
    pod_selector {
      match_labels = { app = "bastion" }
    }
    policy_types = ["Ingress"]
    ingress {
      ports {
        port     = "22"
        protocol = "TCP"
      }
      from {
        ip_block {
          cidr = var.bastion_cidr
        }
      }
    }
  }
}

resource "kubernetes_service" "payments_api" {
  metadata {
    name      = "payments-api"
    namespace = kubernetes_namespace.payments.metadata[0].name
    labels    = { owner = "team-payments" }
  }
  spec {
    selector = { app = "payments-api" }
    type     = "ClusterIP"
    port {
      name        = "https"
      port        = 443
      target_port = 8443
    }
  }
}

resource "kubernetes_service" "ledger_db" {
  metadata {
    name      = "ledger-db"
    namespace = kubernetes_namespace.ledger.metadata[0].name
    labels    = { owner = "team-ledger" }
  }
  spec {
    selector = { app = "ledger-db" }
    type     = "ClusterIP"
    port {
      name        = "postgres"
      port        = 5432
      target_port = 5432
    }
  }
}
