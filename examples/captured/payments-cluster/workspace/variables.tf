variable "environment" {
  type    = string
  default = "prod"
}

variable "bastion_cidr" {
  type    = string
  default = "10.20.30.0/24"
}

variable "ledger_db_password" {
  type      = string
  default   = "canary-ledger-db-7f3a91c2"
  sensitive = true
}

variable "card_vault_token" {
  type      = string
  default   = "canary-card-vault-b04de8f6"
  sensitive = true
}
