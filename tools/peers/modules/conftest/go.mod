module trueup.test/peers/conftest

go 1.26.0

require github.com/open-policy-agent/conftest v0.71.1
