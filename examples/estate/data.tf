resource "aws_db_parameter_group" "ledger" {
  name        = "ledger-postgres17"
  family      = "postgres17"
  description = "Ledger database"
  tags        = { owner = "team-ledger", cost-center = "cc-4200" }

  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "immediate"
  }

  parameter {
    name         = "work_mem"
    value        = "16384"
    apply_method = "immediate"
  }
}

resource "aws_db_instance" "ledger" {
  identifier                      = "ledger"
  engine                          = "postgres"
  engine_version                  = "17.5"
  instance_class                  = "db.r7g.xlarge" # was db.r7g.large; merged on 20 November, not applied yet
  allocated_storage               = 500
  storage_encrypted               = true
  publicly_accessible             = false
  multi_az                        = true
  deletion_protection             = true
  backup_retention_period         = 35
  username                        = "ledger"
  password                        = var.ledger_db_password
  parameter_group_name            = aws_db_parameter_group.ledger.name
  enabled_cloudwatch_logs_exports = ["postgresql"]
  tags                            = { owner = "team-ledger", cost-center = "cc-4200" }
}

resource "aws_s3_bucket" "statements" {
  bucket = "payments-example-statements"
  tags   = { owner = "team-ledger", cost-center = "cc-4200" }
}

resource "aws_s3_bucket_public_access_block" "statements" {
  bucket                  = aws_s3_bucket.statements.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "statements" {
  bucket = aws_s3_bucket.statements.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::payments-example-statements", "arn:aws:s3:::payments-example-statements/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_kms_key" "ledger" {
  description             = "Ledger at rest"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = { owner = "team-ledger", cost-center = "cc-4200" }
}

resource "aws_cloudtrail" "organisation" {
  name                       = "organisation"
  s3_bucket_name             = "payments-example-audit"
  is_multi_region_trail      = true
  enable_log_file_validation = true
  tags                       = { owner = "team-security", cost-center = "cc-4000" }
}
