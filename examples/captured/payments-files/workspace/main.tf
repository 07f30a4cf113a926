terraform {
  required_providers {
    local = {
      source  = "hashicorp/local"
      version = "1.4.0"
    }
  }
}

variable "environment" {
  type    = string
  default = "prod"
}

variable "gateway_key" {
  type      = string
  default   = "canary-gateway-key-5c19e7d0"
  sensitive = true
}

resource "local_file" "gateway" {
  filename        = "${path.module}/etc/gateway.conf"
  file_permission = "0644"
  content         = <<-EOT
    environment = ${var.environment}
    listen      = 8443
    upstream    = payments-api.payments.svc:443
    tls_min     = 1.2
  EOT
}

resource "local_file" "allow_list" {
  filename        = "${path.module}/etc/allow-list.txt"
  file_permission = "0644"
  content         = "10.20.30.0/24\n10.40.0.0/16\n"
}

resource "local_file" "settlement_schedule" {
  filename        = "${path.module}/etc/settlement.cron"
  file_permission = "0644"
  content         = "15 2 * * * settle --window previous-day\n"
}

resource "local_file" "gateway_key" {
  filename          = "${path.module}/etc/gateway.key"
  file_permission   = "0600"
  sensitive_content = "${var.gateway_key}\n"
}

resource "local_file" "partner" {
  for_each        = toset(["north-bank", "sepa-clearing"])
  filename        = "${path.module}/etc/partners/${each.key}.conf"
  file_permission = "0644"
  content         = "partner = ${each.key}\nmode    = live\n"
}

output "gateway_config" {
  value = local_file.gateway.filename
}
