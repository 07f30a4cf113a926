package trueup.google.public_database_test

import data.trueup.google.public_database
import data.trueup.lib.change_test as change

found(config) := {message.rule |
	some message in public_database.deny with input as change.to(
		"google_sql_database_instance",
		{"settings": [{"ip_configuration": [config]}]},
	)
}

test_the_world if {
	found({"authorized_networks": [{"name": "", "value": "0.0.0.0/0"}]}) == {"every-address"}
	found({"authorized_networks": [{"value": "10.0.0.0/8"}, {"value": "128.0.0.0/1"}]}) == {"every-address"}
	found({"authorized_networks": [{"value": "203.0.113.0/24"}]}) == set()
	found({"authorized_networks": []}) == set()
}

test_encryption if {
	found({"ipv4_enabled": true, "ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"}) == {"unencrypted-connections"}
	found({"ipv4_enabled": true, "ssl_mode": "ENCRYPTED_ONLY"}) == set()
	found({"ipv4_enabled": false, "ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"}) == set()
}
