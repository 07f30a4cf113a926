terraform {
  required_version = ">= 1.8"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = {
      environment = "prod"
      managed-by  = "tofu"
    }
  }
}

provider "kubernetes" {
  config_path    = var.kubeconfig
  config_context = "payments-prod"
}
