resource "aws_ecs_service" "api" {
  name            = "payments-api"
  cluster         = "arn:aws:ecs:eu-central-1:444455556666:cluster/payments"
  task_definition = "payments-api:118"
  desired_count   = 4
  launch_type     = "FARGATE"
  tags            = { owner = "team-payments", cost-center = "cc-4100" }

  network_configuration {
    subnets         = ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"]
    security_groups = [aws_security_group.api.id]
  }

  lifecycle {
    ignore_changes = [desired_count] # application auto scaling turns it
  }
}

resource "aws_iam_role" "api_task" {
  name = "payments-api-task"
  tags = { owner = "team-payments", cost-center = "cc-4100" }
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "api_task" {
  name = "statements"
  role = aws_iam_role.api_task.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.statements.arn}/*" }]
  })
}

# Only the payments namespace may talk to the ledger.
resource "kubernetes_network_policy" "ledger_db" {
  metadata {
    name      = "ledger-db"
    namespace = "ledger"
    labels    = { owner = "team-ledger" }
  }
  spec {
    policy_types = ["Ingress"]
    pod_selector {
      match_labels = { app = "ledger-db" }
    }
    ingress {
      from {
        ip_block {
          cidr = "10.20.64.0/20"
        }
      }
      ports {
        port     = "5432"
        protocol = "TCP"
      }
    }
  }
}

resource "kubernetes_secret" "card_vault" {
  metadata {
    name      = "card-vault"
    namespace = "payments"
    labels    = { owner = "team-payments" }
  }
  data = {
    token = var.card_vault_token
  }
}
