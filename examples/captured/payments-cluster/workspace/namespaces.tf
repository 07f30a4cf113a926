resource "kubernetes_namespace" "payments" {
  metadata {
    name = "payments"
    labels = {
      environment                          = var.environment
      owner                                = "team-payments"
      cost-centre                          = "cc-4100"
      "pod-security.kubernetes.io/enforce" = "restricted"
    }
    annotations = {
      description = "Card and bank payments"
    }
  }
}

resource "kubernetes_namespace" "ledger" {
  metadata {
    name = "ledger"
    labels = {
      environment                          = var.environment
      owner                                = "team-ledger"
      cost-centre                          = "cc-4200"
      "pod-security.kubernetes.io/enforce" = "restricted"
    }
    annotations = {
      description = "Double-entry ledger and settlement"
    }
  }
}

resource "kubernetes_namespace" "edge" {
  metadata {
    name = "edge"
    labels = {
      environment                          = var.environment
      owner                                = "team-platform"
      cost-centre                          = "cc-1000"
      "pod-security.kubernetes.io/enforce" = "baseline"
    }
    annotations = {
      description = "Gateway and bastion"
    }
  }
}
