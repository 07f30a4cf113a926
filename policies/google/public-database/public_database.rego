# METADATA
# title: Databases are not public (Google Cloud)
# description: No Cloud SQL instance lets the whole internet in, and no connection goes unencrypted.
package trueup.google.public_database

import data.trueup.lib.network

deny contains _denial("every-address", path, sprintf("lets in `%s`", [allowed.value])) if {
	input.change.resource.type == "google_sql_database_instance"
	some i, settings in input.change.after.settings
	some j, config in settings.ip_configuration
	some k, allowed in config.authorized_networks
	network.is_world(allowed.value)
	path := sprintf("settings[%d].ip_configuration[%d].authorized_networks[%d].value", [i, j, k])
}

deny contains _denial("unencrypted-connections", path, "accepts unencrypted connections on a public address") if {
	input.change.resource.type == "google_sql_database_instance"
	some i, settings in input.change.after.settings
	some j, config in settings.ip_configuration
	config.ipv4_enabled == true
	config.ssl_mode == "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
	path := sprintf("settings[%d].ip_configuration[%d].ssl_mode", [i, j])
}

_denial(rule, path, what) := {
	"rule": rule,
	"severity": "critical",
	"path": path,
	"msg": sprintf("%s %s; use a private address or the connector", [input.change.resource.address, what]),
}
