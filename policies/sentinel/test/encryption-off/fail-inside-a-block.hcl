import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "aws_instance" }
      before   = null
      after    = { root_block_device = [{ encrypted = true }], ebs_block_device = [{ encrypted = true }, { encrypted = false }] }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
