resource "kubernetes_config_map" "feature_flags" {
  metadata {
    name      = "feature-flags"
    namespace = kubernetes_namespace.payments.metadata[0].name
    labels    = { owner = "team-payments" }
  }
  data = {
    instant_payout   = "off"
    three_d_secure   = "required"
    refund_limit_eur = "500"
  }
}

resource "kubernetes_config_map" "rate_limits" {
  metadata {
    name      = "rate-limits"
    namespace = kubernetes_namespace.edge.metadata[0].name
    labels    = { owner = "team-platform" }
  }
  data = {
    "limits.json" = jsonencode({
      default  = { per_minute = 600 }
      payments = { per_minute = 120, burst = 20 }
    })
  }
}

resource "kubernetes_config_map" "retention" {
  metadata {
    name      = "retention"
    namespace = kubernetes_namespace.ledger.metadata[0].name
    labels    = { owner = "team-ledger" }
  }
  data = {
    audit_days   = "3650"
    booking_days = "3650"
  }
}

resource "kubernetes_secret" "ledger_db" {
  metadata {
    name      = "ledger-db"
    namespace = kubernetes_namespace.ledger.metadata[0].name
    labels    = { owner = "team-ledger" }
  }
  data = {
    username = "ledger"
    password = var.ledger_db_password
  }
}

resource "kubernetes_secret" "card_vault" {
  metadata {
    name      = "card-vault"
    namespace = kubernetes_namespace.payments.metadata[0].name
    labels    = { owner = "team-payments" }
  }
  data = {
    token = var.card_vault_token
  }
}
