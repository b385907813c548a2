#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Where the guest has lines go: what it reads of the section `logs` and of the
# key `log`; both are refused where init is another's, and without them nothing
# is different.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set basic
import_inits ours=3 older=2

# spec INIT - a service, and what stands in standard input
spec() {
	cat >app.yml <<-YAML
	init: [test/$1:v1]
	onboot:
	  - {name: first, image: test/base:v1${2:+, log: $2}}
	services:
	  - {name: web, image: test/base:v1${2:+, log: $2}}
	YAML
	cat >>app.yml
}

spec ours quiet <<'YAML'
logs:
  console: errors
  memory: 64K
  disk: /var/lib/data/logs
  syslog: "192.0.2.5:514"
YAML
ingot build -f tar -o app.tar app.yml
cat >want <<'JSON'
{
    "memory": 65536,
    "console": "errors",
    "disk": {
        "path": "/var/lib/data/logs",
        "size": 10485760,
        "files": 5
    },
    "syslog": {
        "address": "192.0.2.5:514"
    }
}
JSON
tar -xOf app.tar etc/ingot/logs.json >have
echo >>have
expect_same want have
tar -xOf app.tar containers/services/web/ingot.json >have
expect_text have '"log": "quiet"'
tar -xOf app.tar containers/onboot/000-first/ingot.json >have
expect_text have '"log": "quiet"'
ok "the guest reads where lines go"

spec older <<'YAML'
logs: {console: none}
YAML
refused 'app.yml:6:7: logs: no image of init says that it knows this \(label org.ingot.init, 3 or more\)' \
	build -f tar -o app.tar app.yml
spec older none </dev/null
refused 'app.yml:3:5: onboot.0..log: no image of init says that it knows this' \
	build -f tar -o app.tar app.yml
ok "another init is refused"

spec older </dev/null
ingot build -f tar -o without.tar app.yml
tar -tf without.tar >names
expect_no_text names 'logs.json|ingot.json'
ok "without the keys there is nothing of it"
