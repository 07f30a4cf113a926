resource "kubernetes_cluster_role_binding" "sre_view" {
  metadata {
    name   = "sre-view"
    labels = { owner = "team-platform" }
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }
  subject {
    kind      = "Group"
    name      = "sre"
    api_group = "rbac.authorization.k8s.io"
  }
}

resource "kubernetes_cluster_role_binding" "auditors_view" {
  metadata {
    name   = "auditors-view"
    labels = { owner = "team-platform" }
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }
  subject {
    kind      = "Group"
    name      = "auditors"
    api_group = "rbac.authorization.k8s.io"
  }
}

resource "kubernetes_role" "payments_deployer" {
  metadata {
    name      = "deployer"
    namespace = kubernetes_namespace.payments.metadata[0].name
    labels    = { owner = "team-payments" }
  }
  rule {
    api_groups = ["apps"]
    resources  = ["deployments"]
    verbs      = ["get", "list", "patch"]
  }
}

resource "kubernetes_role_binding" "payments_deployer" {
  metadata {
    name      = "deployer"
    namespace = kubernetes_namespace.payments.metadata[0].name
    labels    = { owner = "team-payments" }
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role.payments_deployer.metadata[0].name
  }
  subject {
    kind      = "User"
    name      = "ci-payments"
    api_group = "rbac.authorization.k8s.io"
  }
}
