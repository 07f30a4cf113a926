package trueup.common.data_loss_test

import data.trueup.common.data_loss
import data.trueup.lib.change_test as change

test_losing_is_reviewed if {
	count(data_loss.review) == 1 with input as change.removed("aws_db_instance", {})
	replaced := object.union(change.to("aws_rds_cluster", {}), {"change": {"action": "replace"}})
	count(data_loss.review) == 1 with input as replaced
}

test_changing_is_not if {
	count(data_loss.review) == 0 with input as change.to("aws_db_instance", {})
}
