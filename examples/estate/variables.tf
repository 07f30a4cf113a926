variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "kubeconfig" {
  type    = string
  default = "~/.kube/config"
}

variable "office_cidr" {
  description = "The network of the office and of the VPN."
  type        = string
  default     = "198.51.100.0/24"
}

variable "ledger_db_password" {
  type      = string
  sensitive = true
}

variable "card_vault_token" {
  type      = string
  sensitive = true
}
