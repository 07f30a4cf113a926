package app.authz_test

import data.app.authz

test_admin if {
	authz.allow with input as {"user": "ann"}
}

test_wrong if {
	print("hello", {1, 2})
	authz.allow with input as {"user": "bob"}
}

test_conflict if {
	f(1) == 2
}

f(x) := 1 if x > 0

f(x) := 2 if x > 0

todo_test_later if false

test_false := false

test_twice if true

test_twice if false

test_builtin_error if 1 / 0 > 1

test_function(x) if x == 1

test_ip[ip] if {
	some ip, inside in {"10.0.0.1": true, "1.2.3.4": false, "10.9.9.9": false}
	authz.allow == inside with input as {"user": "bob", "ip": ip}
}

test_deep[a].of[b] if {
	some a in ["p", "q"]
	some b in ["u", "v"]
	a == "p"
}

inner.test_path if true
