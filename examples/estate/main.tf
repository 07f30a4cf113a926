# The payments company's production estate: what lets people in, what holds the money, and what serves it.

resource "aws_vpc" "main" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "payments-prod", owner = "team-platform", cost-center = "cc-4000" }
}

# SSH for operators: from the office and the VPN, from nowhere else.
resource "aws_security_group" "bastion" {
  name        = "bastion"
  description = "Operators' way in"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "bastion", owner = "team-platform", cost-center = "cc-4000" }

  ingress {
    description = "SSH from office and VPN"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.office_cidr]
  }

  egress {
    description = "Into the network"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.20.0.0/16"]
  }
}

resource "aws_security_group" "api" {
  name        = "payments-api"
  description = "Customers' way in"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "payments-api", owner = "team-payments", cost-center = "cc-4100" }

  ingress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# Settlement files of the partner bank, which comes from a handful of addresses.
resource "aws_security_group" "partner_sftp" {
  name        = "partner-sftp"
  description = "Partner bank's way in"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "partner-sftp", owner = "team-settlement", cost-center = "cc-4300" }

  ingress {
    description = "SFTP from the partner bank"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["192.0.2.16/28"]
  }
}
