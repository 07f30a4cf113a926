# A plan that removes much: warns when a plan deletes or replaces more than a handful of resources at once.
package main

_handful := 5

warn contains msg if {
	gone := count(deleted) + count(replaced)
	gone > _handful
	msg := sprintf("the plan deletes or replaces %d resources; split it, or say why", [gone])
}
