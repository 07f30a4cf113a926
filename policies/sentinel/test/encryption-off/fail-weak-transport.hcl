import "module" "lists" {
  source = "../../lib/lists.sentinel"
}

mock "trueup" {
  data = {
    change = {
      resource = { type = "azurerm_storage_account" }
      before   = null
      after    = { min_tls_version = "TLS1_0" }
    }
    pipeline = null
  }
}

test {
  rules = {
    main = false
  }
}
