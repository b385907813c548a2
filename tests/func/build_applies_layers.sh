#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every image of the layers set becomes the tree that expected.json tells, or
# is refused.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

import_images --set layers
# shellcheck source-path=SCRIPTDIR source=judge.sh
. "$FUNC/judge.sh"
judge_all layout/expected.json
ok "$judged images"
[ "$judged" -gt 80 ] || fail "only $judged images"
